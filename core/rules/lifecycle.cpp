#include "core/rules/lifecycle.hpp"

#include "core/base/strings.hpp"
#include "core/model/version.hpp"
#include "core/rules/known_contracts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace mesh::rules {

using model::Text;

namespace {

// The best off of what an input may mean; a stage that ends nothing when there is none.
struct Ending {
  Stage contract = Stage::unsaid, producer = Stage::unsaid;
  const Contract* which_contract = nullptr;
  const Product* which_product = nullptr;
  Stage stage() const { return std::max(contract, producer); }
};

Ending ending_of(const Workspace& workspace, const Product& reader, const Input& input) {
  Ending ending;
  for (const Contract* const contract : contracts_meant(workspace, *input.id, *input.version)) {
    const Stage stage = stage_of(contract->status);
    if (ending.which_contract && stage >= ending.contract) continue;
    ending.contract = stage;
    ending.which_contract = contract;
  }
  for (const Promise& promise : promises_of(workspace, *input.id, *input.version)) {
    if (promise.product == &reader) continue;
    const Stage stage = stage_of(promise.product->status);
    if (ending.which_product && stage >= ending.producer) continue;
    ending.producer = stage;
    ending.which_product = promise.product;
  }
  return ending;
}

// The newest version of a contract that is meant to be used.
std::optional<std::string_view> active_version(const Workspace& workspace, const Text& id) {
  std::optional<model::Version> newest;
  std::optional<std::string_view> written;
  for (const Contract* const contract : contracts_with(workspace, id.view())) {
    if (stage_of(contract->status) != Stage::active || !contract->version) continue;
    auto version = model::parse_version(contract->version.view());
    if (!version || (newest && model::by_precedence(*version, *newest) <= 0)) continue;
    newest = std::move(version);
    written = contract->version.view();
  }
  return written;
}

void tell(const Workspace& workspace, const Product& reader, const Input& input, const Ending& ending,
          Findings& findings) {
  const Stage stage = ending.stage();
  const std::string_view word = stage == Stage::retired ? "retired" : "deprecated";
  const bool by_contract = ending.contract == stage;
  Finding& finding = findings.add(
      Place{reader.file, input.id->at},
      by_contract
          ? fmt::format("`{}` relies on contract `{}`, which is {}", name_of(reader), input.id->view(), word)
          : fmt::format("`{}` relies on contract `{}`, and product `{}` that promises it is {}",
                        name_of(reader), input.id->view(), name_of(*ending.which_product), word));
  const auto better = active_version(workspace, *input.id);
  if (by_contract && better) finding.label = fmt::format("version `{}` is active", *better);
  finding.help = stage == Stage::retired
                     ? "what is retired is no longer served: read from another contract"
                     : "what is deprecated will be retired: plan to read from another contract";
  if (by_contract)
    finding.notes.push_back({fmt::format("the contract is {}", word),
                             Place{ending.which_contract->file, ending.which_contract->status.at}});
  if (ending.producer == stage)
    finding.notes.push_back({fmt::format("product `{}` is {}", name_of(*ending.which_product), word),
                             Place{ending.which_product->file, ending.which_product->status.at}});
}

}  // namespace

Stage stage_of(const Text& status) {
  if (!status) return Stage::unsaid;
  const auto is = [word = trim(status.view())](std::string_view known) {
    return equal_but_for_case(word, known);
  };
  return is("retired")                   ? Stage::retired
         : is("deprecated")              ? Stage::deprecated
         : is("active")                  ? Stage::active
         : is("draft") || is("proposed") ? Stage::draft
                                         : Stage::unsaid;
}

void tell_inputs_that_end(const Workspace& workspace, Stage end, Findings& findings) {
  for (const Product& product : workspace.products) {
    const Stage own = stage_of(product.status);
    // Who is at the same end goes with what it reads.
    if (own == Stage::retired || own == end) continue;
    for (const Input& input : inputs_of(product)) {
      const Ending ending = ending_of(workspace, product, input);
      if (ending.stage() == end) tell(workspace, product, input, ending, findings);
    }
  }
}

}  // namespace mesh::rules
