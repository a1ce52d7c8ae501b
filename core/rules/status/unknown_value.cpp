#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mesh::rules::status {

using model::Text;

static void check_status(const Text& status, Findings& findings) {
  static constexpr std::array<std::string_view, 5> kKnown{"proposed", "draft", "active", "deprecated",
                                                          "retired"};
  if (!status || status.view().find("${") != std::string_view::npos) return;
  if (std::find(kKnown.begin(), kKnown.end(), status.view()) != kKnown.end()) return;
  Finding& finding =
      findings.add(status.at, fmt::format("`{}` is no status that the standard recommends", status.view()));
  if (const auto near = nearest(status.view(), kKnown)) {
    finding.label = fmt::format("did you mean `{}`?", *near);
    finding.fix = Fix{fmt::format("write `{}` for `{}`", *near, printable(status.view())),
                      to_lower(trim(status.view())) == *near,
                      {{status.at, std::string(*near)}}};
  }
  finding.help = "`proposed`, `draft`, `active`, `deprecated` or `retired`";
}

static void check_contract(const Contract& contract, Findings& findings) {
  // v2 had words of its own.
  if (contract.api_version.starts_with("v2") || contract.api_version.starts_with('2') ||
      contract.api_version.empty())
    return;
  check_status(contract.status, findings);
}
static void check_product(const Product& product, Findings& findings) {
  check_status(product.status, findings);
}

extern const Rule unknown_value{
    .id = "status/unknown-value",
    .summary = "a status is one that everybody understands",
    .level = Level::warning,
    .check = {check_contract, check_product},
};

}  // namespace mesh::rules::status
