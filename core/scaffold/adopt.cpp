#include "core/scaffold/adopt.hpp"

#include "core/base/folder.hpp"
#include "core/base/strings.hpp"
#include "core/model/read.hpp"
#include "core/scaffold/name.hpp"
#include "core/scaffold/render.hpp"
#include "core/workspace/paths.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace mesh::scaffold {
namespace {

using workspace::joined;
using workspace::Workspace;

// Folders that say what is in them, not whose it is.
constexpr std::array<std::string_view, 24> kGeneric{
    "domains", "domain",    "data",          "products",       "data-products", "dataproducts",
    "product", "contracts", "datacontracts", "data-contracts", "contract",      "src",
    "source",  "main",      "config",        "configs",        "manifests",     "schemas",
    "models",  "resources", "specs",         "odcs",           "odps",          "mesh"};

std::string domain_name(std::string_view text) {
  std::string name = slug(text);
  if (model::is_reserved(name)) name += "-domain";
  return name;
}

// A folder with what its documents say of their domain.
struct Folder {
  std::map<std::string, Folder> folders;
  std::map<std::string, std::set<std::string>> files;  // name → domains that it names
  std::set<std::string> domains;                       // of all below
};

void add(Folder& root, std::string_view key, const std::set<std::string>& domains) {
  Folder* at = &root;
  const auto parts = split(key, '/');
  for (size_t i = 0; i < parts.size(); ++i) {
    at->domains.insert(domains.begin(), domains.end());
    if (i + 1 == parts.size())
      at->files[std::string(parts[i])].insert(domains.begin(), domains.end());
    else
      at = &at->folders[std::string(parts[i])];
  }
}

class Guess {
 public:
  explicit Guess(std::string mesh) : mesh_(domain_name(mesh)) {}

  void visit(const Folder& folder, const std::string& key) {
    const auto is_of_one = [](const auto& below) { return below.second.domains.size() == 1; };
    if (folder.domains.size() == 1 &&
        (!name_of(key).empty() || std::ranges::all_of(folder.folders, is_of_one)))
      return claim(*folder.domains.begin(), key);
    if (folder.domains.empty() && (!key.empty() || folder.folders.empty())) {
      if (const std::string name = name_of(key); !name.empty() || folder.folders.empty())
        return claim(name.empty() ? mesh_ : name, key);
    }
    for (const auto& [name, below] : folder.folders) visit(below, joined(key, name));
    for (const auto& [name, domains] : folder.files) {
      const std::string called = domains.size() == 1 ? *domains.begin() : name_of(key);
      claim(called.empty() ? mesh_ : called, joined(key, name));
    }
  }

  std::vector<GuessedDomain> take() {
    std::vector<GuessedDomain> domains;
    for (auto& [name, paths] : paths_) domains.push_back({name, std::move(paths)});
    return domains;
  }

 private:
  // After the first folder of a path that says more than what kind of files are in it.
  static std::string name_of(const std::string& key) {
    for (const std::string_view part : split(key, '/')) {
      std::string name = domain_name(part);
      if (!name.empty() && std::ranges::find(kGeneric, to_lower(part)) == kGeneric.end()) return name;
    }
    return {};
  }

  void claim(const std::string& domain, const std::string& key) {
    std::string path = key.empty() ? "." : key;
    // A path is a glob: characters that mean more there, and those that YAML cannot be sure of, become any
    // byte.
    for (char& c : path)
      if (c < 0x20 || c == 0x7f || std::string_view("*[]{}\\").find(c) != std::string_view::npos) c = '?';
    paths_[domain].push_back(std::move(path));
  }

  std::string mesh_;
  std::map<std::string, std::vector<std::string>> paths_;
};

}  // namespace

std::vector<GuessedDomain> guess_domains(const Workspace& workspace, const std::string& mesh) {
  std::vector<GuessedDomain> domains;
  std::set<std::string, std::less<>> own;
  for (const workspace::File& file : workspace.files)
    if (file.standard == schema::Standard::domain && name_part(file.key) == "domain.yaml")
      own.insert(std::string(workspace::parent_of(file.key)));
  for (const std::string& folder : own)
    if (!folder.empty()) domains.push_back({"", {folder}});

  std::map<FileId, std::set<std::string>> named;
  const auto note = [&](const auto& document) {
    if (std::string name = domain_name(document.domain.view()); model::is_slug(name))
      named[document.file].insert(std::move(name));
  };
  std::ranges::for_each(workspace.contracts, note);
  std::ranges::for_each(workspace.products, note);
  const auto has_owner = [&](std::string_view key) {
    for (;; key = workspace::parent_of(key)) {
      if (own.contains(workspace::parent_of(key))) return true;
      if (workspace::parent_of(key).empty()) return false;
    }
  };
  Folder root;
  for (FileId file = 0; file < workspace.files.size(); ++file)
    if (const workspace::File& one = workspace.files[file];
        one.is_manifest && !schema::is_own(one.standard) && !has_owner(one.key))
      add(root, one.key, named.contains(file) ? named[file] : std::set<std::string>{});
  Guess guess(mesh);
  if (!root.folders.empty() || !root.files.empty()) guess.visit(root, "");
  for (GuessedDomain& domain : guess.take()) domains.push_back(std::move(domain));
  return domains;
}

std::string mesh_text(const std::string& name, const std::vector<GuessedDomain>& domains,
                      const std::string& baseline) {
  std::string text =
      "# Written by `mesh adopt`. The domains are guessed from the documents and folders: correct what is "
      "wrong.\n"
      "# A domain that gets a domain.yaml of its own can say who owns it, and set levels for itself.\n"
      "apiVersion: mesh/v1\n"
      "kind: Mesh\n"
      "name: " +
      yaml_scalar(name) +
      "\n\n"
      "# What was found on the first day: it is counted, but does not fail. `mesh validate "
      "--update-baseline` drops\n"
      "# from it what was mended; nothing is ever added.\n"
      "baseline: " +
      yaml_scalar(baseline) + "\n";
  if (domains.empty()) return text;
  text += "\ndomains:\n";
  for (const GuessedDomain& domain : domains) {
    if (domain.name.empty()) {
      text += "  - " + yaml_scalar(domain.paths.front()) + "\n";
      continue;
    }
    text += "  - name: " + yaml_scalar(domain.name) + "\n    paths:\n";
    for (const std::string& path : domain.paths) text += "      - " + yaml_scalar(path) + "\n";
  }
  return text;
}

}  // namespace mesh::scaffold
