#include "core/rules/baseline.hpp"

#include "core/base/strings.hpp"
#include "core/rules/levels.hpp"
#include "core/workspace/paths.hpp"
#include "core/workspace/scope.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mesh::rules {
namespace {

constexpr uint64_t kMostBytes = 256u << 20;
constexpr uint32_t kMostNodes = 50'000'000;

tl::unexpected<Error> wrong(const Source& source, Span at, std::string message, std::string help = {}) {
  const Position place = source.position(at.begin);
  return fail(
      Fault::usage, fmt::format("{}:{}:{}: {}", printable(source.path()), place.line, place.column, message),
      help.empty()
          ? "`mesh validate --baseline FILE --update-baseline` writes a new one where FILE is not there"
          : std::move(help));
}

Result<std::string> text_of(const Source& source, yaml::Node entry, std::string_view key) {
  const auto value = entry.find(key);
  if (!value) return wrong(source, entry.span(), fmt::format("the entry has no `{}`", key));
  if (!value->is_string()) return wrong(source, value->span(), fmt::format("`{}` must be a string", key));
  return std::string(value->text());
}

// A key that is none of those known.
Result<void> check_keys(const Source& source, yaml::Node mapping, const std::vector<std::string>& known) {
  for (uint32_t i = 0; i < mapping.size(); ++i) {
    const yaml::Node key = mapping.key(i);
    if (std::ranges::find(known, key.text()) != known.end()) continue;
    const auto near = nearest(key.text(), known);
    return wrong(source, key.span(), fmt::format("`{}` is not a key of a baseline", printable(key.text())),
                 near ? fmt::format("did you mean `{}`?", *near) : "");
  }
  return {};
}

// Some messages name another line, which moves.
std::string without_lines(std::string_view message) {
  constexpr std::string_view kLine = "line ";
  std::string text;
  for (size_t at = 0; at < message.size();) {
    const size_t word = std::min(message.find(kLine, at), message.size());
    const size_t digits = std::min(word + kLine.size(), message.size());
    text += message.substr(at, digits - at);
    at = std::min(message.find_first_not_of("0123456789", digits), message.size());
    if (at > digits) text += '_';
  }
  return text;
}

bool passes_by_itself(const Finding& finding) { return finding.rule == "waiver/expires-soon"; }

}  // namespace

Result<Baseline> Baseline::read(const Source& source, std::string folder) {
  yaml::Limits limits;
  limits.bytes = kMostBytes;
  limits.nodes = kMostNodes;
  Findings findings(0);
  const auto documents = yaml::read_json(source, findings, limits);
  for (const Finding& finding : findings.all())
    if (finding.level == Level::error) return wrong(source, finding.at.span, finding.message);
  const yaml::Node root = documents.front().root();
  if (!root.is_mapping()) return wrong(source, root.span(), "a baseline is an object");
  if (auto checked = check_keys(source, root, {"schemaVersion", "findings"}); !checked)
    return pass(std::move(checked));
  const auto version = root.find("schemaVersion");
  if (!version || version->integer() != 1)
    return wrong(source, version ? version->span() : root.span(), "a baseline says `\"schemaVersion\": 1`");
  const auto entries = root.find("findings");
  if (!entries || !entries->is_sequence())
    return wrong(source, entries ? entries->span() : root.span(), "a baseline has a list of `findings`");
  Baseline baseline(std::move(folder));
  for (uint32_t i = 0; i < entries->size(); ++i) {
    const yaml::Node entry = entries->item(i);
    if (!entry.is_mapping()) return wrong(source, entry.span(), "an entry of a baseline is an object");
    if (auto checked = check_keys(source, entry, {"path", "rule", "count", "message"}); !checked)
      return pass(std::move(checked));
    auto path = text_of(source, entry, "path"), rule = text_of(source, entry, "rule"),
         message = text_of(source, entry, "message");
    for (Result<std::string>* const part : {&path, &rule, &message})
      if (!*part) return pass(std::move(*part));
    const auto count = entry.find("count");
    const auto number = count ? count->integer() : std::optional<int64_t>(1);
    if (!number || *number < 1) return wrong(source, count->span(), "`count` must be a number from 1 on");
    baseline.counts_[{std::move(*path), std::move(*rule), std::move(*message)}] +=
        static_cast<uint64_t>(*number);
  }
  return baseline;
}

