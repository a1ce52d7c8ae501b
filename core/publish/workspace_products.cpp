#include "core/publish/workspace_products.hpp"

#include "core/find/read.hpp"
#include "core/publish/contents.hpp"

#include <algorithm>

namespace mesh::publish {

using workspace::Document;
using workspace::Workspace;

std::function<workspace::Judge(const Workspace&)> DocumentKeeper::hook() {
  return [this](const Workspace&) -> workspace::Judge {
    return [this](const Document& document, Findings&) {
      const Place place{document.file, document.root.span().begin};
      if (document.product_details) {
        find::Product product = find::read_product(*document.product_details);
        const std::lock_guard guard(keeping_);
        products_.emplace(place, std::move(product));
      } else if (document.contract_details) {
        find::Contract contract = find::read_contract(*document.contract_details);
        const std::lock_guard guard(keeping_);
        contracts_.emplace(place, std::move(contract));
      }
    };
  };
}

std::vector<find::Product> DocumentKeeper::products(const Workspace& workspace) const {
  std::vector<find::Product> products;
  for (const model::Product& facts : workspace.products) {
    const auto kept = products_.find({facts.file, facts.root.begin});
    if (kept == products_.end()) continue;
    find::Product& product = products.emplace_back(kept->second);
    if (const model::Domain* const domain = workspace.domain_of(facts.file)) {
      product.domain = domain->name;
      if (product.owner.empty())
        product.owner = domain->owner_team.empty() ? domain->owner_email : domain->owner_team;
    }
    product.key = workspace.product_key(facts);
    if (product.key.empty()) product.key = product.name;
    std::vector<const model::Contract*> promised;
    for (const model::Port& port : facts.outputs) {
      const model::Contract* const contract = contract_of(workspace, facts, port.contract_id, port.version);
      if (!contract || std::ranges::find(promised, contract) != promised.end()) continue;
      promised.push_back(contract);
      if (const auto found = contracts_.find({contract->file, contract->root.begin});
          found != contracts_.end())
        product.contracts.push_back(found->second);
    }
  }
  std::ranges::stable_sort(products, [](const find::Product& a, const find::Product& b) {
    return std::pair(a.domain, a.key) < std::pair(b.domain, b.key);
  });
  return products;
}

}  // namespace mesh::publish
