#include "core/rules/primary_key.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::contract {

using model::PropertyKey;

static void check_object(const ContractDetails& contract, const model::ObjectDetails& object,
                         Findings& findings) {
  std::vector<Counted> positions;
  size_t unnumbered = 0;
  for (uint32_t i = object.first; i < object.end; ++i) {
    const model::PropertyDetails& property = contract.properties[i];
    const yaml::Node node = property[PropertyKey::partition_key_position];
    if (const auto position = position_of(node))
      positions.push_back({node, *position});
    else
      unnumbered += property[PropertyKey::partitioned].boolean();
  }
  const auto gap = find_gap(std::move(positions), unnumbered);
  if (!gap) return;
  const auto& [at, value] = gap->after;
  const std::string owner = contract.path(object);
  if (value < 1) {
    findings.add(at.span(), fmt::format("a partition column of {} has position {}", owner, value)).label =
        "positions start at 1";
  } else {
    findings
        .add(at.span(), fmt::format("the partition columns of {} have a position {} but no position {}",
                                    owner, value, gap->expected))
        .label = fmt::format("write {}, or add the missing column", gap->expected);
  }
}

static void check(const ContractDetails& contract, Findings& findings) {
  for (const model::ObjectDetails& object : contract.objects) check_object(contract, object, findings);
}

extern const Rule partition_position_gap{
    .id = "contract/partition-position-gap",
    .summary = "the positions of partition columns are counted 1, 2, 3 …",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::contract
