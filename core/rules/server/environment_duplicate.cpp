#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/variables.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

namespace mesh::rules::server {

using model::ServerDetails;
using model::ServerKey;

// Nobody picks these by environment: files beside each other on one machine, and what the standard does not
// know.
static bool is_picked_by_name(std::string_view type) { return type == "local" || type == "custom"; }

static void check(const ContractDetails& contract, Findings& findings) {
  std::map<std::pair<std::string_view, std::string>, const ServerDetails*> first;
  if (contract.servers.size() < 2) return;
  for (const ServerDetails& server : contract.servers) {
    const yaml::Node type = server[ServerKey::type], environment = server[ServerKey::environment];
    if (!type.is_string() || !environment.is_string() || environment.text().empty()) continue;
    if (is_picked_by_name(type.text()) || has_variable(type.text()) || has_variable(environment.text()))
      continue;
    const auto [known, is_new] = first.try_emplace({type.text(), to_lower(environment.text())}, &server);
    if (is_new) continue;
    Finding& finding = findings.add(
        environment.span(), fmt::format("servers `{}` and `{}` are both `{}` in environment `{}`",
                                        (*known->second)[ServerKey::name].text(),
                                        server[ServerKey::name].text(), type.text(), environment.text()));
    finding.label = "which of them is meant?";
    finding.notes.push_back(
        {"the first one", Place{findings.file(), (*known->second)[ServerKey::environment].span()}});
  }
}

extern const Rule environment_duplicate{
    .id = "server/environment-duplicate",
    .summary = "an environment has one server of a type",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::server
