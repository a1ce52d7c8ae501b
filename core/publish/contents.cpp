#include "core/publish/contents.hpp"

#include "core/base/folder.hpp"
#include "core/base/strings.hpp"
#include "core/model/version.hpp"

#include <algorithm>
#include <map>

namespace mesh::publish {
namespace {

using model::Contract;
using model::Product;
using workspace::Workspace;

constexpr int kMaxFolders = 100;  // nested below a product

bool versions_fit(model::Mesh::Match match, std::string_view asked, std::string_view has) {
  if (match == model::Mesh::Match::any || asked.empty() || asked == has) return true;
  const auto wanted = model::parse_version(asked), there = model::parse_version(has);
  if (!wanted || !there) return false;
  return match == model::Mesh::Match::major ? wanted->major == there->major : *wanted == *there;
}

// Of two that fit: the own domain's, then the newer, then the first.
bool is_better(const Workspace& workspace, const Product& product, const Contract& one,
               const Contract& than) {
  const uint32_t home = workspace.files[product.file].domain;
  const bool one_home = workspace.files[one.file].domain == home,
             than_home = workspace.files[than.file].domain == home;
  if (one_home != than_home) return one_home;
  const auto a = model::parse_version(one.version.view()), b = model::parse_version(than.version.view());
  return a && b && model::by_precedence(*a, *b) > 0;
}

std::string path_in_folder(std::string_view key, std::string_view folder) {
  if (folder.empty()) return std::string(key);
  if (key.starts_with(folder) && key.size() > folder.size() && key[folder.size()] == '/')
    return std::string(key.substr(folder.size() + 1));
  return {};
}

// Gathers files under their titles; the same file may come twice, another one of the same title may not.
class Gatherer {
 public:
  explicit Gatherer(Release& release) : release_(release) {}

  void add(std::string title, std::string path, std::string_view media_type) {
    for (const ReleaseFile& file : release_.files) {
      if (file.path == path) return;
      if (file.title != title) continue;
      return refuse("`" + printable(file.path) + "` and `" + printable(path) +
                    "` would both be published as `" + printable(title) + "`");
    }
    release_.files.push_back({std::move(title), std::move(path), media_type});
  }

  void refuse(std::string reason) {
    if (!release_.refused) release_.refused = Refusal{{}, std::move(reason)};
  }
  void refuse(Error error) {
    if (!release_.refused) release_.refused = Refusal{Fault::local_io, std::move(error.message)};
  }

 private:
  Release& release_;
};

void add_contracts(const Workspace& workspace, const Product& product, std::string_view folder,
                   Gatherer& files) {
  for (const model::Port& port : product.outputs) {
    if (!port.contract_id) continue;
    const std::string id = "`" + printable(port.contract_id.view()) + "`";
    const Contract* const contract = contract_of(workspace, product, port.contract_id, port.version);
    if (!contract) {
      files.refuse("the contract " + id + " of an output port is not among the files that were read");
      continue;
    }
    if (workspace.files[contract->file].domain != workspace.files[product.file].domain) {
      const model::Domain* const owner = workspace.domain_of(contract->file);
      files.refuse("the contract " + id + " of an output port belongs to " +
                   (owner ? "domain `" + printable(owner->name) + "`" : std::string("no domain")));
      continue;
    }
    const std::string& key = workspace.files[contract->file].key;
    std::string title = path_in_folder(key, folder);
    if (title.empty()) title = name_part(key);
    files.add(std::move(title), key, oci::kOdcsType);
  }
}

// What the domain's `files:` match below the product's folder. Hidden files (`.env`) are never meant, nor are
// the folders of other products.
class Walk {
 public:
  Walk(const Workspace& workspace, const Product& product, std::string_view folder, Gatherer& files)
      : workspace_(workspace),
        folder_(folder),
        files_(files),
        globs_(workspace.domain_of(product.file)->files) {}

