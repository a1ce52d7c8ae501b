#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mesh::rules::quality {

using model::QualityDetails;
using model::QualityKey;

namespace {

struct Operator {
  QualityKey key;
  std::string_view name;
  int side;  // -1 a lower bound, 1 an upper one, 0 neither
};
constexpr std::array<Operator, 8> kOperators{
    {{QualityKey::must_be, "mustBe", 0},
     {QualityKey::must_not_be, "mustNotBe", 0},
     {QualityKey::must_be_greater_than, "mustBeGreaterThan", -1},
     {QualityKey::must_be_greater_or_equal_to, "mustBeGreaterOrEqualTo", -1},
     {QualityKey::must_be_less_than, "mustBeLessThan", 1},
     {QualityKey::must_be_less_or_equal_to, "mustBeLessOrEqualTo", 1},
     {QualityKey::must_be_between, "mustBeBetween", 0},
     {QualityKey::must_not_be_between, "mustNotBeBetween", 0}}};

void check_one(const QualityDetails& quality, Findings& findings) {
  std::array<const Operator*, kOperators.size()> used{};
  size_t count = 0;
  for (const Operator& known : kOperators)
    if (quality.has(known.key)) used[count++] = &known;
  const std::string_view type = quality[QualityKey::type].text();
  if (count == 0 && type == "sql" && quality[QualityKey::query].is_string()) {
    const auto key = quality.node.find_key("query");
    findings.add(key->span(), "the result of this query is compared with nothing").label =
        "add what it must be, for instance `mustBe: 0`";
    return;
  }
  // The standard's own text writes a range as a lower and an upper bound.
  if (count < 2 || (count == 2 && used[0]->side * used[1]->side == -1)) return;
  const auto place = [&](const Operator& known) { return quality.node.find_key(known.name)->span(); };
  std::sort(used.begin(), used.begin() + static_cast<std::ptrdiff_t>(count),
            [&](const Operator* a, const Operator* b) { return place(*a).begin < place(*b).begin; });
  Finding& finding = findings.add(place(*used[1]), fmt::format("this rule compares with `{}` and with `{}`",
                                                               used[0]->name, used[1]->name));
  finding.label = "make it a rule of its own";
  finding.notes.push_back({"the first operator", Place{findings.file(), place(*used[0])}});
}

// From v3.1 on the schema asks for exactly one.
void check(const ContractDetails& contract, Findings& findings) {
  if (!contract.is_before(3, 1) || contract.major < 3) return;
  for (const QualityDetails& quality : contract.quality) check_one(quality, findings);
}

}  // namespace

extern const Rule operator_count{
    .id = "quality/operator-count",
    .summary = "a quality rule compares with one operator",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::quality
