#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace mesh::rules::server {

using model::ServerKey;

namespace {

struct Row {
  std::string_view type;
  std::array<std::string_view, 8> schemes;  // the first is the usual one
};
// Web addresses of the stores do as well.
constexpr std::array<Row, 3> kRows{
    {{"s3", {"s3://", "s3a://", "s3n://", "https://", "http://"}},
     {"azure", {"abfss://", "abfs://", "az://", "azure://", "wasbs://", "wasb://", "adl://", "https://"}},
     {"api", {"https://", "http://", "wss://", "ws://", "grpc://", "grpcs://"}}}};

void check(const ContractDetails& contract, Findings& findings) {
  for (const model::ServerDetails& server : contract.servers) {
    const yaml::Node location = server[ServerKey::location];
    const auto row = std::ranges::find(kRows, server[ServerKey::type].text(), &Row::type);
    if (row == kRows.end() || !location.is_string() || location.text().empty()) continue;
    // What is filled in later may bring its scheme along.
    if (location.text().front() == '$' || location.text().front() == '{' || location.text().front() == '<')
      continue;
    const std::string lower = to_lower(location.text());
    const auto has_it = [&](std::string_view scheme) { return !scheme.empty() && lower.starts_with(scheme); };
    if (std::ranges::any_of(row->schemes, has_it)) continue;
    // A path of an API is read from the address of its host.
    if (row->type == "api" && lower.find("://") == std::string::npos) continue;
    findings
        .add(location.span(), fmt::format("location `{}` of a server of type `{}` does not start with `{}`",
                                          location.text(), row->type, row->schemes.front()))
        .label = fmt::format("write it as `{}…`", row->schemes.front());
  }
}

}  // namespace

extern const Rule location_scheme{
    .id = "server/location-scheme",
    .summary = "a location has the scheme of its server",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::server
