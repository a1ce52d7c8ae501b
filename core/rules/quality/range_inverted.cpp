#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <string>

namespace mesh::rules::quality {

using model::QualityKey;

static void check_range(yaml::Node range, std::string_view key, Findings& findings) {
  if (!range.is_sequence() || range.size() != 2) return;
  const yaml::Node low = range.item(0), high = range.item(1);
  const auto is_number = [](yaml::Node node) {
    return node.kind() == yaml::Kind::integer || node.kind() == yaml::Kind::number;
  };
  if (!is_number(low) || !is_number(high) || !(low.number() > high.number())) return;
  Finding& finding =
      findings.add(low.span(), fmt::format("`{}` goes from {} down to {}", key, low.text(), high.text()));
  finding.label = "the smaller number comes first";
  finding.fix = Fix{"swap the bounds",
                    false,
                    {Edit{low.span(), std::string(high.text())}, Edit{high.span(), std::string(low.text())}}};
}

static void check(const ContractDetails& contract, Findings& findings) {
  for (const model::QualityDetails& quality : contract.quality) {
    check_range(quality[QualityKey::must_be_between], "mustBeBetween", findings);
    check_range(quality[QualityKey::must_not_be_between], "mustNotBeBetween", findings);
  }
}

extern const Rule range_inverted{
    .id = "quality/range-inverted",
    .summary = "the range of a quality rule starts with its lower bound",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::quality
