#include "core/workspace/fixes.hpp"

#include "core/base/strings.hpp"
#include "core/base/vectors.hpp"
#include "core/yaml/portable.hpp"
#include "core/yaml/written.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mesh::workspace {
namespace {

constexpr std::string_view kUnportable = "yaml/unportable-scalar";

std::string_view bytes_at(std::string_view bytes, Span at) {
  return at.end <= bytes.size() && at.begin <= at.end ? bytes.substr(at.begin, at.end - at.begin)
                                                      : std::string_view();
}

// A string that is written without quotes at its own place.
bool is_plain_string(std::string_view bytes, yaml::Node node) {
  if (!node.is_string() || node.span().begin == node.span().end) return false;
  const char first = bytes[node.span().begin];
  return first != '"' && first != '\'' && first != '*' && first != '|' && first != '>';
}

// The plain strings of a file, in its order; looked for when first asked.
class PlainStrings {
 public:
  PlainStrings(std::string_view bytes, const std::vector<yaml::Document>& documents)
      : bytes_(bytes), documents_(documents) {}

  const std::vector<yaml::Node>& all() {
    if (is_filled_) return nodes_;
    is_filled_ = true;
    for (const yaml::Document& document : documents_)
      for (uint32_t id = 0; id < document.tree->node_count(); ++id)
        if (const yaml::Node node(document.tree.get(), id); is_plain_string(bytes_, node))
          nodes_.push_back(node);
    // Mostly they are in order: readers add scalars as they come.
    if (!std::ranges::is_sorted(nodes_, {}, begin_of)) std::ranges::sort(nodes_, {}, begin_of);
    drop_repeated(nodes_, begin_of);
    return nodes_;
  }

  std::optional<yaml::Node> at(Span span) {
    const auto found = std::ranges::lower_bound(all(), span.begin, {}, begin_of);
    if (found == nodes_.end() || found->span() != span) return std::nullopt;
    return *found;
  }

 private:
  static uint32_t begin_of(yaml::Node node) { return node.span().begin; }

  std::string_view bytes_;
  const std::vector<yaml::Document>& documents_;
  std::vector<yaml::Node> nodes_;
  bool is_filled_ = false;
};

// The edits that put values in quotes, for one finding: its value, or all dates of the file.
Fix quoting(const Finding& finding, std::string_view bytes, PlainStrings& strings) {
  Fix fix{{}, true, {}};
  const auto add = [&](yaml::Node node) {
    if (auto text = yaml::written_like("\"", node.text()))
      fix.edits.push_back({node.span(), std::move(*text)});
  };
  if (!yaml::is_date(bytes_at(bytes, finding.at.span))) {
    if (const auto node = strings.at(finding.at.span)) add(*node);
  } else {
    for (const yaml::Node node : strings.all())
      if (yaml::is_date(node.text())) add(node);
  }
  if (fix.edits.size() == 1)
    fix.title = fmt::format("put `{}` in quotes", printable(bytes_at(bytes, fix.edits.front().at)));
  else
    fix.title = fmt::format("put {} dates in quotes", fix.edits.size());
  return fix;
}

}  // namespace

void fit_fix(std::string_view bytes, Boxed<Fix>& fix) {
  if (!fix) return;
  for (Edit& edit : fix->edits) {
    const std::string_view original = bytes_at(bytes, edit.at);
    if (original.empty()) continue;
    if (original.front() == '*' || original.front() == '|' || original.front() == '>') return fix.reset();
    if (edit.text.empty() || yaml::is_quoted(edit.text)) continue;
    if (original.find('\n') != original.npos || edit.text.find('\n') != edit.text.npos) continue;
    const bool has_quotes =
        yaml::is_quoted(original) && original.size() > 1 && original.back() == original.front();
    if (!has_quotes) continue;
    if (auto text = yaml::written_like(original, edit.text)) edit.text = std::move(*text);
  }
}

void finish_fixes(const Source& source, const std::vector<yaml::Document>& documents, Findings& findings) {
  const std::string_view bytes = source.bytes();
  PlainStrings strings(bytes, documents);
  for (Finding& finding : findings.all()) {
    fit_fix(bytes, finding.fix);
    if (finding.fix || finding.rule != kUnportable || documents.empty()) continue;
    if (Fix fix = quoting(finding, bytes, strings); !fix.edits.empty()) finding.fix = std::move(fix);
  }
}

}  // namespace mesh::workspace