std::string Baseline::path_of(const Workspace& workspace, FileId file) const {
  const std::string& key = workspace.files[file].key;
  return printable(workspace::relative_path(folder_, workspace::joined(workspace.root, key)));
}

Baseline::Key Baseline::key_of(const Workspace& workspace, const Finding& finding) const {
  return {path_of(workspace, finding.at.file), std::string(finding.rule), without_lines(finding.message)};
}

static bool may_be_listed(const Workspace& workspace, const Finding& finding) {
  return finding.at.file < workspace.files.size() &&
         workspace.files[finding.at.file].key != workspace::kStandardInput && !passes_by_itself(finding);
}

Baseline Baseline::of(const Workspace& workspace, const std::vector<Finding>& findings, std::string folder) {
  Baseline baseline(std::move(folder));
  for (const Finding& finding : findings)
    if (!finding.waiver && may_be_listed(workspace, finding))
      ++baseline.counts_[baseline.key_of(workspace, finding)];
  return baseline;
}

void Baseline::apply(const Workspace& workspace, std::vector<Finding>& findings) const {
  std::map<Key, uint64_t> left = counts_;
  for (Finding& finding : findings) {
    if (finding.waiver || !may_be_listed(workspace, finding)) continue;
    const auto known = left.find(key_of(workspace, finding));
    if (known == left.end() || known->second == 0) continue;
    --known->second;
    Waiver& waiver = finding.waiver.emplace();
    waiver.reason = "it is in the baseline";
    waiver.owner = "baseline";
    waiver.baseline = true;
  }
}

size_t Baseline::shrink(const Workspace& workspace, const Selection& selection,
                        const std::vector<Finding>& findings,
                        const std::function<bool(const std::string&)>& is_there) {
  const Levels levels(workspace, selection);
  std::map<std::string, FileId> files;
  for (FileId file = 0; file < workspace.files.size(); ++file) files[path_of(workspace, file)] = file;
  std::map<Key, uint64_t> present;
  std::vector<bool> broken(workspace.files.size());
  for (const Finding& finding : findings) {
    if (finding.at.file >= broken.size()) continue;
    if (finding.waiver && finding.waiver->baseline) ++present[key_of(workspace, finding)];
    if (finding.rule.starts_with("yaml/") && finding.level == Level::error && !finding.waiver)
      broken[finding.at.file] = true;
  }
  // Whether the run would have found it.
  const auto was_looked_at = [&](const Key& key) {
    const auto file = files.find(key.path);
    if (file == files.end()) return false;
    if (!workspace.files[file->second].reported || broken[file->second]) return false;
    const auto rule = levels.index_of(key.rule);
    return !rule || (!levels.is_left_out(*rule) &&
                     (workspace.linked || key.rule.starts_with("yaml/") || key.rule.starts_with("schema/")));
  };
  size_t dropped = 0;
  for (auto entry = counts_.begin(); entry != counts_.end();) {
    const uint64_t now = present.contains(entry->first) ? present[entry->first] : 0;
    const bool is_gone =
        !files.contains(entry->first.path) && !is_there(workspace::joined(folder_, entry->first.path));
    if (is_gone || (now < entry->second && was_looked_at(entry->first))) {
      dropped += entry->second - now;
      entry->second = now;
    }
    entry = entry->second == 0 ? counts_.erase(entry) : std::next(entry);
  }
  return dropped;
}

size_t Baseline::size() const {
  size_t count = 0;
  for (const auto& [key, number] : counts_) count += number;
  return count;
}

std::string Baseline::text() const {
  std::string text = "{\n  \"schemaVersion\": 1,\n  \"findings\": [";
  bool is_first = true;
  for (const auto& [key, count] : counts_) {
    text += is_first ? "\n" : ",\n";
    is_first = false;
    text += fmt::format("    {{\"path\": {}, \"rule\": {}, \"count\": {}, \"message\": {}}}",
                        json_quote(key.path), json_quote(key.rule), count, json_quote(key.message));
  }
  return text + (is_first ? "]\n}\n" : "\n  ]\n}\n");
}

}  // namespace mesh::rules