  void run() {
    if (globs_.empty()) return;
    for (const Product& other : workspace_.products)
      if (const std::string_view folder = workspace_.folder(other.file);
          folder.size() > folder_.size() && folder.starts_with(folder_))
        products_.insert(std::string(folder));
    auto root = Folder::open(workspace_.root);
    auto folder = root ? root->open_below(folder_) : std::move(root);
    if (!folder) return files_.refuse(std::move(folder).error());
    visit(*folder, "", kMaxFolders);
  }

 private:
  void visit(const Folder& folder, const std::string& path, int depth) {
    auto entries = folder.entries();
    if (!entries) return files_.refuse(std::move(entries).error());
    std::ranges::sort(*entries, {}, &FolderEntry::name);
    for (const FolderEntry& entry : *entries) {
      if (entry.name.starts_with('.')) continue;
      const std::string title = path + entry.name;
      if (entry.kind == FileKind::folder) {
        if (products_.contains(full(title)) || depth == 0) continue;
        auto below = folder.open_below(entry.name);
        if (!below) return files_.refuse(std::move(below).error());
        visit(*below, title + "/", depth - 1);
      } else if (std::ranges::any_of(globs_,
                                     [&](const std::string& glob) { return glob_match(glob, title); })) {
        files_.add(title, full(title), entry.name.ends_with(".md") ? oci::kMarkdownType : oci::kBytesType);
      }
    }
  }

  std::string full(const std::string& title) const {
    return folder_.empty() ? title : std::string(folder_) + "/" + title;
  }

  const Workspace& workspace_;
  std::string_view folder_;
  Gatherer& files_;
  const std::vector<std::string>& globs_;
  std::set<std::string> products_;  // folders of other products; more than those below do no harm
};

void add_readme(const Workspace& workspace, std::string_view folder, Gatherer& files) {
  const auto root = Folder::open(workspace.root);
  const auto home = root ? root->open_below(folder) : Result<Folder>(tl::unexpected(root.error()));
  if (!home) return files.refuse(home.error());
  const auto kind = home->kind("README.md");
  if (!kind) return files.refuse(kind.error());
  if (*kind == FileKind::absent || *kind == FileKind::folder) return;
  files.add("README.md", folder.empty() ? "README.md" : std::string(folder) + "/README.md",
            oci::kMarkdownType);
}

}  // namespace

const Contract* contract_of(const Workspace& workspace, const Product& product, const model::Text& id,
                            const model::Text& version) {
  const auto found = id ? workspace.contracts_by_id.find(id.view()) : workspace.contracts_by_id.end();
  if (found == workspace.contracts_by_id.end()) return nullptr;
  const Contract* best = nullptr;
  bool best_fits = false;
  for (const uint32_t index : found->second) {
    const Contract& contract = workspace.contracts[index];
    const bool fits = versions_fit(workspace.mesh.contract_versions, version.view(), contract.version.view());
    const bool better =
        !best || fits > best_fits || (fits == best_fits && is_better(workspace, product, contract, *best));
    if (!better) continue;
    best = &contract;
    best_fits = fits;
  }
  return best;
}

std::set<FileId> files_it_depends_on(const Workspace& workspace, const Product& product) {
  std::set<FileId> files{product.file};
  const auto add = [&](const model::Text& id, const model::Text& version) {
    if (const Contract* const contract = contract_of(workspace, product, id, version))
      files.insert(contract->file);
  };
  for (const model::Port& port : product.inputs) add(port.contract_id, port.version);
  for (const model::Port& port : product.outputs) {
    add(port.contract_id, port.version);
    for (const model::InputContract& input : port.input_contracts) add(input.id, input.version);
  }
  if (const model::Domain* const domain = workspace.domain_of(product.file)) files.insert(domain->file);
  files.insert(workspace.mesh.file);
  files.insert(kNoFile);
  return files;
}

void find_contents(const Workspace& workspace, const Product& product, Release& release) {
  const std::string_view folder = workspace.folder(product.file);
  const std::string& document = workspace.files[product.file].key;
  Gatherer files(release);
  files.add(std::string(name_part(document)), document, oci::kOdpsType);
  add_contracts(workspace, product, folder, files);
  add_readme(workspace, folder, files);
  if (workspace.domain_of(product.file)) Walk(workspace, product, folder, files).run();
}

}  // namespace mesh::publish
