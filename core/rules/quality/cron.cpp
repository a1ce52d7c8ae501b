#include "core/base/strings.hpp"
#include "core/rules/cron.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/variables.hpp"

#include <fmt/format.h>

namespace mesh::rules::quality {

using model::QualityKey;
using model::SlaKey;
using yaml::Node;

static void check_schedule(Node scheduler, Node schedule, Findings& findings) {
  if (!schedule.is_string() || !scheduler.is_string() || to_lower(trim(scheduler.text())) != "cron") return;
  if (has_variable(schedule.text())) return;
  const auto fault = cron_fault(schedule.text());
  if (!fault) return;
  Finding& finding = findings.add(
      schedule.span(), fmt::format("cron cannot read the schedule `{}`: {}", schedule.text(), *fault));
  finding.label = "minute, hour, day of month, month, day of week";
}

static void check(const ContractDetails& contract, Findings& findings) {
  for (const model::QualityDetails& quality : contract.quality)
    check_schedule(quality[QualityKey::scheduler], quality[QualityKey::schedule], findings);
  for (const model::SlaDetails& sla : contract.slas)
    check_schedule(sla[SlaKey::scheduler], sla[SlaKey::schedule], findings);
}

extern const Rule cron{
    .id = "quality/cron",
    .summary = "a schedule for cron is one that cron can read",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::quality
