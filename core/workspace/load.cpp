#include "core/base/boxed.hpp"
#include "core/base/files.hpp"
#include "core/base/folder.hpp"
#include "core/base/parallel.hpp"
#include "core/model/read.hpp"
#include "core/workspace/discover.hpp"
#include "core/workspace/foreign.hpp"
#include "core/workspace/link.hpp"
#include "core/workspace/partial.hpp"
#include "core/workspace/paths.hpp"
#include "core/workspace/reading.hpp"

#include <algorithm>
#include <iterator>

namespace mesh::workspace {
namespace {

// mesh.yaml and domain.yaml say how the others are read, so they are read before them; they are judged among
// them.
Reading read_quietly(const Candidate& candidate, const Scope& scope, const Options& options, FileId file) {
  const model::Mesh none;
  const Judge nobody;
  return read_candidate(candidate, candidate.key, scope, options, {none, nobody}, file);
}

model::Mesh settings_of(const Scope& scope, const Options& options) {
  Reading reading = read_quietly({"mesh.yaml", false, {}}, scope, options, kNoFile);
  return reading.mesh ? std::move(*reading.mesh) : model::Mesh{};
}

bool is_settings_file(const Scope& scope, std::string_view key) {
  return scope.has_mesh && (key == "mesh.yaml" || key.substr(key.rfind('/') + 1) == "domain.yaml");
}

// Fills in the mesh, its domains, and which of them every file belongs to.
void read_settings(Workspace& workspace, const std::vector<Candidate>& candidates, const Scope& scope,
                   const Options& options) {
  for (FileId file = 0; file < candidates.size(); ++file) {
    if (!is_settings_file(scope, candidates[file].key)) continue;
    Reading reading = read_quietly(candidates[file], scope, options, file);
    workspace.files[file].broken = reading.is_broken;
    if (reading.mesh) workspace.mesh = std::move(*reading.mesh);
    if (reading.domain) workspace.domains.push_back(std::move(*reading.domain));
  }
  if (options.variables) {
    auto& known = workspace.mesh.variables;
    if (!known) known.emplace();
    known->insert(known->end(), options.variables->begin(), options.variables->end());
    std::ranges::sort(*known);
  }
  assign_domains(workspace, options.jobs);
}

// One for each file, where the thread that read it has put it.
using Readings = std::vector<Boxed<Reading>>;

template <class T>
void append(std::vector<T>& all, std::vector<T>& more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// What `of` names of every reading, in one list.
template <class T, class Of>
void join(std::vector<T>& all, Readings& readings, const Of& of) {
  size_t count = 0;
  for (const Boxed<Reading>& reading : readings) count += of(*reading).size();
  all.reserve(count + count / 4);  // rules add to findings: no need for all to move then
  for (Boxed<Reading>& reading : readings) append(all, of(*reading));
}

void take_rest(Workspace& workspace, Readings& readings, std::vector<OwnFinding>& own) {
  workspace.excerpts.resize(workspace.files.size());
  for (size_t i = 0; i < readings.size(); ++i) {
    Reading& reading = *readings[i];
    File& file = workspace.files[i];
    file.standard = reading.standard;
    file.is_manifest = reading.is_manifest;
    file.broken = reading.is_broken;
    if (file.reported && reading.is_read) ++(reading.is_manifest ? workspace.manifests : workspace.skipped);
    append(workspace.allows, reading.allows);
    if (reading.waivers) workspace.waivers.push_back(std::move(*reading.waivers));
    workspace.broken_ids.insert(reading.other_ids.begin(), reading.other_ids.end());
    workspace.named_ids.insert(reading.named_ids.begin(), reading.named_ids.end());
    append(own, reading.own);
    if (reading.kept) workspace.kept_texts.emplace(static_cast<FileId>(i), std::move(*reading.kept));
    workspace.excerpts[i] = std::move(reading.excerpt);
  }
}

// Each part has places of its own, in the readings and in the workspace.
void take_over(Workspace& workspace, Readings& readings, std::vector<OwnFinding>& own, unsigned jobs) {
  const std::function<void()> parts[] = {
      [&] {
        join(
            workspace.contracts, readings, [](auto& reading) -> auto& { return reading.contracts; });
        index_contracts(workspace);
      },
      [&] {
        join(
            workspace.findings.all(), readings,
            [](auto& reading) -> auto& { return reading.findings.all(); });
      },
      [&] {
        join(
            workspace.products, readings, [](auto& reading) -> auto& { return reading.products; });
        index_outputs(workspace);
      },
      [&] { take_rest(workspace, readings, own); },
  };
  for_each_index(std::size(parts), jobs, [&](size_t part) { parts[part](); });
}

}  // namespace

void report_settings_with_errors(Workspace& workspace) {
  std::vector<bool> governs(workspace.files.size());
  if (workspace.mesh.file != kNoFile) governs[workspace.mesh.file] = true;
  for (const model::Waivers& waivers : workspace.waivers) governs[waivers.file] = true;
  for (FileId file = 0; file < workspace.files.size(); ++file)
    if (workspace.files[file].reported)
      if (const model::Domain* const domain = workspace.domain_of(file)) governs[domain->file] = true;
  for (const Finding& finding : workspace.findings.all())
    if (finding.level == Level::error && governs[finding.at.file])
      workspace.files[finding.at.file].reported = true;
}

// What governs others is told whatever is asked for.
static bool is_governing(std::string_view key) {
  return key == "mesh.yaml" || name_part(key) == "domain.yaml" || name_part(key) == kWaiversFile;
}

Result<Workspace> load(const Options& options) { return load(options, {}); }

Result<Workspace> load(const Options& options, const IsChecked& is_checked) {
  auto scope = find_scope(options);
  if (!scope) return tl::unexpected(scope.error());
  if (options.as_mesh) {
    scope->has_mesh = true;
    scope->everything = true;
  }
  Workspace workspace;
  workspace.root = scope->root;
  workspace.has_mesh = scope->has_mesh;
  workspace.linked = scope->linked;
  workspace.most_bytes = options.limits.bytes;
  const model::Mesh settings = scope->has_mesh ? settings_of(*scope, options) : model::Mesh{};
  const OwnSchemas schemas(settings.schemas, scope->root);

  const std::vector<Candidate> candidates = discover(*scope, settings, options.jobs);
  workspace.files.resize(candidates.size());
  for_each_part(candidates.size(), options.jobs, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      File& file = workspace.files[i];
      file.key = candidates[i].key;
      file.path = scope->shown(file.key);
      file.reported = scope->reports(file.key);
    }
  });
  if (scope->input)
    for (FileId file = 0; file < candidates.size(); ++file)
      if (candidates[file].key == scope->input->key) workspace.input = file;
  read_settings(workspace, candidates, *scope, options);
  const Judge judge = options.on_document ? options.on_document(workspace) : Judge{};
  const Around around{workspace.mesh, judge, &schemas};
  const auto remains = std::make_shared<Readings>(candidates.size());
  Readings& readings = *remains;
  for_each_index(candidates.size(), options.jobs, [&](size_t i) {
    const std::string& key = candidates[i].key;
    const bool checked =
        !is_checked || is_governing(key) || static_cast<FileId>(i) == workspace.input || is_checked(key);
    readings[i] = read_candidate(candidates[i], workspace.files[i].path, *scope, options, around,
                                 static_cast<FileId>(i), checked ? Checking::yes : Checking::no);
  });
  std::vector<OwnFinding> own;
  take_over(workspace, readings, own, options.jobs);
  workspace.remains = remains;
  // With why they cannot be used; mesh.yaml may have changed since it was read for them.
  if (workspace.mesh.schemas.size() == schemas.all().size()) workspace.mesh.schemas = schemas.all();
  drop_misplaced_waivers(workspace);
  look_for_foreign_files(workspace);
  add_own_findings(workspace, own);
  report_settings_with_errors(workspace);
  return workspace;
}

