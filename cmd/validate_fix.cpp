#include "cmd/validate_fix.hpp"

#include "core/base/folder.hpp"
#include "core/base/strings.hpp"
#include "core/text/diff.hpp"
#include "core/workspace/fixes.hpp"
#include "core/workspace/mend.hpp"
#include "core/workspace/paths.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

namespace mesh::cmd {
namespace {

using Texts = std::map<std::string, std::string, std::less<>>;

// A fix can bring up the next one; more rounds than this are a fix that undoes another.
constexpr int kMostRounds = 10;

bool may_be_made(const workspace::Workspace& workspace, const Finding& finding, bool unsafe) {
  return finding.fix && (finding.fix->safe || unsafe) && !finding.waiver &&
         finding.at.file < workspace.files.size() && workspace.files[finding.at.file].reported;
}

// One round over all files; whether anything changed.
bool make_round(Judged& checked, const FixFlags& flags, const yaml::Limits& limits, Texts& texts,
                Fixed& fixed) {
  std::map<FileId, std::vector<const Fix*>> by_file;
  for (Finding& finding : checked.findings) {
    if (!may_be_made(checked.workspace, finding, flags.unsafe)) continue;
    const auto text = texts.find(checked.workspace.files[finding.at.file].key);
    if (text == texts.end()) continue;
    workspace::fit_fix(text->second, finding.fix);
    if (finding.fix) by_file[finding.at.file].push_back(&*finding.fix);
  }
  bool changed = false;
  fixed.refused = 0;
  for (const auto& [file, fixes] : by_file) {
    std::string& text = texts.find(checked.workspace.files[file].key)->second;
    workspace::Mended mended = workspace::mend(checked.workspace.path(file), text, fixes, limits);
    fixed.refused += mended.refused;
    if (mended.text == text) continue;
    fixed.made += mended.made;
    text = std::move(mended.text);
    changed = true;
  }
  return changed;
}

std::string in_mesh(const workspace::Workspace& workspace, const std::string& key) {
  return workspace::joined(workspace.root, key);
}

// Where the bytes of a file are: a link leads to them, but not out of the workspace.
Result<std::string> place_of(const workspace::Workspace& workspace, const ChangedFile& file) {
  const std::string shown = "`" + printable(file.path) + "`";
  std::error_code failed;
  const std::string place = std::filesystem::canonical(in_mesh(workspace, file.key), failed).string();
  if (failed) return system_failure("cannot write " + shown, failed.value());
  const std::string root = std::filesystem::canonical(workspace.root, failed).string();
  if (failed || !workspace::is_within(place, root))
    return fail(Fault::local_io, shown + " is a link that leads out of what is checked; it was not written");
  if (!is_file(place)) return fail(Fault::local_io, shown + " is no regular file; it was not written");
  if (::access(place.c_str(), W_OK) != 0) return system_failure("cannot write " + shown, errno);
  return place;
}

Result<void> write_file(const workspace::Workspace& workspace, const ChangedFile& file) {
  const auto place = place_of(workspace, file);
  if (!place) return tl::unexpected(place.error());
  const auto folder = Folder::open(std::string(workspace::parent_of(*place)) + "/");
  if (!folder) return tl::unexpected(folder.error());
  const std::string name(name_part(*place));
  const auto now = folder->read(name, UINT64_MAX - 1);
  if (!now) return tl::unexpected(now.error());
  if (now->bytes != file.before)
    return fail(Fault::conflict,
                "`" + printable(file.path) + "` changed while it was checked; it was not written",
                "run it again");
  if (auto written = folder->replace(name, file.after, Sync::yes); !written) return pass(std::move(written));
  return {};
}

}  // namespace

std::vector<Option> fix_options(FixFlags& flags) {
  return {{"--fix", "", "make the safe fixes, and report what is left", &flags.fix},
          {"--unsafe-fixes", "", "with `--fix`: make also those that may change what a manifest means",
           &flags.unsafe},
          {"-n,--dry-run", "", "with `--fix`: print the difference, and write nothing", &flags.dry_run}};
}

Result<void> check_fix_flags(const FixFlags& flags, const std::vector<std::string>& paths) {
  if (!flags.fix && (flags.unsafe || flags.dry_run))
    return fail(Fault::usage,
                std::string(flags.unsafe ? "`--unsafe-fixes`" : "`--dry-run`") + " needs `--fix`");
  if (flags.fix && paths.size() > 1 && std::ranges::find(paths, "-") != paths.end())
    return fail(Fault::usage, "`--fix` takes either standard input or files, not both");
  return {};
}

Result<Fixed> find_fixes(workspace::Options options, const FixFlags& flags, const Check& check) {
  options.keep_texts = true;
  auto checked = check(options);
  if (!checked) return pass(std::move(checked));
  Fixed fixed;
  fixed.found = checked->findings;
  Texts before, texts;
  for (auto& [file, text] : checked->workspace.kept_texts) before[checked->workspace.files[file].key] = text;
  texts = before;
  options.texts = &texts;
  for (int round = 0; round < kMostRounds && make_round(*checked, flags, options.limits, texts, fixed);
       ++round) {
    checked = check(options);
    if (!checked) return pass(std::move(checked));
  }
  const workspace::Workspace& workspace = checked->workspace;
  for (FileId id = 0; id < workspace.files.size(); ++id) {
    const workspace::File& file = workspace.files[id];
    const auto was = before.find(file.key), is = texts.find(file.key);
    if (was != before.end() && was->second != is->second)
      fixed.files.push_back({file.key, file.path, was->second, is->second, id == workspace.input});
  }
  fixed.left = std::move(*checked);
  return fixed;
}

int write_fixes(const Fixed& fixed, Streams& streams) {
  int code = kOk;
  for (const ChangedFile& file : fixed.files) {
    if (file.is_input) continue;
    if (const auto written = write_file(fixed.left.workspace, file); !written)
      code = worst(code, fail(streams, written.error()));
  }
  return code;
}

void print_diff(const Fixed& fixed, Streams& streams) {
  for (const ChangedFile& file : fixed.files) streams.out << unified_diff(file.path, file.before, file.after);
}

size_t count_fixable(const workspace::Workspace& workspace, const std::vector<Finding>& findings,
                     bool unsafe) {
  return static_cast<size_t>(std::ranges::count_if(
      findings, [&](const Finding& finding) { return may_be_made(workspace, finding, unsafe); }));
}

}  // namespace mesh::cmd
