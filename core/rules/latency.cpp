#include "core/rules/latency.hpp"

#include "core/base/strings.hpp"
#include "core/rules/service_levels.hpp"

#include <charconv>

namespace mesh::rules {

std::optional<double> latency_of(const model::Sla& sla) {
  if (service_level(trim(sla.property.view())) != ServiceLevel::latency || !sla.value) return std::nullopt;
  const std::string_view value = trim(sla.value.view());
  double number = 0;
  const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (failed != std::errc() || !(number >= 0)) return std::nullopt;
  const std::string_view behind = trim(value.substr(static_cast<size_t>(end - value.data())));
  if (!behind.empty() && sla.unit) return std::nullopt;
  const auto seconds = seconds_of(behind.empty() ? sla.unit.view() : behind);
  if (!seconds) return std::nullopt;
  return number * *seconds;
}

std::string written(const model::Sla& sla) {
  return sla.unit ? sla.value.str() + " " + sla.unit.str() : sla.value.str();
}

}  // namespace mesh::rules
