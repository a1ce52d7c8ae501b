#include "core/yaml/explain.hpp"

#include "core/base/strings.hpp"
#include "core/base/utf8.hpp"
#include "core/yaml/lexis.hpp"
#include "core/yaml/scan.hpp"

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>

#include <algorithm>

namespace mesh::yaml {
namespace {

namespace parser = YAML::ErrorMsg;

struct Telling {
  size_t begin, end;
  std::string message, label = {}, help = {};
  std::vector<Note> notes = {};
  std::string_view rule = "yaml/syntax";
};

// A refusal, and what can be seen around it.
struct Scene {
  std::string_view text;
  std::string_view message;  // the parser's
  size_t at;
  Scan before;  // everything up to `at`

  size_t line() const { return line_start_of(text, at); }
  bool at_end() const { return at >= text.size(); }
  bool says(std::string_view word) const { return message.starts_with(word); }
  size_t word_end() const {
    size_t end = at;
    while (!is_space_or_end(char_at(text, end))) ++end;
    return std::max(end, std::min(at + 1, text.size()));
  }
  uint32_t line_number(size_t offset) const {
    return 1 + static_cast<uint32_t>(
                   std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(offset), '\n'));
  }
};

std::string quoted_char(const Scene& scene) {
  if (char_at(scene.text, scene.at) == '`') return "a backtick";
  return fmt::format("`{}`", scene.text.substr(scene.at, utf8::first(scene.text.substr(scene.at)).size));
}

// `key:value` on the line from `begin` to `end`: the colon.
std::optional<size_t> tight_colon(std::string_view text, size_t begin, size_t end) {
  for (size_t at = text.find_first_not_of(" -", begin); at < end; ++at) {
    const char c = text[at];
    if (is_space_or_end(c) || c == '"' || c == '\'' || is_flow_mark(c)) break;
    if (c != ':') continue;
    const bool tight = !is_space_or_end(char_at(text, at + 1)) && text.substr(at, 3) != "://";
    return tight ? std::optional(at) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<Telling> tell_tab(const Scene& scene) {
  const size_t line = scene.line();
  if (line >= scene.text.size()) return std::nullopt;
  // A tab also hides a key that follows `- ` on its line.
  const size_t content = std::min(scene.text.find_first_not_of(" \t-?", line), scene.text.size());
  const size_t tab = scene.text.substr(line, content - line).find('\t');
  if (tab == scene.text.npos) return std::nullopt;
  return Telling{line + tab, line + tab + 1, "a tab may not indent", "indent with spaces"};
}

std::optional<Telling> tell_quote(const Scene& scene) {
  const auto [begin, end] = scene.before.last_span;
  if (scene.before.last != Scan::Kind::quoted || scene.at_end()) return std::nullopt;
  const std::string_view gap = scene.text.substr(end, scene.at - std::min<size_t>(end, scene.at));
  if (gap.find('\n') != gap.npos) return std::nullopt;
  if (scene.text.substr(begin, end - begin).find('\n') == scene.text.npos)
    return Telling{scene.at, scene.word_end(), "text follows the closing quote",
                   "remove it, or quote the whole value",
                   fmt::format("a `{}` inside the text is written {}", scene.text[begin],
                               scene.text[begin] == '"' ? "`\\\"`" : "`''`")};
  return Telling{begin, begin + 1,
                 fmt::format("the quote opened here is closed only in line {}, with text behind it",
                             scene.line_number(end - 1)),
                 "close it on this line"};
}

// The line above ends in a text that lacks the space after its colon, and so swallowed this line.
std::optional<Telling> tell_tight_colon(const Scene& scene) {
  const size_t line = scene.line();
  if (const auto colon = tight_colon(scene.text, line, scene.at_end() ? scene.text.size() : scene.word_end()))
    return Telling{*colon, *colon + 1, "a space must follow the colon of a key"};
  const auto [begin, end] = scene.before.last_span;
  if (scene.before.last != Scan::Kind::plain || begin >= line) return std::nullopt;
  if (begin != scene.text.find_first_not_of(" -", line_start_of(scene.text, begin))) return std::nullopt;
  const auto colon =
      tight_colon(scene.text, line_start_of(scene.text, begin), line_end_of(scene.text, begin));
  if (!colon) return std::nullopt;
  return Telling{*colon, *colon + 1, "a space must follow the colon of a key"};
}

// A line above this one holds a text where a key is expected; only the colon here makes that certain.
std::optional<Telling> tell_missing_colon(const Scene& scene) {
  const auto [begin, end] = scene.before.previous_span;
  const size_t line = scene.line();
  if (scene.before.previous != Scan::Kind::plain || end > line) return std::nullopt;
  if (scene.before.last_span.begin < line) return std::nullopt;
  if (scene.text.find_first_not_of(' ', line_start_of(scene.text, begin)) != begin) return std::nullopt;
  return Telling{begin, end, "a key and a colon are expected here", "write `key: value`"};
}

Telling tell_value(const Scene& scene) {
  if (auto told = tell_missing_colon(scene)) return *told;
  const auto [begin, end] = scene.before.last_span;
  const size_t line = scene.line();
  if (begin < line && scene.before.last == Scan::Kind::plain)
    return {scene.at, scene.at + 1, "this key is indented deeper than the keys above it",
            "align it, or give the key above a mapping", "a deeper line continues the text above it"};
  if (scene.at - line > 1024 && scene.before.last != Scan::Kind::mark)
    return {scene.at, scene.at + 1, "a key may have at most 1024 characters"};
  return {scene.at, scene.at + 1, "`: ` may not stand in a text without quotes", "put the text in quotes"};
}

Telling tell_misfit(const Scene& scene, std::string_view what) {
  if (scene.at_end())
    return {scene.at, scene.at, fmt::format("the {} is not finished at the end of the file", what)};
  const size_t end = line_end_of(scene.text, scene.at);
  const std::string_view rest = scene.text.substr(scene.at, end - scene.at);
  if (rest.size() > 1 && rest[0] == '-' && !is_blank(rest[1]))
    return {scene.at, scene.at + 1, "a space must follow the `-` of a list item"};
  const bool has_colon = rest.find(": ") != rest.npos || rest.ends_with(':');
  if (what == "mapping" && !has_colon && rest[0] != '-')
    return {scene.at, end, "a key and a colon are expected here", "write `key: value`"};
  return {scene.at, scene.word_end(), "this line fits neither the lines above it nor what they belong to",
          "check its indentation"};
}

Telling tell_flow(const Scene& scene, std::string_view what, char close) {
  Telling told{scene.at, scene.at_end() ? scene.at : scene.word_end(), ""};
  if (scene.before.open_flows.empty()) {
    told.message = fmt::format("expected `,` or `{}` here", close);
    return told;
  }
  const uint32_t opened = scene.before.open_flows.back();
  const uint32_t line = scene.line_number(opened);
  told.message = scene.at_end() ? fmt::format("the {} opened in line {} is not closed", what, line)
                                : fmt::format("expected `,` or `{}` here", close);
  if (opened < scene.line())
    told.label = fmt::format("close the {} opened in line {} before this", what, line);
  told.notes.push_back({fmt::format("the {} begins here", what), {kNoFile, {opened, opened + 1}}});
  return told;
}

Telling tell_escape(const Scene& scene) {
  size_t slash = scene.at == 0 ? scene.text.npos : scene.text.rfind('\\', scene.at - 1);
  if (slash == scene.text.npos) slash = scene.at;
  // `\\` before the mark is one escape: the faulty one begins with its second character only if that is odd.
  if (scene.says(parser::INVALID_ESCAPE) && scene.at >= 2) slash = scene.at - 2;
  const size_t length =
      1 + (slash + 1 < scene.text.size() ? utf8::first(scene.text.substr(slash + 1)).size : 0);
  if (scene.says(parser::INVALID_UNICODE))
    return {slash, scene.at, "this escape is no character", "write the character itself"};
  if (scene.says(parser::INVALID_HEX)) {
    const size_t digits = scene.text.find_first_not_of("0123456789abcdefABCDEF", slash + 2);
    return {slash, std::min(digits, scene.at), "this escape lacks hex digits"};
  }
  return {slash, slash + length, fmt::format("`{}` is no escape", scene.text.substr(slash, length)),
          "write `\\\\` for a backslash, or use single quotes"};
}

Telling tell_alias(const Scene& scene, const std::vector<std::string>& anchors) {
  const size_t end = std::max(name_end(scene.text, scene.at), scene.at + 1);
  const std::string_view name = scene.text.substr(scene.at + 1, end - scene.at - 1);
  Telling told{scene.at, end, fmt::format("no anchor `&{}` stands before this alias", name)};
  if (const auto near = nearest(name, anchors)) told.label = fmt::format("did you mean `*{}`?", *near);
  told.help = "put the text in quotes if no alias is meant";
  told.rule = "yaml/undefined-alias";
  return told;
}

Telling tell_name(const Scene& scene, std::string_view what, char mark) {
  const size_t begin = scene.at > 0 && scene.text[scene.at - 1] == mark ? scene.at - 1 : scene.at;
  return {begin, begin + 1, fmt::format("a name must follow `{}`", mark),
          fmt::format("put the text in quotes if no {} is meant", what)};
}

Telling tell_unknown(const Scene& scene) {
  if (scene.at_end()) return {scene.at, scene.at, "something is missing at the end of the file"};
  const size_t end = scene.at + utf8::first(scene.text.substr(scene.at)).size;
  return {scene.at, end, fmt::format("a text may not begin with {}", quoted_char(scene)),
          "put the text in quotes"};
}

Telling tell_entry(const Scene& scene) {
  if (!scene.before.open_flows.empty())
    return {scene.at, scene.at + 1, "`- ` may not stand inside `[ ]` or `{ }`", "separate items with commas"};
  return {scene.at, scene.at + 1, "a list may not begin on the line of its key",
          "begin it on a line of its own"};
}

Telling tell_directive(const Scene& scene) {
  const size_t end = line_end_of(scene.text, scene.at);
  if (scene.says(parser::YAML_MAJOR_VERSION) || scene.says(parser::YAML_VERSION))
    return {scene.at, end, "this version of YAML is not known", "write `%YAML 1.2`"};
  if (scene.says(parser::REPEATED_YAML_DIRECTIVE) || scene.says(parser::REPEATED_TAG_DIRECTIVE))
    return {scene.at, end, "this directive stands twice"};
  return {scene.at, end, "this is no directive of YAML"};
}

Telling tell(const Scene& scene, const Limits& limits, const std::vector<std::string>& anchors) {
  const auto any = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return scene.says(word); });
  };
  if (scene.says(parser::UNKNOWN_ANCHOR)) return tell_alias(scene, anchors);
  if (scene.says(parser::BAD_FILE)) {
    Telling told{scene.at, scene.at, fmt::format("nested deeper than {} levels", limits.depth)};
    told.rule = "yaml/limit";
    return told;
  }
  if (any({parser::MAP_VALUE, parser::MAP_KEY, parser::BLOCK_ENTRY, parser::TAB_IN_INDENTATION,
           parser::END_OF_MAP, parser::END_OF_SEQ}) &&
      !any({parser::END_OF_MAP_FLOW, parser::END_OF_SEQ_FLOW})) {
    if (auto told = tell_tab(scene)) return *told;
    if (auto told = tell_quote(scene)) return *told;
    if (auto told = tell_tight_colon(scene)) return *told;
  }
  if (scene.says(parser::MAP_VALUE)) return tell_value(scene);
  if (scene.says(parser::MAP_KEY))
    return {scene.at, scene.at + 1, "`? ` may not stand here", "put the text in quotes"};
  if (scene.says(parser::BLOCK_ENTRY)) return tell_entry(scene);
  if (any({parser::END_OF_MAP_FLOW, parser::END_OF_SEQ_FLOW})) {
    if (auto told = tell_quote(scene)) return *told;
    return scene.says(parser::END_OF_MAP_FLOW) ? tell_flow(scene, "mapping", '}')
                                               : tell_flow(scene, "list", ']');
  }
  if (scene.says(parser::END_OF_MAP)) return tell_misfit(scene, "mapping");
  if (scene.says(parser::END_OF_SEQ)) return tell_misfit(scene, "list");
  if (scene.says(parser::FLOW_END) && !scene.at_end())
    return {scene.at, scene.at + 1, fmt::format("{} closes nothing that is open", quoted_char(scene)),
            "put the text in quotes if it is meant as text"};
  if (any({parser::INVALID_ESCAPE, parser::INVALID_HEX, parser::INVALID_UNICODE})) return tell_escape(scene);
  if (any({parser::ALIAS_NOT_FOUND, parser::CHAR_IN_ALIAS})) return tell_name(scene, "alias", '*');
  if (any({parser::ANCHOR_NOT_FOUND, parser::CHAR_IN_ANCHOR})) return tell_name(scene, "anchor", '&');
  if (any({parser::MULTIPLE_TAGS, parser::MULTIPLE_ANCHORS}))
    return {scene.at, scene.word_end(), "a value has one tag and one anchor at most", "remove this one"};
  if (any({parser::CHAR_IN_TAG_HANDLE, parser::TAG_WITH_NO_SUFFIX, parser::END_OF_VERBATIM_TAG}))
    return {scene.at, scene.word_end(), "this tag is not finished",
            "put the text in quotes if no tag is meant"};
  if (scene.says(parser::ZERO_INDENT_IN_BLOCK))
    return {scene.at - 1, scene.at, "the indentation of a block text is at least 1"};
  if (scene.says(parser::CHAR_IN_BLOCK))
    return {scene.at, scene.word_end(),
            "only `+`, `-`, a digit or a comment may follow `|` and `>` on their line",
            "begin the text on the next line"};
  if (any({parser::YAML_DIRECTIVE_ARGS, parser::YAML_VERSION, parser::YAML_MAJOR_VERSION,
           parser::REPEATED_YAML_DIRECTIVE, parser::TAG_DIRECTIVE_ARGS, parser::REPEATED_TAG_DIRECTIVE}))
    return tell_directive(scene);
  if (scene.says(parser::UNKNOWN_TOKEN)) return tell_unknown(scene);
  return {scene.at, scene.word_end(), "this cannot be read as YAML"};
}

}  // namespace

Finding explain(std::string_view text, std::string_view message, size_t at, const Limits& limits,
                const std::vector<std::string>& anchors) {
  at = std::min(at, text.size());
  Telling told = tell({text, message, at, scan(text, limits, at)}, limits, anchors);
  Finding finding{told.rule, Level::error, std::move(told.message), {}, {}, {}, {}};
  const size_t end = std::clamp(told.end, told.begin, text.size());
  finding.at.span = {static_cast<uint32_t>(std::min(told.begin, text.size())), static_cast<uint32_t>(end)};
  finding.label = std::move(told.label);
  finding.help = std::move(told.help);
  finding.notes = std::move(told.notes);
  return finding;
}

}  // namespace mesh::yaml
