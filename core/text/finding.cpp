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
    size_t index;
  };
  std::vector<Entry> order;
  order.reserve(findings.size());
  for (const Finding& finding : findings)
    order.push_back({uint64_t{finding.at.file} << 32 | finding.at.span.begin, order.size()});
  std::ranges::sort(order, [&](const Entry& a, const Entry& b) {
    if (a.begin != b.begin) return a.begin < b.begin;
    const auto key_a = key_of(findings[a.index]), key_b = key_of(findings[b.index]);
    return key_a != key_b ? key_a < key_b : a.index < b.index;
  });
  // Round by round: the first of one moves out of the way, and each of the others to the place of the one
  // before it.
  for (size_t first = 0; first < order.size(); ++first) {
    if (order[first].index == first) continue;
    Finding out = std::move(findings[first]);
    size_t to = first;
    for (size_t from = order[to].index; from != first; from = order[to].index) {
      findings[to] = std::move(findings[from]);
      order[to].index = to;
      to = from;
    }
    findings[to] = std::move(out);
    order[to].index = to;
  }
  const auto same = [](const Finding& a, const Finding& b) { return key_of(a) == key_of(b); };
  findings.erase(std::unique(findings.begin(), findings.end(), same), findings.end());
}

}  // namespace mesh
