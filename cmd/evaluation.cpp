#include "cmd/evaluation.hpp"

#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/workspace/paths.hpp"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>

namespace mesh::cmd {
namespace {

constexpr int64_t kYear10000 = 253'402'300'800;
constexpr uint64_t kMostBytes = 256u << 20;

// Without links: paths in a baseline are compared with those of files.
Result<std::string> place_of(const std::string& path) {
  const auto here = workspace::current_folder();
  if (!here) return tl::unexpected(here.error());
  std::error_code failed;
  const std::string absolute = workspace::absolute_path(*here, path);
  const auto place = std::filesystem::weakly_canonical(absolute, failed);
  return failed ? absolute : place.string();
}

}  // namespace

Result<int64_t> seconds_of_run() {
  int64_t seconds = std::time(nullptr);
  if (const char* const given = std::getenv("SOURCE_DATE_EPOCH"); given && *given) {
    const char* const end = given + std::strlen(given);
    const auto [stop, fault] = std::from_chars(given, end, seconds);
    if (fault != std::errc{} || stop != end || seconds < 0 || seconds >= kYear10000)
      return fail(Fault::usage, "SOURCE_DATE_EPOCH is `" + printable(given) + "`, not a number of seconds");
  }
  return seconds;
}

Result<Day> day_of_run() {
  const auto seconds = seconds_of_run();
  if (!seconds) return tl::unexpected(seconds.error());
  return day_of(*seconds);
}

std::string BaselineFile::folder() const {
  const std::string folder(workspace::parent_of(absolute));
  return folder.empty() ? "/" : folder;
}

Result<std::optional<BaselineFile>> find_baseline(const workspace::Workspace& workspace,
                                                  const std::optional<std::string>& given) {
  if (!given && workspace.mesh.baseline.empty()) return std::nullopt;
  BaselineFile file;
  const std::string written =
      given ? *given : workspace::absolute_path(workspace.root, workspace.mesh.baseline);
  auto absolute = place_of(written);
  if (!absolute) return pass(std::move(absolute));
  const auto here = workspace::current_folder();
  file.absolute = *absolute;
  if (!given && !workspace::is_within(file.absolute, workspace.root))
    return fail(Fault::usage, "the baseline `" + printable(workspace.mesh.baseline) +
                                  "` that mesh.yaml names lies outside of the mesh");
  file.path = given || !here ? written : workspace::relative_path(*here, file.absolute);
  auto text = read_file(file.absolute, kMostBytes);
  if (!text && text.error().fault == Fault::not_found) return file;
  if (!text) return std::move(text).error().in("the baseline");
  auto contents = rules::Baseline::read(Source(file.path, std::move(*text)), file.folder());
  if (!contents) return pass(std::move(contents));
  file.contents = std::move(*contents);
  return file;
}

Result<std::vector<Finding>> evaluate(workspace::Workspace& workspace, const rules::Selection& selection,
                                      unsigned jobs, const std::optional<BaselineFile>& baseline) {
  if (baseline && !baseline->contents)
    return fail(Fault::not_found, "there is no baseline `" + printable(baseline->path) + "`",
                "`mesh validate --update-baseline` writes it from what is found now");
  std::vector<Finding> findings = rules::run(workspace, selection, jobs);
  if (baseline) baseline->contents->apply(workspace, findings);
  return findings;
}

}  // namespace mesh::cmd
