#include "core/workspace/dependants.hpp"

#include "core/base/folder.hpp"
#include "core/base/strings.hpp"
#include "core/model/properties.hpp"
#include "core/workspace/link.hpp"
#include "core/workspace/paths.hpp"
#include "core/workspace/scope.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace mesh::workspace {
namespace {

using model::Contract;
using model::Port;
using model::Product;

// The files of contracts that relationships lead to: `../shared/b.yaml#orders.id`.
template <class Visit>
void each_file_named(model::List<model::Relationship> relationships, const Visit& visit) {
  for (const model::Relationship& relationship : relationships)
    for (const auto* ends : {&relationship.from, &relationship.to})
      for (const model::Text& end : *ends)
        if (const size_t hash = end.view().find('#'); hash != std::string_view::npos && hash > 0)
          visit(end.view().substr(0, hash));
}

class Affected {
 public:
  Affected(const Workspace& workspace, const Changes& changes, const BaseFacts& facts)
      : workspace_(workspace), changes_(changes), facts_(facts), files_(workspace.files.size()) {
    for (uint32_t i = 0; i < workspace.products.size(); ++i) index(i);
  }

  std::vector<bool> run() && {
    if (everything_depends()) return std::vector<bool>(files_.size(), true);
    for (FileId file = 0; file < files_.size(); ++file)
      if (workspace_.files[file].key == kStandardInput || changes_.find(workspace_.files[file].key))
        files_[file] = true;
    add_products_around();
    add_domains();
    start();
    follow();
    add_references();
    return std::move(files_);
  }

 private:
  void index(uint32_t product) {
    const Product& one = workspace_.products[product];
    if (one.id) products_by_id_[one.id.view()].push_back(product);
    products_by_folder_[workspace_.folder(one.file)].push_back(product);
    const auto names = [&](const model::Text& id, bool reads) {
      if (id) named_by_[id.view()].push_back({product, reads});
    };
    for (const Port& port : one.inputs) names(port.contract_id, true);
    for (const Port& port : one.outputs) {
      names(port.contract_id, false);
      for (const model::InputContract& input : port.input_contracts) names(input.id, true);
    }
  }

  // mesh.yaml, the waivers, and what mesh.yaml names: schemas, say.
  bool everything_depends() const {
    std::string settings;
    if (workspace_.mesh.file != kNoFile)
      if (const auto source = workspace_.source(workspace_.mesh.file)) settings = source->bytes();
    return std::ranges::any_of(changes_.all(), [&](const Change& change) {
      if (change.key == "mesh.yaml" || change.key == "waivers.yaml") return true;
      return is_plain(change.key) && settings.find(name_part(change.key)) != std::string::npos;
    });
  }

  // No manifest of a product, a contract or a domain: mesh.yaml may name it for what it says about others.
  bool is_plain(std::string_view key) const {
    const auto file = std::ranges::lower_bound(workspace_.files, key, {},
                                               [](const File& one) { return std::string_view(one.key); });
    const bool is_known = file != workspace_.files.end() && file->key == key;
    return name_part(key) != "domain.yaml" && has_manifest_ending(key) && !(is_known && file->is_manifest);
  }

  // What lies in a product's folder may be published with it.
  void add_products_around() {
    for (const Change& change : changes_.all())
      for (std::string_view folder = change.key; !folder.empty();) {
        folder = parent_of(folder);
        const auto found = products_by_folder_.find(folder);
        if (found == products_by_folder_.end()) continue;
        for (const uint32_t product : found->second) files_[workspace_.products[product].file] = true;
        break;
      }
  }

