#include "core/report/facts.hpp"

#include "core/base/strings.hpp"
#include "core/crypto/sha256.hpp"
#include "core/git/repository.hpp"

#include <fmt/format.h>

namespace mesh::report {
namespace {

std::string shown(const Location& where) {
  return fmt::format("{}:{}:{}", printable(where.path), where.begin.line, where.begin.column);
}

}  // namespace

std::string told(const Waiver& waiver, Sources& sources) {
  std::string text;
  if (!waiver.until.empty()) text += "until " + printable(waiver.until);
  if (!waiver.owner.empty()) text += (text.empty() ? "by " : " by ") + printable(waiver.owner);
  if (!waiver.reason.empty()) text += (text.empty() ? "" : ": ") + printable(waiver.reason);
  if (waiver.at.file != kNoFile) text += (text.empty() ? "(" : " (") + shown(sources.locate(waiver.at)) + ")";
  return text;
}

std::string told(const Note& note, Sources& sources) {
  return shown(sources.locate(note.at)) + ": " + printable(note.message);
}

std::vector<std::string> advice(const Finding& finding, Sources& sources) {
  std::vector<std::string> lines;
  if (!finding.label.empty()) lines.push_back(printable(finding.label));
  lines.push_back("help: " + printable(help_of(finding)));
  if (finding.fix)
    lines.push_back((finding.fix->safe ? "fix: " : "unsafe fix: ") + printable(finding.fix->title));
  if (finding.waiver) lines.push_back("waived " + told(*finding.waiver, sources));
  return lines;
}

std::string leading_path(std::string_view path) {
  std::string text = printable(path);
  if (trim(text).starts_with(':')) text.insert(0, "./");
  return text;
}

ForgePaths::ForgePaths(const workspace::Workspace& workspace) : workspace_(workspace) {
  if (workspace.root.empty()) return;
  const auto top = git::repository_root(workspace.root);
  if (!top) return;
  in_repository_ = true;
  if (workspace.root.size() > top->size())
    before_ = workspace.root.substr(top->ends_with('/') ? top->size() : top->size() + 1) + "/";
}

std::string ForgePaths::of(FileId file) const {
  if (file >= workspace_.files.size()) return ".";
  return in_repository_ ? before_ + workspace_.files[file].key : workspace_.files[file].path;
}

std::string Fingerprints::next(const Finding& finding) {
  constexpr size_t kDigits = 32;
  const std::string_view key = finding.at.file < workspace_.files.size()
                                   ? std::string_view(workspace_.files[finding.at.file].key)
                                   : ".";
  std::string name(finding.rule);
  for (const std::string_view part : {key, std::string_view(finding.message)})
    name.append(1, '\0').append(part);
  const size_t before = seen_[name]++;
  if (before > 0) name.append(1, '\0').append(std::to_string(before));
  return crypto::sha256_hex(name).substr(0, kDigits);
}

}  // namespace mesh::report
