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
  // A finding is large: what is sorted is where each begins and where it is, and each moves once.
  struct Entry {
    uint64_t begin;
    Finding* finding;
  };
  std::vector<Entry> order;
  order.reserve(findings.size());
  for (Finding& finding : findings)
    order.push_back({uint64_t{finding.at.file} << 32 | finding.at.span.begin, &finding});
  std::ranges::stable_sort(order, [](const Entry& a, const Entry& b) {
    return a.begin != b.begin ? a.begin < b.begin : key_of(*a.finding) < key_of(*b.finding);
  });
  std::vector<Finding> sorted;
  sorted.reserve(order.size());
  for (const Entry& entry : order)
    if (sorted.empty() || key_of(sorted.back()) != key_of(*entry.finding))
      sorted.push_back(std::move(*entry.finding));
  findings = std::move(sorted);
}

}  // namespace mesh
