#include "core/publish/earlier_releases.hpp"

#include "core/base/folder.hpp"
#include "core/base/strings.hpp"
#include "core/model/version.hpp"
#include "core/publish/contents.hpp"
#include "core/workspace/paths.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

namespace mesh::publish {
namespace {

using model::Contract;
using model::Product;
using workspace::BaseFacts;
using workspace::BaseManifest;
using workspace::Change;
using workspace::Changes;
using workspace::Earlier;
using workspace::Workspace;

using Globs = std::vector<std::string>;

bool same_version(std::string_view a, std::string_view b) {
  const auto left = model::parse_version(a), right = model::parse_version(b);
  return left && right ? left->text() == right->text() : a == b;
}

bool matches(const Globs& globs, std::string_view path) {
  if (path.starts_with('.') || path.find("/.") != path.npos) return false;  // hidden files are never meant
  return std::ranges::any_of(globs, [&](const std::string& glob) { return glob_match(glob, path); });
}

// What a file of a product is called in its release: the path below the product's folder, else the name.
std::string_view title_of(std::string_view key, std::string_view folder) {
  if (folder.empty()) return key;
  if (workspace::is_within(key, folder) && key.size() > folder.size()) return key.substr(folder.size() + 1);
  return name_part(key);
}

// One product beside what it was.
class Comparison {
 public:
  Comparison(const Workspace& workspace, const Changes& changes, const BaseFacts& facts,
             const std::set<std::string_view>& product_folders, const Product& product)
      : workspace_(workspace),
        changes_(changes),
        facts_(facts),
        product_folders_(product_folders),
        product_(product),
        folder_(workspace.folder(product.file)),
        folder_before_(folder_) {}

  // Nothing when the version rose, the product is new or its release may be replaced.
  std::optional<Earlier> run(uint32_t index) && {
    Earlier earlier{index, product_.version.str(), product_.status.str()};
    const std::string& key = workspace_.files[product_.file].key;
    if (changes_.find(key)) {
      before_ = facts_.earlier(workspace_, product_);
      if (!before_) return std::nullopt;
      earlier.version = before_.document->version.str();
      earlier.status = before_.document->status.str();
      folder_before_ = folder_part(before_.manifest->key);
    }
    if (model::is_snapshot(product_.version.view(), product_.status.view()) ||
        model::is_snapshot(earlier.version, earlier.status) ||
        !same_version(earlier.version, product_.version.view()))
      return std::nullopt;
    compare_document(key);
    compare_contracts();
    compare_file(workspace::joined(folder_, "README.md"), workspace::joined(folder_before_, "README.md"));
    compare_files();
    if (differing_.empty()) return std::nullopt;
    for (const std::string& file : differing_) earlier.files.push_back(shown(file));
    return earlier;
  }

 private:
  std::string shown(const std::string& key) const {
    const std::string& own = workspace_.files[product_.file].path;
    const std::string& own_key = workspace_.files[product_.file].key;
    // The root as it is shown, before the key.
    if (own.ends_with(own_key)) return own.substr(0, own.size() - own_key.size()) + key;
    return key;
  }

  void add(std::string_view key) {
    if (std::ranges::find(differing_, key) == differing_.end()) differing_.emplace_back(key);
  }

  void compare_document(const std::string& key) {
    if (!before_) return;
    const auto source = workspace_.source(product_.file);
    const bool same_name = name_part(key) == name_part(before_.manifest->key);
    if (!source || !same_name || source->bytes() != before_.manifest->source.bytes()) add(key);
  }

  void compare_contracts() {
    for (const model::Port& port : product_.outputs) {
      const Contract* const contract = contract_of(workspace_, product_, port.contract_id, port.version);
      if (!contract) continue;
      const std::string& key = workspace_.files[contract->file].key;
      if (!changes_.find(key) && folder_ == folder_before_) continue;
      const auto before = facts_.earlier(workspace_, *contract);
      if (!before && !changes_.find(key)) continue;
      const auto source = workspace_.source(contract->file);
      if (before && source && source->bytes() == before.manifest->source.bytes() &&
          title_of(key, folder_) == title_of(before.manifest->key, folder_before_))
        continue;
      add(key);
    }
  }

