#include "core/base/files.hpp"
#include "core/base/folder.hpp"
#include "core/base/parallel.hpp"
#include "core/model/read.hpp"
#include "core/workspace/discover.hpp"
#include "core/workspace/link.hpp"
#include "core/workspace/partial.hpp"
#include "core/workspace/paths.hpp"
#include "core/workspace/reading.hpp"

#include <algorithm>
#include <iterator>

namespace mesh::workspace {
namespace {

// mesh.yaml says where to look, so it is read before the others; it is judged among them.
model::Mesh settings_of(const Scope& scope, const Options& options) {
  const Candidate candidate{"mesh.yaml", false, {}};
  Options quiet;
  quiet.limits = options.limits;
  Reading reading = read_candidate(candidate, candidate.key, scope, quiet, kNoFile);
  return reading.mesh ? std::move(*reading.mesh) : model::Mesh{};
}

template <class T>
void append(std::vector<T>& all, std::vector<T>& more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void take_over(Workspace& workspace, FileId id, Reading& reading) {
  File& file = workspace.files[id];
  file.standard = reading.standard;
  file.is_manifest = reading.is_manifest;
  file.broken = reading.is_broken;
  if (file.reported && reading.is_read) ++(reading.is_manifest ? workspace.manifests : workspace.skipped);
  append(workspace.findings.all(), reading.findings.all());
  append(workspace.contracts, reading.contracts);
  append(workspace.products, reading.products);
  if (reading.mesh) workspace.mesh = std::move(*reading.mesh);
  if (reading.domain) workspace.domains.push_back(std::move(*reading.domain));
  workspace.broken_ids.insert(reading.other_ids.begin(), reading.other_ids.end());
  if (reading.kept) workspace.kept_texts.emplace(id, std::move(*reading.kept));
}

}  // namespace

void report_settings_with_errors(Workspace& workspace) {
  std::vector<bool> governs(workspace.files.size());
  if (workspace.mesh.file != kNoFile) governs[workspace.mesh.file] = true;
  for (FileId file = 0; file < workspace.files.size(); ++file)
    if (workspace.files[file].reported)
      if (const model::Domain* const domain = workspace.domain_of(file)) governs[domain->file] = true;
  for (const Finding& finding : workspace.findings.all())
    if (finding.level == Level::error && governs[finding.at.file])
      workspace.files[finding.at.file].reported = true;
}

// What governs others is told whatever is asked for.
static bool is_governing(std::string_view key) {
  return key == "mesh.yaml" || name_part(key) == "domain.yaml";
}

Result<Workspace> load(const Options& options) { return load(options, {}); }

Result<Workspace> load(const Options& options, const IsChecked& is_checked) {
  const auto scope = find_scope(options.paths);
  if (!scope) return tl::unexpected(scope.error());
  Workspace workspace;
  workspace.root = scope->root;
  workspace.has_mesh = scope->has_mesh;
  workspace.linked = scope->linked;
  const model::Mesh settings = scope->has_mesh ? settings_of(*scope, options) : model::Mesh{};

  const std::vector<Candidate> candidates = discover(*scope, settings);
  workspace.files.reserve(candidates.size());
  for (const Candidate& candidate : candidates) {
    File file;
    file.path = scope->shown(candidate.key);
    file.key = candidate.key;
    file.reported = scope->reports(candidate.key);
    workspace.files.push_back(std::move(file));
  }
  std::vector<Reading> readings(candidates.size());
  for_each_index(candidates.size(), options.jobs, [&](size_t i) {
    const std::string& key = candidates[i].key;
    const bool checked = !is_checked || is_governing(key) || is_checked(key);
    readings[i] = read_candidate(candidates[i], workspace.files[i].path, *scope, options,
                                 static_cast<FileId>(i), checked ? Checking::yes : Checking::no);
  });
  for (size_t i = 0; i < readings.size(); ++i) take_over(workspace, static_cast<FileId>(i), readings[i]);
  link(workspace);
  report_settings_with_errors(workspace);
  return workspace;
}

void check_files(Workspace& workspace, const Options& options, const std::vector<FileId>& files) {
  const auto scope = find_scope(options.paths);
  if (!scope) return;  // loading would have failed
  std::vector<Reading> readings(files.size());
  for_each_index(files.size(), options.jobs, [&](size_t i) {
    const File& file = workspace.files[files[i]];
    const bool is_explicit = std::ranges::find(scope->files, file.key) != scope->files.end();
    readings[i] = read_candidate({file.key, is_explicit, {}}, file.path, *scope, options, files[i]);
  });
  std::vector<bool> is_new(workspace.files.size());
  for (const FileId file : files) is_new[file] = true;
  std::erase_if(workspace.findings.all(), [&](const Finding& finding) {
    return finding.at.file < is_new.size() && is_new[finding.at.file];
  });
  for (Reading& reading : readings) append(workspace.findings.all(), reading.findings.all());
}

}  // namespace mesh::workspace