Workspace load_text(const std::string& name, std::string text, const Options& options) {
  const std::map<std::string, std::string, std::less<>> texts{{name, std::move(text)}};
  Options own = options;
  own.texts = &texts;
  Scope scope;
  scope.linked = false;
  scope.everything = true;
  Workspace workspace;
  workspace.linked = false;
  File& file = workspace.files.emplace_back();
  file.path = file.key = name;
  const Judge judge = own.on_document ? own.on_document(workspace) : Judge{};
  Readings readings(1);
  readings[0] = read_candidate({name, true, {}}, name, scope, own, {workspace.mesh, judge}, 0);
  std::vector<OwnFinding> none;
  take_over(workspace, readings, none, 1);
  return workspace;
}

void check_files(Workspace& workspace, const Options& options, const std::vector<FileId>& files) {
  const auto scope = find_scope(options, Input::Reading::no);
  if (!scope) return;  // loading would have failed
  const OwnSchemas schemas(workspace.mesh.schemas, workspace.root);
  const Judge judge = options.on_document ? options.on_document(workspace) : Judge{};
  const Around around{workspace.mesh, judge, &schemas};
  std::vector<Reading> readings(files.size());
  for_each_index(files.size(), options.jobs, [&](size_t i) {
    const File& file = workspace.files[files[i]];
    const bool is_explicit = std::ranges::find(scope->files, file.key) != scope->files.end();
    readings[i] = read_candidate({file.key, is_explicit, {}}, file.path, *scope, options, around, files[i]);
  });
  std::vector<bool> is_new(workspace.files.size());
  for (const FileId file : files) is_new[file] = true;
  std::erase_if(workspace.findings.all(), [&](const Finding& finding) {
    return finding.at.file < is_new.size() && is_new[finding.at.file];
  });
  std::vector<OwnFinding> own;
  for (size_t i = 0; i < readings.size(); ++i) {
    append(workspace.findings.all(), readings[i].findings.all());
    append(own, readings[i].own);
    workspace.excerpts[files[i]] = std::move(readings[i].excerpt);
  }
  add_own_findings(workspace, own);
}

}  // namespace mesh::workspace
