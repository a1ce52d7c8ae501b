#include "core/git/repository.hpp"

#include "core/base/files.hpp"
#include "core/base/strings.hpp"

namespace mesh::git {

const char* const kHowToDeepen =
    "`git fetch --unshallow` fetches the rest; in CI ask for it all: `fetch-depth: 0` (GitHub), `GIT_DEPTH: "
    "\"0\"` "
    "(GitLab), `fetchDepth: 0` (Azure)";

std::optional<std::string> repository_root(const std::string& folder) {
  const auto layout = find_layout(folder);
  if (!layout) return std::nullopt;
  return layout->root;
}

std::optional<std::string> head_revision(const std::string& folder) {
  const auto layout = find_layout(folder);
  const auto head = layout ? Refs(*layout).read("HEAD") : std::nullopt;
  if (!head) return std::nullopt;
  return head->hex();
}

Repository::Repository(Layout layout, Objects objects)
    : layout_(layout),
      refs_(std::move(layout)),
      objects_(std::make_unique<Objects>(std::move(objects))),
      history_(std::make_unique<History>(*objects_, shallow_commits(layout_))) {}

Result<Repository> Repository::open(const std::string& folder) {
  auto layout = find_layout(folder);
  if (!layout)
    return fail(Fault::usage, "this is no git repository, so there is nothing to compare with",
                "run it below a folder that holds `.git`");
  const Config config = config_of(*layout);
  if (const auto storage = config.value("extensions.refstorage"); !storage.empty() && storage != "files")
    return fail(
        Fault::usage,
        "the branches of this repository are kept as `" + printable(storage) + "`, which is not read yet",
        "`git refs migrate --ref-format=files` keeps them as files");
  auto objects = Objects::open(*layout);
  if (!objects) return pass(std::move(objects));
  return Repository(std::move(*layout), std::move(*objects));
}

Error Repository::explained(Error error) const {
  if (error.fault != Fault::not_found || !error.help.empty()) return error;
  if (objects_->is_partial()) {
    error.message += "; this is a partial clone, which leaves objects out until git needs them";
    error.help = "`git diff --quiet <revision>` makes git fetch what a comparison needs";
  } else if (history_->is_shallow()) {
    error.help = kHowToDeepen;
  } else {
    error.help = "`git fsck` tells what a repository lacks";
  }
  return error;
}

Result<ObjectId> Repository::tree_of(const ObjectId& commit) {
  const auto found = history_->commit(commit);
  if (!found) return tl::unexpected(explained(found.error()));
  return (*found)->tree;
}

Result<std::vector<ObjectId>> Repository::parents_of(const ObjectId& commit) {
  const auto found = history_->commit(commit);
  if (!found) return tl::unexpected(explained(found.error()));
  return (*found)->parents;
}

Result<ObjectId> Repository::merge_base(const ObjectId& one, const ObjectId& two, std::string_view names) {
  const auto bases = history_->merge_bases(one, two);
  if (!bases) return tl::unexpected(explained(bases.error()));
  if (!bases->empty()) return bases->front();
  if (history_->was_cut())
    return fail(Fault::not_found,
                "this is a shallow clone, and it ends before the merge base of " + std::string(names),
                kHowToDeepen);
  return fail(Fault::not_found, std::string(names) + " have no common history",
              "name a commit that both come from");
}

Result<WorkTree> Repository::compare(const std::optional<ObjectId>& commit, const std::string& below) {
  ObjectId tree, head_tree;
  if (commit) {
    auto found = tree_of(*commit);
    if (!found) return pass(std::move(found));
    tree = *found;
  }
  if (const auto at = head()) {
    if (const auto found = tree_of(*at)) head_tree = *found;
  }
  auto compared = WorkTree::compare(*objects_, layout_, tree, head_tree, below);
  if (!compared) return tl::unexpected(explained(compared.error()));
  return compared;
}

Result<std::string> Repository::blob(const ObjectId& id) {
  auto object = objects_->read(id, ObjectType::blob);
  if (!object) return tl::unexpected(explained(object.error()));
  return std::move(object->bytes);
}

}  // namespace mesh::git
