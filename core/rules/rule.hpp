#pragma once

#include "core/schema/standards.hpp"
#include "core/text/finding.hpp"
#include "core/workspace/workspace.hpp"

#include <string_view>

namespace mesh::rules {

using model::Contract;
using model::Product;
using workspace::Workspace;

// A document's tree, for rules that look at every scalar; runs while the file is read.
struct Document {
  const schema::Identified& identified;
  yaml::Node root;
};

// The functions of a rule. A parameter says when it runs: Document while reading, Contract and Product per
// document once all are read, Workspace once everything is linked (and only when `linked`). One rule may have
// several:
// `.check = {check_contract, check_product}`.
struct Check {
  template <class... Parameter>
  constexpr Check(void (*... checks)(const Parameter&, Findings&)) {
    (set(checks), ...);
  }

  void (*document)(const Document&, Findings&) = nullptr;
  void (*contract)(const Contract&, Findings&) = nullptr;
  void (*product)(const Product&, Findings&) = nullptr;
  void (*workspace)(const Workspace&, Findings&) = nullptr;

 private:
  constexpr void set(void (*check)(const Document&, Findings&)) { document = check; }
  constexpr void set(void (*check)(const Contract&, Findings&)) { contract = check; }
  constexpr void set(void (*check)(const Product&, Findings&)) { product = check; }
  constexpr void set(void (*check)(const Workspace&, Findings&)) { workspace = check; }
};

// Pure: no files, no network, no clock. The page beside it (same path, `.md`) is what `mesh explain` shows.
struct Rule {
  std::string_view id;  // group/what-is-wrong
  std::string_view summary;
  Level level = Level::error;  // when nobody sets another
  Check check;
  bool needs_graph = true;  // of a Workspace rule: false when it looks at one document at a time, whatever is linked
};

extern const Rule* const* const kTable;  // generated from the folder; ends with nullptr

}  // namespace mesh::rules
