#pragma once

#include "core/schema/standards.hpp"
#include "core/text/finding.hpp"
#include "core/workspace/workspace.hpp"

#include <string_view>
#include <variant>

namespace mesh::rules {

using model::Contract;
using model::Product;
using workspace::Workspace;

// A document's tree, for rules that look at every scalar; runs while the file is read.
struct Document {
  const schema::Identified& identified;
  yaml::Node root;
};

// The parameter says when it runs: Document while reading, Contract and Product per document once all are read,
// Workspace once everything is linked (and only when `linked`).
using Check = std::variant<void (*)(const Document&, Findings&), void (*)(const Contract&, Findings&),
                           void (*)(const Product&, Findings&), void (*)(const Workspace&, Findings&)>;

// Pure: no files, no network, no clock. The page beside it (same path, `.md`) is what `mesh explain` shows.
struct Rule {
  std::string_view id;  // group/what-is-wrong
  std::string_view summary;
  Level level = Level::error;  // when nobody sets another
  Check check;
};

extern const Rule* const* const kTable;  // generated from the folder; ends with nullptr

}  // namespace mesh::rules
