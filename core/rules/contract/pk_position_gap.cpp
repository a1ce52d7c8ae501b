#include "core/rules/primary_key.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::contract {

using model::PropertyKey;

static void check(const ContractDetails& contract, Findings& findings) {
  for (const model::PrimaryKey& key : contract.primary_keys) {
    std::vector<Counted> positions;
    for (const uint32_t column : key.columns) {
      const yaml::Node at = contract.properties[column][PropertyKey::primary_key_position];
      if (const auto position = position_of(at)) positions.push_back({at, *position});
    }
    const size_t unnumbered = key.columns.size() - positions.size();
    const auto gap = find_gap(std::move(positions), unnumbered);
    if (!gap) continue;
    const std::string owner = contract.path(contract.objects[key.object]);
    const auto& [position, value] = gap->after;
    if (value < 1) {
      findings.add(position.span(), fmt::format("the primary key of {} has a position {}", owner, value))
          .label = "positions start at 1";
    } else {
      findings
          .add(position.span(), fmt::format("the primary key of {} has a position {} but no position {}",
                                            owner, value, gap->expected))
          .label = fmt::format("write {}, or add the missing column", gap->expected);
    }
  }
}

extern const Rule pk_position_gap{
    .id = "contract/pk-position-gap",
    .summary = "the positions of a primary key are counted 1, 2, 3 …",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::contract
