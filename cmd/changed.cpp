#include "cmd/changed.hpp"

#include "cmd/merge_target.hpp"
#include "core/base/strings.hpp"
#include "core/model/version.hpp"
#include "core/publish/earlier_releases.hpp"
#include "core/workspace/dependants.hpp"

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

Result<void> report_changes(workspace::Workspace& workspace, const std::string& revision, unsigned jobs) {
  auto repository = git::Repository::open(workspace.root);
  if (!repository) return pass(std::move(repository));
  const auto base = find_base(*repository, revision);
  if (!base) return tl::unexpected(base.error());

  const publish::Published published(workspace);
  const auto is_wanted = [&](std::string_view key) { return published.may_hold(key); };
  const auto changes = workspace::Changes::since(*repository, base->commit, workspace, is_wanted, jobs);
  if (!changes) return tl::unexpected(changes.error());
  const auto facts = workspace::BaseFacts::read(*changes, jobs);
  if (!facts) return tl::unexpected(facts.error());

  workspace::Base& told = workspace.base.emplace();
  told.commit = base->commit ? base->commit->hex() : "";
  told.revision = base->revision;
  told.files = count_files(workspace, *changes, *facts, published);
  told.contracts = workspace::changed_contracts(workspace, *changes, *facts);
  told.products = publish::changed_releases(workspace, *changes, *facts);
  workspace::report_only(workspace, workspace::affected_files(workspace, *changes, *facts));
  return {};
}

std::string changes_line(const report::Summary& summary, const workspace::Base& base) {
  const std::string since =
      base.commit.empty() ? "there is no commit yet" : "since `" + printable(base.revision) + "`";
  if (summary.files == 0 && summary.errors == 0 && !base.commit.empty())
    return base.files == 0 ? "nothing changed " + since : "nothing changed there " + since;
  return fmt::format("{} ({} changed{}{})", report::summary_line(summary), count_of(base.files, "file"),
                     base.commit.empty() ? ": " : " ", since);
}

Error with_revision_hint(Error error, const std::optional<std::string>& changed,
                         const std::vector<std::string>& paths) {
  if (!changed || !changed->empty() || error.fault != Fault::not_found || !error.help.empty()) return error;
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
