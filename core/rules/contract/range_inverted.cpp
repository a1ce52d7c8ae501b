#include "core/rules/dates.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace mesh::rules::contract {

using model::PropertyKey;
using yaml::Node;

namespace {

bool is_number(Node node) { return node.kind() == yaml::Kind::integer || node.kind() == yaml::Kind::number; }

// Less than, equal, greater; nothing for what cannot be compared.
std::optional<int> compare(Node a, Node b) {
  if (is_number(a) && is_number(b)) {
    const auto left = a.integer(), right = b.integer();
    if (left && right) return (*left > *right) - (*left < *right);
    return (a.number() > b.number()) - (a.number() < b.number());
  }
  if (!a.is_string() || !b.is_string()) return std::nullopt;
  const auto left = parse_moment(a.text()), right = parse_moment(b.text());
  if (!left || !right) return std::nullopt;
  return right->is_before(*left) - left->is_before(*right);
}

struct Bound {
  std::string_view key;
  Node value;
  bool is_exclusive = false;
};

struct Owner {
  const ContractDetails& contract;
  const model::PropertyDetails& property;
};

void check_pair(const Bound& low, const Bound& high, const Owner& named, Findings& findings) {
  const auto order = compare(low.value, high.value);
  if (!order || *order < 0) return;
  const bool is_empty = low.is_exclusive || high.is_exclusive;
  if (*order == 0 && !is_empty) return;
  const std::string owner = named.contract.path(named.property);
  Finding& finding = findings.add(
      low.value.span(), *order > 0 ? fmt::format("`{}` {} of {} is above `{}` {}", low.key, low.value.text(),
                                                 owner, high.key, high.value.text())
                                   : fmt::format("no value of {} is between `{}` and `{}` {}", owner, low.key,
                                                 high.key, high.value.text()));
  finding.label = "no value fits";
  finding.notes.push_back({"the upper bound", Place{findings.file(), high.value.span()}});
}

void check_options(Node options, const Owner& owner, Findings& findings) {
  const auto value = [&](std::string_view key) { return options.find(key).value_or(Node{}); };
  for (const auto& [low, high] : {std::pair<std::string_view, std::string_view>{"minLength", "maxLength"},
                                  {"minItems", "maxItems"},
                                  {"minProperties", "maxProperties"}})
    check_pair({low, value(low)}, {high, value(high)}, owner, findings);
  // In v3.0 the exclusive bounds are booleans about `minimum` and `maximum`.
  const std::array<Bound, 2> lows{Bound{"minimum", value("minimum"), value("exclusiveMinimum").boolean()},
                                  Bound{"exclusiveMinimum", value("exclusiveMinimum"), true}};
  const std::array<Bound, 2> highs{Bound{"maximum", value("maximum"), value("exclusiveMaximum").boolean()},
                                   Bound{"exclusiveMaximum", value("exclusiveMaximum"), true}};
  for (const Bound& low : lows) {
    const size_t before = findings.size();
    for (const Bound& high : highs)
      if (findings.size() == before) check_pair(low, high, owner, findings);
  }
}

void check(const ContractDetails& contract, Findings& findings) {
  for (const model::PropertyDetails& property : contract.properties)
    if (const Node options = property[PropertyKey::options]; options.is_mapping() && options.size() > 1)
      check_options(options, {contract, property}, findings);
}

}  // namespace

extern const Rule range_inverted{
    .id = "contract/range-inverted",
    .summary = "a lower bound is not above its upper bound",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::contract
