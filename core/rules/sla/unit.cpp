#include "core/base/strings.hpp"
#include "core/rules/replacement.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/service_levels.hpp"
#include "core/rules/variables.hpp"
#include "core/yaml/scalar.hpp"

#include <fmt/format.h>

namespace mesh::rules::sla {

using model::SlaDetails;
using model::SlaKey;
using yaml::Node;

namespace {

bool is_duration(ServiceLevel level) {
  using enum ServiceLevel;
  return level == latency || level == retention || level == time_to_detect || level == time_to_notify ||
         level == time_to_repair;
}

bool is_plain_number(Node value) {
  const yaml::Kind kind = value.is_string() ? yaml::core_kind(trim(value.text())) : value.kind();
  return kind == yaml::Kind::integer || kind == yaml::Kind::number;
}

void check_one(const SlaDetails& sla, Findings& findings) {
  const Node property = sla[SlaKey::property], unit = sla[SlaKey::unit], value = sla[SlaKey::value];
  if (!property.is_string() || !is_plain_number(value)) return;  // `P1D` and `4 hours` say it themselves
  const auto level = service_level(property.text());
  if (!level) return;
  // How often may be counted in other units: `4 times a day`.
  if (unit.is_null() && (is_duration(*level) || *level == ServiceLevel::frequency)) {
    findings.add(value.span(), fmt::format("`{}` {} has no unit", property.text(), value.text())).label =
        "add `unit`, for instance `d`";
    return;
  }
  if (!is_duration(*level) || !unit.is_string() || has_variable(unit.text()) || seconds_of(unit.text()))
    return;
  Finding& finding = findings.add(unit.span(), fmt::format("`{}` is no unit of time", unit.text()));
  if (const auto near = nearest_unit(unit.text())) {
    finding.label = fmt::format("did you mean `{}`?", *near);
    finding.fix = replacement(unit, *near);
  }
  finding.help = "ms, s, min, h, d, w, mo, y, or their names";
}

void check(const ContractDetails& contract, Findings& findings) {
  for (const SlaDetails& sla : contract.slas) check_one(sla, findings);
}

}  // namespace

extern const Rule unit{
    .id = "sla/unit",
    .summary = "a service level states a unit of time",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::sla
