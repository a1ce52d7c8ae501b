#include "core/text/finding.hpp"

#include <algorithm>
#include <tuple>

namespace mesh {

std::string_view name_of(Level level) {
  switch (level) {
    case Level::off:
      return "off";
    case Level::note:
      return "note";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "off";
}

std::optional<Level> level_named(std::string_view name) {
  for (const Level level : {Level::off, Level::note, Level::warning, Level::error})
    if (name_of(level) == name) return level;
  return std::nullopt;
}

static auto key_of(const Finding& finding) {
  return std::tie(finding.at.file, finding.at.span.begin, finding.at.span.end, finding.rule, finding.message);
}

void sort_findings(std::vector<Finding>& findings) {
  // A finding is large: what is sorted are pointers, and each finding moves once.
  std::vector<Finding*> order;
  order.reserve(findings.size());
  for (Finding& finding : findings) order.push_back(&finding);
  std::ranges::stable_sort(order, [](const Finding* a, const Finding* b) { return key_of(*a) < key_of(*b); });
  order.erase(std::unique(order.begin(), order.end(),
                          [](const Finding* a, const Finding* b) { return key_of(*a) == key_of(*b); }),
              order.end());
  std::vector<Finding> sorted;
  sorted.reserve(order.size());
  for (Finding* const finding : order) sorted.push_back(std::move(*finding));
  findings = std::move(sorted);
}

}  // namespace mesh