  void compare_file(const std::string& now, const std::string& before) {
    if (now == before) {
      if (changes_.find(now)) add(now);
      return;
    }
    const auto earlier = changes_.base_bytes(before);
    const std::optional<std::string> bytes = bytes_now(now);
    if (earlier && *earlier != bytes) add(now);
  }

  std::optional<std::string> bytes_now(const std::string& key) const {
    constexpr uint64_t kMost = 256u << 20;
    const auto folder = Folder::open(workspace::joined(workspace_.root, std::string(folder_part(key))));
    if (!folder) return std::nullopt;
    auto read = folder->read(name_part(key), kMost);
    if (!read) return std::nullopt;
    return std::move(read->bytes);
  }

  // What the domain's `files:` match, now or before: its domain.yaml may have changed as well.
  void compare_files() {
    const model::Domain* const domain = workspace_.domain_of(product_.file);
    if (!domain) return;
    const Globs& now = domain->files;
    Globs before = now;
    if (domain->file < workspace_.files.size())
      for (const auto& manifest : facts_.manifests())
        if (manifest->is_domain && manifest->key == workspace_.files[domain->file].key)
          before = manifest->domain_files;
    if (now.empty() && before.empty()) return;
    std::vector<std::string> keys;
    changes_.each_below(folder_, [&](std::string_view key) { keys.emplace_back(key); });
    for (const std::string& key : keys) {
      const std::string_view path = title_of(key, folder_);
      if (is_of_another_product(key)) continue;
      const bool is_in = matches(now, path), was_in = matches(before, path) && changes_.base_has(key);
      const Change* const change = changes_.find(key);
      const bool is_there = is_in && !(change && change->is_gone);
      if (folder_ != folder_before_) {
        if (is_there) compare_file(key, workspace::joined(folder_before_, path));
      } else if (is_there != was_in || (is_there && change)) {
        add(key);
      }
    }
  }

  bool is_of_another_product(std::string_view key) const {
    for (std::string_view at = folder_part(key); at.size() > folder_.size(); at = folder_part(at))
      if (product_folders_.contains(at)) return true;
    return false;
  }

  const Workspace& workspace_;
  const Changes& changes_;
  const BaseFacts& facts_;
  const std::set<std::string_view>& product_folders_;
  const Product& product_;
  BaseFacts::Found<Product> before_;
  std::string_view folder_, folder_before_;
  std::vector<std::string> differing_;
};

}  // namespace

std::vector<Earlier> changed_releases(const Workspace& workspace, const Changes& changes,
                                      const BaseFacts& facts) {
  std::vector<Earlier> changed;
  if (changes.all().empty()) return changed;
  std::set<std::string_view> folders;
  for (const Product& product : workspace.products) folders.insert(workspace.folder(product.file));
  for (uint32_t i = 0; i < workspace.products.size(); ++i)
    if (auto earlier = Comparison(workspace, changes, facts, folders, workspace.products[i]).run(i))
      changed.push_back(std::move(*earlier));
  return changed;
}

Published::Published(const Workspace& workspace) {
  for (const Product& product : workspace.products) folders_.push_back(workspace.folder(product.file));
  std::ranges::sort(folders_);
  any_files_ = std::ranges::any_of(workspace.domains,
                                   [](const model::Domain& domain) { return !domain.files.empty(); });
}

bool Published::may_hold(std::string_view key) const {
  const bool is_readme = name_part(key) == "README.md";
  if (!is_readme && !any_files_) return false;
  for (std::string_view folder = folder_part(key);; folder = folder_part(folder)) {
    if (std::ranges::binary_search(folders_, folder)) return true;
    if (is_readme || folder.empty()) return false;
  }
}

}  // namespace mesh::publish
