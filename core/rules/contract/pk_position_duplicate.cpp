#include "core/rules/primary_key.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace mesh::rules::contract {

using model::PropertyKey;

static void check(const ContractDetails& contract, Findings& findings) {
  for (const model::PrimaryKey& key : contract.primary_keys) {
    if (key.columns.size() < 2) continue;
    std::unordered_map<int64_t, yaml::Node> first;
    for (const uint32_t column : key.columns) {
      const yaml::Node at = contract.properties[column][PropertyKey::primary_key_position];
      const auto position = position_of(at);
      if (!position) continue;
      const auto [known, is_new] = first.try_emplace(*position, at);
      if (is_new) continue;
      Finding& finding =
          findings.add(at.span(), fmt::format("two columns of the primary key of {} have position {}",
                                              contract.path(contract.objects[key.object]), *position));
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
