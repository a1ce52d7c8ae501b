#include "core/rules/primary_key.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace mesh::rules::contract {

using model::PropertyKey;

static void check(const ContractDetails& contract, Findings& findings) {
  for (const PrimaryKey& key : primary_keys(contract)) {
    std::unordered_map<int64_t, yaml::Node> first;
    for (const auto& [property, position] : key.columns) {
      if (!position) continue;
      const yaml::Node at = (*property)[PropertyKey::primary_key_position];
      const auto [known, is_new] = first.try_emplace(*position, at);
      if (is_new) continue;
      Finding& finding =
          findings.add(at.span(), fmt::format("two columns of the primary key of {} have position {}",
                                              contract.path(*key.object), *position));
      finding.label = "used a second time";
      finding.notes.push_back({"first used here", Place{findings.file(), known->second.span()}});
    }
  }
}

extern const Rule pk_position_duplicate{
    .id = "contract/pk-position-duplicate",
    .summary = "no two columns of a primary key have one position",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::contract
