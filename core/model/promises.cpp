#include "core/base/strings.hpp"
#include "core/model/nodes.hpp"
#include "core/model/read.hpp"
#include "core/model/reference.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace mesh::model {
namespace {

using yaml::Node;

struct Unit {
  std::string_view word;
  double seconds;
};
// Months and years in the mean: whoever promises a latency of months does not count days.
constexpr double kMinute = 60, kHour = 3600, kDay = 24 * kHour;
constexpr std::array<Unit, 30> kUnits{{
    {"ms", 0.001},          {"millisecond", 0.001}, {"milliseconds", 0.001}, {"s", 1},
    {"sec", 1},             {"secs", 1},            {"second", 1},           {"seconds", 1},
    {"m", kMinute},         {"min", kMinute},       {"mins", kMinute},       {"minute", kMinute},
    {"minutes", kMinute},   {"h", kHour},           {"hr", kHour},           {"hrs", kHour},
    {"hour", kHour},        {"hours", kHour},       {"d", kDay},             {"day", kDay},
    {"days", kDay},         {"w", 7 * kDay},        {"week", 7 * kDay},      {"weeks", 7 * kDay},
    {"month", 30.4 * kDay}, {"months", 30.4 * kDay}, {"y", 365.25 * kDay},   {"yr", 365.25 * kDay},
    {"year", 365.25 * kDay}, {"years", 365.25 * kDay},
}};

std::optional<double> seconds_of(std::string_view value, std::string_view unit) {
  value = trim(value);
  double number = 0;
  const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (failed != std::errc()) return std::nullopt;
  const std::string_view behind = trim(value.substr(static_cast<size_t>(end - value.data())));
  if (!behind.empty() && !unit.empty()) return std::nullopt;
  const std::string word = to_lower(behind.empty() ? trim(unit) : behind);
  const auto known = std::ranges::find(kUnits, std::string_view(word), &Unit::word);
  if (known == kUnits.end() || !(number >= 0)) return std::nullopt;
  return number * known->seconds;
}

void read_latencies(Node root, const TextReader& text, Contract& contract) {
  const auto list = root.find("slaProperties");
  if (!list || !list->is_sequence()) return;
  for (uint32_t i = 0; i < list->size(); ++i) {
    const Node entry = list->item(i);
    const auto property = entry.is_mapping() ? entry.find("property") : std::nullopt;
    if (!property || !property->is_string()) continue;
    const std::string name = to_lower(trim(property->text()));
    if (name != "latency" && name != "ly") continue;
    Latency latency{0, text.any_scalar(entry.find("value")), text.any_scalar(entry.find("unit"))};
    if (!latency.written) continue;
    const auto seconds = seconds_of(latency.written.view(), latency.unit.view());
    if (!seconds) continue;
    latency.seconds = *seconds;
    contract.latencies.push_back(latency);
  }
}

// All that tells one catalog from another; of Snowflake the account does, whatever host or warehouse is used.
std::string place_of(Node server, std::string_view type) {
  std::string place;
  const auto add = [&](std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys) {
      const auto value = server.find(key);
      const bool is_scalar = value && !value->is_null() && !value->is_mapping() && !value->is_sequence();
      std::string_view part = is_scalar ? trim(value->text()) : std::string_view{};
      while (part.ends_with('/')) part.remove_suffix(1);
      place += "|" + to_lower(part);
    }
  };
  if (type == "snowflake")
    add({"account", "database"});
  else
    add({"catalogUrl", "warehouse", "host", "port", "catalog"});
  return place.find("${") == std::string::npos ? place : std::string();
}

void read_stores(Node root, const TextReader& text, Contract& contract) {
  const auto list = root.find("servers");
  if (!list || !list->is_sequence()) return;
  for (uint32_t i = 0; i < list->size(); ++i) {
    const Node server = list->item(i);
    const auto type = server.is_mapping() ? server.find("type") : std::nullopt;
    if (!type || !type->is_string() || !is_lakehouse(type->text())) continue;
    TableStore store;
    store.type = text.string(type);
    store.place = contract.pool.keep(place_of(server, type->text()));
    store.schema = text.any_scalar(find_any(server, {"schema", "namespace"})).view();
    contract.stores.push_back(store);
  }
}

}  // namespace

bool is_lakehouse(std::string_view server_type) {
  constexpr std::array<std::string_view, 5> kTypes{"iceberg", "dremio", "trino", "databricks", "snowflake"};
  return std::ranges::find(kTypes, server_type) != kTypes.end();
}

void read_promises(Node root, Contract& contract) {
  const TextReader text(contract.pool);
  read_latencies(root, text, contract);
  read_stores(root, text, contract);
  find_foreign_files(contract);
}

}  // namespace mesh::model
