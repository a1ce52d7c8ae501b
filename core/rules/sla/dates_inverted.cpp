#include "core/rules/dates.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/service_levels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace mesh::rules::sla {

using model::SlaDetails;
using model::SlaKey;

namespace {

struct Dated {
  std::string_view element;
  ServiceLevel level;
  yaml::Node property, value;
  Moment moment;
};

// Those that say a date, by element; for one element in the order of the document.
std::vector<Dated> dates_of(const ContractDetails& contract) {
  std::vector<Dated> dates;
  for (const SlaDetails& sla : contract.slas) {
    const auto level = service_level(sla[SlaKey::property].text());
    if (!level || *level < ServiceLevel::general_availability || *level > ServiceLevel::end_of_life) continue;
    if (const auto moment = parse_moment(sla[SlaKey::value].text()))
      dates.push_back(
          {sla[SlaKey::element].text(), *level, sla[SlaKey::property], sla[SlaKey::value], *moment});
  }
  std::ranges::stable_sort(dates, {}, &Dated::element);
  return dates;
}

void check_order(const Dated* earlier, const Dated* later, Findings& findings) {
  if (!earlier || !later || !later->moment.is_before(earlier->moment)) return;
  Finding& finding = findings.add(
      later->value.span(), fmt::format("`{}` {} is before `{}` {}", later->property.text(),
                                       later->value.text(), earlier->property.text(), earlier->value.text()));
  finding.label = "generalAvailability, then endOfSupport, then endOfLife";
  finding.notes.push_back({"the date it must not be before", Place{findings.file(), earlier->value.span()}});
}

void check(const ContractDetails& contract, Findings& findings) {
  const std::vector<Dated> dates = dates_of(contract);
  for (auto first = dates.begin(); first != dates.end();) {
    const auto end =
        std::find_if(first, dates.end(), [&](const Dated& date) { return date.element != first->element; });
    const auto promised = [&](ServiceLevel level) {
      const auto found = std::find_if(first, end, [&](const Dated& date) { return date.level == level; });
      return found == end ? nullptr : &*found;
    };
    const Dated* const available = promised(ServiceLevel::general_availability);
    const Dated* const support = promised(ServiceLevel::end_of_support);
    check_order(available, support, findings);
    check_order(support ? support : available, promised(ServiceLevel::end_of_life), findings);
    first = end;
  }
}

}  // namespace

extern const Rule dates_inverted{
    .id = "sla/dates-inverted",
    .summary = "support ends after it has begun, and before the end of life",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::sla
