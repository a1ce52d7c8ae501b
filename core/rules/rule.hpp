#pragma once

#include "core/schema/standards.hpp"
#include "core/text/finding.hpp"
#include "core/workspace/workspace.hpp"

#include <string_view>

namespace mesh::rules {

using model::Contract;
using model::ContractDetails;
using model::DocumentDetails;
using model::Product;
using model::ProductDetails;
using workspace::Document;
using workspace::Workspace;

// The functions of a rule. A parameter says what it looks at, and when it runs. While a file is read, its
// tree still alive: Document (any standard, our own kinds included; also when the YAML has errors),
// DocumentDetails (contracts and products), ContractDetails, Contract, ProductDetails, Product. Once
// everything is linked, and only when `linked`: Workspace. One rule may have several: `.check =
// {check_contract, check_product}`.
struct Check {
  template <class... Parameter>
  constexpr Check(void (*... checks)(const Parameter&, Findings&)) {
    (set(checks), ...);
  }

  void (*document)(const Document&, Findings&) = nullptr;
  void (*details)(const DocumentDetails&, Findings&) = nullptr;
  void (*contract_details)(const ContractDetails&, Findings&) = nullptr;
  void (*contract)(const Contract&, Findings&) = nullptr;
  void (*product_details)(const ProductDetails&, Findings&) = nullptr;
  void (*product)(const Product&, Findings&) = nullptr;
  void (*workspace)(const Workspace&, Findings&) = nullptr;

 private:
  constexpr void set(void (*check)(const Document&, Findings&)) { document = check; }
  constexpr void set(void (*check)(const DocumentDetails&, Findings&)) { details = check; }
  constexpr void set(void (*check)(const ContractDetails&, Findings&)) { contract_details = check; }
  constexpr void set(void (*check)(const Contract&, Findings&)) { contract = check; }
  constexpr void set(void (*check)(const ProductDetails&, Findings&)) { product_details = check; }
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
