#include "core/base/strings.hpp"
#include "core/rules/replacement.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/service_levels.hpp"
#include "core/rules/variables.hpp"

#include <fmt/format.h>

namespace mesh::rules::sla {

using model::SlaKey;

static void check(const ContractDetails& contract, Findings& findings) {
  for (const model::SlaDetails& sla : contract.slas) {
    const yaml::Node property = sla[SlaKey::property];
    if (!property.is_string() || property.text().empty() || has_variable(property.text()) ||
        service_level(property.text()))
      continue;
    Finding& finding = findings.add(
        property.span(), fmt::format("`{}` is no service level that the standard names", property.text()));
    if (const auto near = nearest_service_level(property.text())) {
      finding.label = fmt::format("did you mean `{}`?", *near);
      finding.fix = replacement(property, *near);
    } else if (to_lower(property.text()) == "freshness") {
      finding.label = "how old data may be is `latency`";
    }
    finding.help =
        "availability, throughput, errorRate, generalAvailability, endOfSupport, endOfLife, retention, "
        "frequency, "
        "latency, timeToDetect, timeToNotify, timeToRepair, timeOfAvailability";
  }
}

extern const Rule unknown_property{
    .id = "sla/unknown-property",
    .summary = "service levels have the names of the standard",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::sla
