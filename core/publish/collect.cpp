#include "core/publish/collect.hpp"

#include "core/base/folder.hpp"
#include "core/base/parallel.hpp"
#include "core/base/strings.hpp"
#include "core/model/version.hpp"
#include "core/publish/contents.hpp"
#include "core/workspace/changes.hpp"

#include <algorithm>
#include <map>

namespace mesh::publish {
namespace {

using model::Product;
using workspace::Workspace;

using Errors = std::map<FileId, std::vector<const Finding*>>;

Errors errors_by_file(std::span<const Finding> findings) {
  Errors errors;
  // What cannot be read cannot be published, whoever takes responsibility.
  for (const Finding& finding : findings)
    if (finding.level == Level::error &&
        (!finding.waiver || (finding.waiver->baseline && finding.rule.starts_with("yaml/"))))
      errors[finding.at.file].push_back(&finding);
  return errors;
}

// "path:12:7: message", for the first of several.
std::string told(const Workspace& workspace, const Finding& finding) {
  if (finding.at.file == kNoFile) return finding.message;
  std::string place = printable(workspace.path(finding.at.file));
  if (const auto source = workspace.source(finding.at.file)) {
    const Position at = source->position(finding.at.span.begin);
    place += ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
  }
  return place + ": " + finding.message + " [" + std::string(finding.rule) + "]";
}

std::optional<std::string> summary_of_errors(const Workspace& workspace, const Errors& errors,
                                             const std::set<FileId>& files) {
  const Finding* first = nullptr;
  size_t count = 0;
  for (const FileId file : files) {
    const auto found = errors.find(file);
    if (found == errors.end()) continue;
    if (!first) first = found->second.front();
    count += found->second.size();
  }
  if (!first) return std::nullopt;
  const std::string place = told(workspace, *first);
  return count == 1 ? place : count_of(count, "error") + ", first " + place;
}

std::string mesh_status(std::string_view status) {
  return status == "deprecated" || status == "retired" ? std::string(status) : "active";
}

// Everything about the release but its files.
void identify(const Workspace& workspace, const Product& product, const Request& request, Release& release) {
  const auto refuse = [&](std::string reason) {
    if (!release.refused) release.refused = Refusal{{}, std::move(reason)};
  };
  release.root = workspace.root;
  release.document = workspace.path(product.file);
  release.id = product.id.str();
  release.status = mesh_status(product.status.view());

  const model::Domain* const domain = workspace.domain_of(product.file);
  release.identity = request.as
                         ? *request.as
                         : Identity{domain ? domain->name : "", std::string(workspace.product_key(product))};
  if (!request.as && !domain) refuse("`" + printable(release.document) + "` belongs to no domain");
  if (const auto checked = check_identity(release.identity); !checked) refuse(checked.error().message);
  if (!product.id) refuse("the product has no `id`");

  if (model::is_snapshot(product.version.view(), product.status.view())) {
    release.version = release.tag = model::kSnapshotTag;
  } else if (const auto version = model::parse_version(product.version.view())) {
    release.version = version->text();
    release.tag = version->tag();
  } else {
    refuse("the version `" + printable(product.version.view()) +
           "` is not one of Semantic Versioning, such as 1.0.0");
  }
}

Release release_of(const Workspace& workspace, const Errors& errors, const Product& product,
                   const Request& request) {
  Release release;
  identify(workspace, product, request, release);
  if (const auto summary = summary_of_errors(workspace, errors, files_it_depends_on(workspace, product))) {
    release.refused = Refusal{{}, *summary};
    return release;
  }
  find_contents(workspace, product, release);
  return release;
}

bool looks_like_a_product(const Workspace& workspace, FileId id) {
  const workspace::File& file = workspace.files[id];
  if (file.standard == schema::Standard::odps) return true;
  if (!file.broken || file.standard != schema::Standard::none) return false;
  const std::string name = to_lower(name_part(file.key));
  if (name.find(".odcs.") != name.npos || name.starts_with("datacontract.")) return false;
  if (name == "mesh.yaml" || name == "domain.yaml" || name == "waivers.yaml") return false;
  if (name.find(".odps.") != name.npos || name.starts_with("dataproduct.")) return true;
  // Nothing says what it was to be: it was the product unless its folder has one.
  return std::ranges::none_of(workspace.products, [&](const Product& product) {
    return workspace.folder(product.file) == workspace.folder(id);
  });
}

// A document that could not be read is no product of the workspace, and a folder that could not be may hold
// some; neither must vanish from what is published.
void add_unreadable(const Workspace& workspace, const Errors& errors, const Request& request,
                    std::vector<Release>& releases) {
  std::set<FileId> read;
  for (const Product& product : workspace.products) read.insert(product.file);
  for (FileId file = 0; file < workspace.files.size(); ++file) {
    if (!request.selected[file] || read.contains(file) || !looks_like_a_product(workspace, file)) continue;
    const auto summary = summary_of_errors(workspace, errors, {file});
    const model::Domain* const domain = workspace.domain_of(file);
    const std::string& key = workspace.files[file].key;
    const std::string_view folder = workspace::has_manifest_ending(key) ? workspace.folder(file) : key;
    Release release;
    release.identity =
        request.as ? *request.as : Identity{domain ? domain->name : "", std::string(name_part(folder))};
    release.document = workspace.path(file);
    const bool was_opened = workspace.files[file].is_manifest;
    release.refused = Refusal{was_opened ? std::nullopt : std::optional(Fault::local_io),
                              summary.value_or("`" + printable(release.document) + "` cannot be read")};
    releases.push_back(std::move(release));
  }
}

void refuse_doubles(std::vector<Release>& releases) {
  std::map<Identity, std::vector<Release*>> by_identity;
  for (Release& release : releases) by_identity[release.identity].push_back(&release);
  for (const auto& [identity, same] : by_identity) {
    if (same.size() < 2) continue;
    for (Release* release : same)
      if (!release->refused)
        release->refused =
            Refusal{{},
                    "`" + printable(same[0]->document) + "` and `" + printable(same[1]->document) +
                        "` are both the product `" + printable(identity.prefix()) + "`"};
  }
}

std::vector<std::string> contracts_left_out(const Workspace& workspace, const Request& request,
                                            const std::vector<Release>& releases) {
  std::set<std::string_view> published;
  for (const Release& release : releases)
    for (const ReleaseFile& file : release.files) published.insert(file.path);
  for (const Product& product : workspace.products)
    for (const model::Port& port : product.outputs)
      if (const auto* const contract = contract_of(workspace, product, port.contract_id, port.version))
        published.insert(workspace.files[contract->file].key);
  std::vector<std::string> told;
  for (const model::Contract& contract : workspace.contracts)
    if (request.selected[contract.file] && !published.contains(workspace.files[contract.file].key))
      told.push_back("`" + printable(workspace.path(contract.file)) +
                     "` is not published: no product outputs the contract `" + printable(contract.id.view()) +
                     "`");
  return told;
}

// Globs of `files:` that add nothing to any product of their domain: what people meant to publish is missing
// then, and a version never changes. Only when all products of the domain are looked at.
void tell_idle_globs(const Workspace& workspace, const Request& request, Collected& collected) {
  for (const model::Domain& domain : workspace.domains) {
    if (domain.files.empty()) continue;
    const bool is_partial = std::ranges::any_of(workspace.products, [&](const Product& product) {
      return workspace.domain_of(product.file) == &domain && !request.selected[product.file];
    });
    std::vector<const Release*> releases;
    for (const Release& release : collected.releases)
      if (release.identity.domain == domain.name) releases.push_back(&release);
    if (is_partial || releases.empty() || request.as ||
        std::ranges::any_of(releases, [](const Release* release) { return release->refused.has_value(); }))
      continue;
    for (const std::string& glob : domain.files) {
      const bool is_used = std::ranges::any_of(releases, [&](const Release* release) {
        return std::ranges::any_of(release->files,
                                   [&](const ReleaseFile& file) { return glob_match(glob, file.title); });
      });
      if (is_used) continue;
      std::string name = glob;
      while (name.ends_with('/')) name.pop_back();
      collected.left_out.push_back(
          quoted(glob) + " under `files` in " + quoted(workspace.path(domain.file)) +
          " matches no file of a product" +
          (name.find_first_of("*?[{") == name.npos ? "; all of a folder is " + quoted(name + "/**") : ""));
    }
  }
}

}  // namespace

Collected collect(const Workspace& workspace, std::span<const Finding> findings, const Request& request) {
  const Errors errors = errors_by_file(findings);
  std::vector<const Product*> products;
  for (const Product& product : workspace.products)
    if (request.selected[product.file]) products.push_back(&product);

  Collected collected;
  collected.releases.resize(products.size());
  for_each_index(products.size(), request.jobs, [&](size_t i) {
    collected.releases[i] = release_of(workspace, errors, *products[i], request);
  });
  add_unreadable(workspace, errors, request, collected.releases);
  refuse_doubles(collected.releases);
  collected.left_out = contracts_left_out(workspace, request, collected.releases);
  tell_idle_globs(workspace, request, collected);
  std::ranges::stable_sort(collected.releases, {}, &Release::identity);
  return collected;
}

}  // namespace mesh::publish
