#include "core/rules/rule.hpp"

namespace mesh::rules::server {

using model::ServerDetails;
using model::ServerKey;

// The standard knows PostgreSQL under two names. Where a contract uses both, tools that look for one miss the
// other; where it uses the longer alone, that is only worth a note.
static void check(const ContractDetails& contract, Findings& findings) {
  const ServerDetails* usual = nullptr;
  for (const ServerDetails& server : contract.servers)
    if (server[ServerKey::type].text() == "postgres" && !usual) usual = &server;
  for (const ServerDetails& server : contract.servers) {
    const yaml::Node type = server[ServerKey::type];
    if (type.text() != "postgresql") continue;
    Finding& finding =
        findings.add(type.span(), usual ? "`postgresql` and `postgres` are one type under two names"
                                        : "`postgresql` is another name for `postgres`");
    finding.label = "write `postgres`";
    finding.fix = Fix{"write `postgres`", true, {Edit{type.span(), "postgres"}}};
    if (usual)
      finding.notes.push_back({"the other name", Place{findings.file(), (*usual)[ServerKey::type].span()}});
    else
      finding.level = Level::note;
  }
}

extern const Rule type_alias{
    .id = "server/type-alias",
    .summary = "one type of server has one name",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::server
