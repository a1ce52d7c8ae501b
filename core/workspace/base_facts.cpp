#include "core/workspace/base_facts.hpp"

#include "core/base/folder.hpp"
#include "core/base/parallel.hpp"
#include "core/model/read.hpp"
#include "core/model/version.hpp"
#include "core/schema/standards.hpp"
#include "core/workspace/lines.hpp"

#include <algorithm>

namespace mesh::workspace {
namespace {

void read_documents(BaseManifest& manifest) {
  if (!may_be_manifest(manifest.source.bytes())) return;
  Findings unheard;
  manifest.documents = yaml::read(manifest.source, unheard);
  for (const yaml::Document& document : manifest.documents) {
    const yaml::Node root = document.root();
    const schema::Identified identified = schema::identify(root, manifest.key);
    if (identified.standard == schema::Standard::odcs)
      manifest.contracts.push_back(model::read_contract(model::read_contract_details(root), kNoFile));
    if (identified.standard == schema::Standard::odps)
      manifest.products.push_back(model::read_product(model::read_product_details(root), kNoFile));
    if (name_part(manifest.key) == "domain.yaml" && root.is_mapping()) {
      const model::Domain domain = model::read_domain(root, kNoFile, {});
      manifest.is_domain = true;
      manifest.domain_name = domain.name;
      manifest.domain_files = domain.files;
    }
  }
}

template <class Document>
size_t count_in(const std::vector<Document>& documents, FileId file) {
  return static_cast<size_t>(
      std::ranges::count_if(documents, [&](const Document& document) { return document.file == file; }));
}

std::string_view text_of(const Source& source, Span span, bool is_only_one) {
  return is_only_one ? source.bytes() : source.bytes().substr(span.begin, span.end - span.begin);
}

std::string canonical(std::string_view version) {
  const auto parsed = model::parse_version(version);
  return parsed ? parsed->text() : std::string(version);
}

std::optional<yaml::Node> root_at(const std::vector<yaml::Document>& documents, Span span) {
  for (const yaml::Document& document : documents)
    if (document.root().span() == span) return document.root();
  return std::nullopt;
}

}  // namespace

Result<BaseFacts> BaseFacts::read(const Changes& changes, unsigned jobs) {
  BaseFacts facts;
  for (const Change& change : changes.all()) {
    if (!change.base || !has_manifest_ending(change.key)) continue;
    auto bytes = changes.base_bytes(change.key);
    if (!bytes) return pass(std::move(bytes));
    if (!*bytes || (*bytes)->size() > yaml::Limits{}.bytes) continue;
    auto manifest = std::make_unique<BaseManifest>();
    manifest->key = change.key;
    manifest->is_gone = change.is_gone;
    manifest->source = Source(change.key, std::move(**bytes));
    facts.manifests_.push_back(std::move(manifest));
  }
  for_each_index(facts.manifests_.size(), jobs, [&](size_t i) { read_documents(*facts.manifests_[i]); });
  for (const auto& manifest : facts.manifests_) {
    for (const model::Contract& contract : manifest->contracts)
      if (contract.id) facts.contracts_[contract.id.view()].push_back({manifest.get(), &contract});
    for (const model::Product& product : manifest->products)
      if (product.id) facts.products_[product.id.view()].push_back({manifest.get(), &product});
  }
  return facts;
}

BaseFacts::Found<model::Contract> BaseFacts::earlier(const Workspace& workspace,
                                                     const model::Contract& contract) const {
  const auto same_id = contracts_.find(contract.id.view());
  if (same_id == contracts_.end()) return {};
  const std::string& key = workspace.files[contract.file].key;
  Found<model::Contract> here, moved;
  for (const Found<model::Contract>& one : same_id->second) {
    const bool same_version = canonical(one.document->version.view()) == canonical(contract.version.view());
    if (one.manifest->key == key && (!here || same_version)) here = one;
    if (one.manifest->key != key && one.manifest->is_gone && same_version && !moved) moved = one;
  }
  return here ? here : moved;
}

BaseFacts::Found<model::Product> BaseFacts::earlier(const Workspace& workspace,
                                                    const model::Product& product) const {
  const std::string& key = workspace.files[product.file].key;
  const auto same_file = std::ranges::lower_bound(
      manifests_, key, {}, [](const auto& manifest) -> const std::string& { return manifest->key; });
  if (same_file != manifests_.end() && (*same_file)->key == key) {
    for (const model::Product& other : (*same_file)->products)
      if ((*same_file)->products.size() == 1 || other.id == product.id.view())
        return {same_file->get(), &other};
  }
  const auto same_id = product.id ? products_.find(product.id.view()) : products_.end();
  if (same_id == products_.end()) return {};
  for (const Found<model::Product>& one : same_id->second)
    if (one.manifest->is_gone) return one;
  return {};
}

std::vector<Earlier> changed_contracts(const Workspace& workspace, const Changes& changes,
                                       const BaseFacts& facts) {
  std::vector<Earlier> changed;
  for (uint32_t i = 0; i < workspace.contracts.size(); ++i) {
    const model::Contract& contract = workspace.contracts[i];
    if (!contract.id || !changes.find(workspace.files[contract.file].key)) continue;
    const auto before = facts.earlier(workspace, contract);
    if (!before) continue;
    Earlier earlier{i, before.document->version.str(), before.document->status.str()};
    if (canonical(earlier.version) != canonical(contract.version.view())) continue;
    const auto source = workspace.source(contract.file);
    if (!source) continue;
    const bool only_one =
        before.manifest->contracts.size() == 1 && count_in(workspace.contracts, contract.file) == 1;
    if (text_of(*source, contract.root, only_one) ==
        text_of(before.manifest->source, before.document->root, only_one))
      continue;
    Findings unheard;
    const auto documents = yaml::read(*source, unheard);
    const auto now = root_at(documents, contract.root);
    const auto then = root_at(before.manifest->documents, before.document->root);
    earlier.same_meaning = now && then && yaml::equal(*now, *then);
    changed.push_back(std::move(earlier));
  }
  return changed;
}

}  // namespace mesh::workspace
