#include "core/rules/physical_type.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace mesh::rules::type {

using enum PhysicalFamily;
using model::LogicalType;
using model::PropertyDetails;
using model::PropertyKey;
using model::ServerKey;

namespace {

bool is_any(PhysicalFamily family, std::initializer_list<PhysicalFamily> families) {
  return std::ranges::find(families, family) != families.end();
}

// What surely cannot hold such values. Much is fine that is not the nearest type: anything in texts,
// structure in JSON, days in moments or whole numbers, flags in numbers.
bool is_mismatch(const ContractDetails& contract, const PropertyDetails& property, PhysicalFamily family,
                 std::string_view server) {
  const bool has_times = !contract.is_before(3, 1);  // v3.0 knows neither `timestamp` nor `time`
  switch (property.type) {
    case LogicalType::string:
      if (is_any(family, {date, timestamp})) return has_times && !property.has(PropertyKey::options);
      return is_any(family, {integer, decimal, floating, boolean});
    case LogicalType::integer:
    case LogicalType::number:
      return is_any(family, {boolean, date, timestamp, time, uuid, record, list, map});
    case LogicalType::boolean:
      return is_any(family, {date, timestamp, time, uuid, record, list, map});
    case LogicalType::date:
      if (family == time) return has_times;
      return is_any(family, {boolean, floating, uuid, record, list, map});
    case LogicalType::timestamp:
      if (family == date) return server != "oracle" && server != "";
      return is_any(family, {boolean, time, uuid, record, list, map});
    case LogicalType::time:
      return is_any(family, {boolean, date, uuid, record, list, map});
    case LogicalType::object:
    case LogicalType::map:
      return is_any(family, {integer, decimal, floating, boolean, date, timestamp, time, uuid});
    case LogicalType::array:
    case LogicalType::vector:
      // In these a column of a plain type may be repeated.
      if (is_any(std::string_view(server) == "bigquery" || server == "kafka" || server == "pubsub" ? list
                                                                                                   : unknown,
                 {list}))
        return false;
      return is_any(family, {boolean, date, timestamp, time, uuid});
    default:
      return false;
  }
}

// The type of all servers of a contract, "" when they differ.
std::string_view common_server(const ContractDetails& contract) {
  std::string_view common;
  for (const model::ServerDetails& server : contract.servers) {
    const std::string_view type = server[ServerKey::type].text();
    if (!common.empty() && type != common) return {};
    common = type;
  }
  return common;
}

// The families of the types that were asked for last: the columns of a contract have few.
class Families {
 public:
  explicit Families(std::string_view server) : server_(server) {}
  PhysicalFamily operator()(std::string_view physical) {
    auto& [known, family] = known_[yaml::key_hash(physical) % known_.size()];
    if (!yaml::same_text(known, physical)) {
      known = physical;
      family = physical_family(physical, server_);
    }
    return family;
  }

 private:
  std::string_view server_;
  std::array<std::pair<std::string_view, PhysicalFamily>, 16> known_{};  // by hash
};

void check(const ContractDetails& contract, Findings& findings) {
  const std::string_view server = common_server(contract);
  Families family_of(server);
  for (const PropertyDetails& property : contract.properties) {
    const yaml::Node physical = property[PropertyKey::physical_type];
    if (!physical.is_string() || property.type <= LogicalType::other) continue;
    const PhysicalFamily family = family_of(physical.text());
    if (family == unknown || !is_mismatch(contract, property, family, server)) continue;
    const yaml::Node logical = property[PropertyKey::logical_type];
    Finding& finding = findings.add(
        physical.span(), fmt::format("{} is promised as `{}` and held as `{}`, {}", contract.path(property),
                                     logical.text(), physical.text(), described(family)));
    finding.label = "one of the two types is wrong";
    finding.notes.push_back({"promised here", Place{findings.file(), logical.span()}});
  }
}

}  // namespace

extern const Rule logical_physical_mismatch{
    .id = "type/logical-physical-mismatch",
    .summary = "the physical type can hold what the logical type promises",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::type
