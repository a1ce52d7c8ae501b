#include "core/rules/domain_names.hpp"
#include "core/rules/known_contracts.hpp"
#include "core/rules/replacement.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::domain {

using model::Domain;
using model::Text;

namespace {

bool is_known(const Text& domain) { return domain && domain.view().find("${") == std::string_view::npos; }

// The domain of a document: that of its folder, else what it says.
std::string domain_of(const Workspace& workspace, const Text& said, FileId file) {
  const Domain* const holding = domain_holding(workspace, file);
  if (holding) return domain_key(holding->name);
  return is_known(said) ? domain_key(said.view()) : std::string{};
}

// True when the document says another domain than the folder it is in.
bool differs_from_folder(const Workspace& workspace, const Text& said, FileId file, Findings& findings) {
  const Domain* const holding = domain_holding(workspace, file);
  if (!holding || holding->name.empty() || !is_known(said) ||
      domain_key(said.view()) == domain_key(holding->name))
    return false;
  Finding& finding = findings.add(
      Place{file, said.at},
      fmt::format("domain `{}` differs from `{}`, whose folder this is", said.view(), holding->name));
  finding.label = fmt::format("write `{}`, or move the file", holding->name);
  finding.fix = replacement(said, holding->name);
  finding.notes.push_back({"the folder's domain", Place{holding->file, holding->name_at}});
  return true;
}

void check_contract(const Workspace& workspace, const Contract& contract, Findings& findings) {
  if (!contract.id || !is_known(contract.domain)) return;
  const auto producers = promises_of(workspace, contract.id, contract.version);
  if (producers.empty()) return;
  const std::string own = domain_key(contract.domain.view());
  for (const Promise& producer : producers) {
    const std::string other = domain_of(workspace, producer.product->domain, producer.product->file);
    if (other.empty() || other == own) return;  // one of its producers agrees
  }
  const Product& product = *producers.front().product;
  const Domain* const holding = domain_holding(workspace, product.file);
  const std::string name = holding ? holding->name : product.domain.str();
  Finding& finding = findings.add(
      Place{contract.file, contract.domain.at},
      fmt::format("domain `{}` differs from `{}`, the domain of product `{}` that outputs this contract",
                  contract.domain.view(), name, name_of(product)));
  finding.label = fmt::format("did you mean `{}`?", name);
  finding.notes.push_back({"output here", Place{product.file, producers.front().port->contract_id.at}});
}

void check(const Workspace& workspace, Findings& findings) {
  for (const Product& product : workspace.products)
    differs_from_folder(workspace, product.domain, product.file, findings);
  for (const Contract& contract : workspace.contracts) {
    if (differs_from_folder(workspace, contract.domain, contract.file, findings)) continue;
    check_contract(workspace, contract, findings);
  }
}

}  // namespace

extern const Rule mismatch{
    .id = "domain/mismatch",
    .summary = "a document names the domain it belongs to",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::domain
