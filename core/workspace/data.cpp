#include "core/workspace/data.hpp"

#include "core/base/files.hpp"
#include "core/base/parallel.hpp"
#include "core/base/strings.hpp"
#include "core/base/vectors.hpp"
#include "core/workspace/paths.hpp"
#include "core/workspace/reading.hpp"
#include "core/workspace/scope.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

namespace mesh::workspace {
namespace {

Result<File> named(const std::string& written, const std::string& here) {
  File file;
  file.is_manifest = true;
  if (written == "-") {
    file.path = file.key = kStandardInput;
    return file;
  }
  const std::string shown = "`" + printable(written) + "`";
  struct stat about {};
  if (::stat(written.c_str(), &about) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return fail(Fault::not_found, shown + " does not exist");
    return system_failure("cannot look at " + shown, errno);
  }
  if (S_ISDIR(about.st_mode))
    return fail(Fault::usage, shown + " is a folder",
                "name the files in it, for instance `" + printable(written) + "/*.json`");
  const std::string path = absolute_path(here, written);
  file.path = relative_path(here, path);
  file.key = path.substr(1);
  return file;
}

struct DataReading {
  Findings findings;
  bool is_read = true, is_broken = false;
  std::optional<std::string> kept;
};

// What a `---` at the end of a file begins.
bool is_nothing(yaml::Node root) { return root.is_null() && root.span().begin == root.span().end; }

// By the name; where it says nothing, what reads as JSON is JSON: YAML lacks its pairs of surrogates and, in
// some places, its tabs.
std::vector<yaml::Document> read_any(const Source& source, Findings& findings, const yaml::Limits& limits) {
  const std::string_view path = source.path(), text = trim(source.bytes());
  const bool is_named = path.ends_with(".json") || path.ends_with(".yaml") || path.ends_with(".yml");
  if (is_named || text.empty() || (text[0] != '{' && text[0] != '['))
    return yaml::read(source, findings, limits);
  Findings as_json(findings.file());
  auto documents = yaml::read_json(source, as_json, limits);
  if (documents.empty()) return yaml::read_yaml(source, findings, limits);
  std::ranges::move(as_json.all(), std::back_inserter(findings.all()));
  return documents;
}

DataReading read_one(const File& file, FileId id, const DataOptions& options) {
  DataReading reading;
  reading.findings.within(id);
  const bool is_input = file.key == kStandardInput;
  const std::string path = is_input ? std::string() : "/" + file.key;
  auto bytes = read_bytes(path, options.limits.bytes);
  if (!bytes) {
    reading.is_read = false;
    reading.is_broken = true;
    reading.findings.add("yaml/unreadable", Level::error, Span{}, printable(bytes.error().message));
    return reading;
  }
  // What cannot be read again is kept for the report.
  if (is_input || !is_file(path)) reading.kept = *bytes;
  const Source source(file.path, std::move(*bytes));
  const auto documents = read_any(source, reading.findings, options.limits);
  reading.is_broken = documents.empty();
  for (const yaml::Document& document : documents)
    if (documents.size() == 1 || !is_nothing(document.root()))
      options.judge(document.root(), reading.findings);
  return reading;
}

}  // namespace

Result<Workspace> load_data(const DataOptions& options) {
  const auto here = current_folder();
  if (!here) return tl::unexpected(here.error());
  Workspace workspace;
  workspace.root = "/";
  workspace.linked = false;
  for (const std::string& path : options.paths) {
    auto file = named(path, *here);
    if (!file) return pass(std::move(file));
    workspace.files.push_back(std::move(*file));
  }
  std::ranges::sort(workspace.files, {}, &File::key);
  drop_repeated(workspace.files, &File::key);

  std::vector<DataReading> readings(workspace.files.size());
  for_each_index(readings.size(), options.jobs, [&](size_t i) {
    readings[i] = read_one(workspace.files[i], static_cast<FileId>(i), options);
  });
  for (size_t i = 0; i < readings.size(); ++i) {
    DataReading& reading = readings[i];
    workspace.files[i].broken = reading.is_broken;
    if (reading.is_read) ++workspace.manifests;
    std::ranges::move(reading.findings.all(), std::back_inserter(workspace.findings.all()));
    if (reading.kept) workspace.kept_texts.emplace(static_cast<FileId>(i), std::move(*reading.kept));
  }
  return workspace;
}

}  // namespace mesh::workspace