  void add_domains() {
    std::set<std::string> names;
    const auto add_below = [&](std::string_view folder) {
      for (FileId file = 0; file < files_.size(); ++file)
        if (is_within(workspace_.files[file].key, folder)) files_[file] = true;
    };
    for (const auto& manifest : facts_.manifests()) {
      if (!manifest->is_domain) continue;
      add_below(parent_of(manifest->key));
      names.insert(manifest->domain_name);
    }
    for (const model::Domain& domain : workspace_.domains) {
      if (domain.file >= files_.size() || !changes_.find(workspace_.files[domain.file].key)) continue;
      add_below(domain.folder);
      names.insert(domain.name);
    }
    for (const model::Domain& domain : workspace_.domains)
      if (domain.file < files_.size() && names.contains(domain.name)) files_[domain.file] = true;
  }

  void start() {
    for (const auto& manifest : facts_.manifests()) {
      for (const Contract& contract : manifest->contracts) touch(contract.id);
      for (const Product& product : manifest->products) start(product);
    }
    for (const Contract& contract : workspace_.contracts)
      if (changes_.find(workspace_.files[contract.file].key)) touch(contract.id);
    for (const Product& product : workspace_.products)
      if (changes_.find(workspace_.files[product.file].key)) {
        start(product);
        for (const uint32_t other : products_by_folder_[workspace_.folder(product.file)])
          files_[workspace_.products[other].file] = true;
      }
  }

  // What a changed product outputs, its consumers get from it; what it reads may have lost its only reader.
  void start(const Product& product) {
    for (const Port& port : product.outputs) touch(port.contract_id);
    if (!product.id) return;
    for (const uint32_t other : products_by_id_[product.id.view()])
      files_[workspace_.products[other].file] = true;
  }

  void touch(const model::Text& id) {
    if (id && touched_.insert(id.str()).second) waiting_.push_back(id.str());
  }

  void follow() {
    while (!waiting_.empty()) {
      const std::string id = std::move(waiting_.back());
      waiting_.pop_back();
      if (const auto found = workspace_.contracts_by_id.find(id); found != workspace_.contracts_by_id.end())
        for (const uint32_t contract : found->second) files_[workspace_.contracts[contract].file] = true;
      const auto named = named_by_.find(id);
      if (named == named_by_.end()) continue;
      for (const Naming& naming : named->second) {
        const Product& product = workspace_.products[naming.product];
        files_[product.file] = true;
        if (!naming.reads) continue;
        for (const Port& port : product.outputs) touch(port.contract_id);
      }
    }
  }

  void add_references() {
    for (const Contract& contract : workspace_.contracts) {
      const std::string folder = "/" + std::string(workspace_.folder(contract.file));
      const auto look = [&](std::string_view file) {
        if (file.find("://") == std::string_view::npos &&
            changes_.find(absolute_path(folder, file).substr(1)))
          files_[contract.file] = true;
      };
      for (const model::SchemaObject& object : contract.objects) {
        each_file_named(object.relationships, look);
        model::each_property(object.properties, [&](const model::Property& property) {
          each_file_named(property.relationships(), look);
        });
      }
    }
  }

  struct Naming {
    uint32_t product;
    bool reads;  // as an input
  };

  const Workspace& workspace_;
  const Changes& changes_;
  const BaseFacts& facts_;
  std::vector<bool> files_;
  std::unordered_map<std::string_view, std::vector<uint32_t>> products_by_id_, products_by_folder_;
  std::unordered_map<std::string_view, std::vector<Naming>> named_by_;
  std::set<std::string> touched_;
  std::vector<std::string> waiting_;
};

}  // namespace

std::vector<bool> affected_files(const Workspace& workspace, const Changes& changes, const BaseFacts& facts) {
  return Affected(workspace, changes, facts).run();
}

void report_only(Workspace& workspace, const std::vector<bool>& files) {
  workspace.manifests = workspace.skipped = 0;
  for (FileId id = 0; id < workspace.files.size(); ++id) {
    File& file = workspace.files[id];
    file.reported = file.reported && files[id];
    if (file.reported && (file.is_manifest || !file.broken))
      ++(file.is_manifest ? workspace.manifests : workspace.skipped);
  }
  report_settings_with_errors(workspace);
}

}  // namespace mesh::workspace
