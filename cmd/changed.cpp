#include "cmd/changed.hpp"

#include "core/base/strings.hpp"
#include "core/model/version.hpp"
#include "core/publish/earlier_releases.hpp"
#include "core/workspace/dependants.hpp"
#include "core/workspace/partial.hpp"
#include "core/workspace/paths.hpp"
#include "core/workspace/scope.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace mesh::cmd {
namespace {

// Manifests, now or before, and files that are published with a product: what the mesh is made of.
size_t count_files(const workspace::Workspace& workspace, const workspace::Changes& changes,
                   const workspace::BaseFacts& facts, const publish::Published& published) {
  std::set<std::string_view> keys;
  for (const workspace::File& file : workspace.files)
    if (file.is_manifest && changes.find(file.key)) keys.insert(file.key);
  for (const auto& manifest : facts.manifests())
    if (!manifest->contracts.empty() || !manifest->products.empty() || manifest->is_domain)
      keys.insert(manifest->key);
  for (const workspace::Change& change : changes.all())
    if (published.may_hold(change.key)) keys.insert(change.key);
  return keys.size();
}

}  // namespace

Result<ChangedRun> ChangedRun::start(const workspace::Options& options, const std::string& revision) {
  const auto scope = workspace::find_scope(options, workspace::Input::Reading::no);
  if (!scope) return tl::unexpected(scope.error());
  auto repository = git::Repository::open(scope->root);
  if (!repository) return pass(std::move(repository));
  ChangedRun run(std::move(*repository));
  auto base = find_base(run.repository_, revision);
  if (!base) return pass(std::move(base));
  run.base_ = std::move(*base);
  run.below_ = workspace::key_below(run.repository_.root(), scope->root);
  auto tree = run.repository_.compare(run.base_.commit, run.below_);
  if (!tree) return pass(std::move(tree));
  run.tree_ = std::move(*tree);
  return run;
}

Result<workspace::Workspace> ChangedRun::load(const workspace::Options& options) {
  // Of what is in no tree of this repository, nothing is known yet.
  const auto may_have_changed = [&](std::string_view key) {
    const git::WorkTreeFile* const file = tree_.find(workspace::joined(below_, key));
    return !file || tree_.state_of(*file) != git::FileState::same;
  };
  auto loaded = workspace::load(options, may_have_changed);
  if (!loaded) return loaded;
  workspace::Workspace& workspace = *loaded;
  manifests_ = workspace.manifests;

  const publish::Published published(workspace);
  const auto is_wanted = [&](std::string_view key) { return published.may_hold(key); };
  const auto changes =
      workspace::Changes::since(repository_, std::move(tree_), workspace, is_wanted, options.jobs);
  if (!changes) return tl::unexpected(changes.error());
  const auto facts = workspace::BaseFacts::read(*changes, options.jobs);
  if (!facts) return tl::unexpected(facts.error());

  workspace::Base& told = workspace.base.emplace();
  told.commit = base_.commit ? base_.commit->hex() : "";
  told.revision = base_.revision;
  told.files = count_files(workspace, *changes, *facts, published);
  told.contracts = workspace::changed_contracts(workspace, *changes, *facts);
  told.products = publish::changed_releases(workspace, *changes, *facts);
  const std::vector<bool> affected = workspace::affected_files(workspace, *changes, *facts);
  std::vector<FileId> unchecked;
  for (FileId file = 0; file < workspace.files.size(); ++file)
    if (affected[file] && workspace.files[file].reported && file != workspace.input && !changes->find(workspace.files[file].key))
      unchecked.push_back(file);
  workspace::check_files(workspace, options, unchecked);
  workspace::report_only(workspace, affected);
  return loaded;
}

std::string changes_line(const report::Summary& summary, const workspace::Base& base) {
  const std::string since =
      base.commit.empty() ? "there is no commit yet" : "since `" + printable(base.revision) + "`";
  if (summary.files == 0 && summary.errors == 0 && !base.commit.empty())
    return base.files == 0 ? "nothing changed " + since : "nothing changed there " + since;
  return fmt::format("{} ({} changed{}{})", report::summary_line(summary), count_of(base.files, "file"),
                     base.commit.empty() ? ": " : " ", since);
}

Error with_revision_hint(Error error, const std::string& revision, const std::vector<std::string>& paths) {
  if (!revision.empty() || error.fault != Fault::not_found || !error.help.empty()) return error;
  auto repository = git::Repository::open(".");
  if (!repository) return error;
  for (const std::string& path : paths)
    if (error.message.starts_with("`" + printable(path) + "`") && repository->commit_named(path)) {
      error.help =
          "to compare with the revision `" + printable(path) + "` write `--changed=" + printable(path) + "`";
      break;
    }
  return error;
}

void drop_unsure_fixes(const workspace::Workspace& workspace, std::vector<Finding>& findings) {
  for (Finding& finding : findings) {
    if (finding.rule != "version/not-bumped" || !finding.fix) continue;
    const auto source = workspace.source(finding.at.file);
    const bool is_sure =
        source && std::ranges::all_of(finding.fix->edits, [&](const Edit& edit) {
          return edit.at.begin <= edit.at.end && edit.at.end <= source->bytes().size() &&
                 model::parse_version(source->bytes().substr(edit.at.begin, edit.at.end - edit.at.begin));
        });
    if (!is_sure) finding.fix.reset();
  }
}

}  // namespace mesh::cmd
