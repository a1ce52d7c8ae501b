#include "core/scaffold/render.hpp"

#include "core/base/strings.hpp"
#include "core/base/utf8.hpp"

#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include <algorithm>
#include <array>
#include <exception>

namespace mesh::scaffold {
namespace {

constexpr std::string_view kOpen = "<%", kClose = "%>";
constexpr std::string_view kSetDelimiters = "{{=<% %>=}}";

bool is_name_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_plain_char(char c) {
  return is_name_char(c) || is_letter(c) || c == '.' || c == '-' || c == '/' || c == '@' || c == '+' ||
         c == ':';
}

// Words that some YAML parser does not read as a string.
bool is_yaml_word(std::string_view value) {
  constexpr std::array<std::string_view, 10> kWords{"true", "false", "yes", "no", "on",
                                                    "off",  "null",  "y",   "n",  "nan"};
  return std::ranges::find(kWords, to_lower(value)) != kWords.end();
}

// Marks that steer a terminal, break a line or cannot be seen: written as escapes wherever the syntax has
// them.
bool is_hidden(char32_t code) {
  return code < 0x20 || (code >= 0x7f && code <= 0xa0) || (code >= 0x200b && code <= 0x200f) ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0xfeff ||
         code == 0xfffe || code == 0xffff;
}

// Inside double quotes, in the escapes that YAML and JSON share.
std::string quoted(std::string_view value) {
  std::string text;
  while (!value.empty()) {
    const utf8::Char c = utf8::first(value);
    if (c.code == '"' || c.code == '\\')
      text += {'\\', static_cast<char>(c.code)};
    else if (c.code == '\n')
      text += "\\n";
    else if (is_hidden(c.code))
      text += fmt::format("\\u{:04x}", static_cast<uint32_t>(c.code));
    else
      text += value.substr(0, c.size);
    value.remove_prefix(c.size);
  }
  return text;
}

std::string markdown(std::string_view value) {
  std::string text;
  while (!value.empty()) {
    const utf8::Char c = utf8::first(value);
    if (is_hidden(c.code)) {
      text += ' ';
    } else {
      if (c.code < 0x80 &&
          std::string_view("\\`*_{}[]<>()#+!|~&$").find(static_cast<char>(c.code)) != std::string_view::npos)
        text += '\\';
      text += value.substr(0, c.size);
    }
    value.remove_prefix(c.size);
  }
  return text;
}

std::string escaped(std::string_view value, Syntax syntax) {
  switch (syntax) {
    case Syntax::yaml:
      return yaml_scalar(value);
    case Syntax::json:
      return quoted(value);
    case Syntax::markdown:
      return markdown(value);
    case Syntax::plain:
      break;
  }
  return std::string(value);
}

bool has_control(std::string_view value) {
  return std::ranges::any_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// In YAML a value is quoted where it needs to be, so it has to stand where a whole scalar may.
bool is_whole_value(std::string_view before, std::string_view after) {
  before = before.substr(before.rfind('\n') + 1);
  after = after.substr(0, after.find('\n'));
  if (before.find('#') != std::string_view::npos || before.find('"') != std::string_view::npos) return false;
  if (!before.ends_with(": ") && !before.ends_with("- ") && !before.ends_with(", ") &&
      !before.ends_with('{') && !before.ends_with('['))
    return false;
  return after.empty() || after[0] == ',' || after[0] == ']' || after[0] == '}' || after.starts_with(" #");
}

struct Tag {
  std::string_view name, before, after;
};

// Calls `judge` for each tag of the text, which must all be variables.
template <class Judge>
Result<void> each_tag(std::string_view text, const Judge& judge) {
  for (size_t open = text.find(kOpen); open != std::string_view::npos;) {
    const auto refuse = [&](const std::string& message) {
      const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(open), '\n');
      return fail(Fault::usage, "line " + std::to_string(line) + ": " + message);
    };
    const size_t close = text.find(kClose, open + kOpen.size());
    if (close == std::string_view::npos) return refuse("`<%` is not closed");
    const std::string_view name = trim(text.substr(open + kOpen.size(), close - open - kOpen.size()));
    if (name.empty() || !std::ranges::all_of(name, is_name_char))
      return refuse("`<% " + printable(name) + " %>` is not the name of a variable");
    const Tag tag{name, text.substr(0, open), text.substr(close + kClose.size())};
    if (const std::string fault = judge(tag); !fault.empty()) return refuse(fault);
    open = text.find(kOpen, close + kClose.size());
  }
  return {};
}

std::string fault_of(const Tag& tag, const Values& values, Syntax syntax) {
  const std::string shown = "`<% " + std::string(tag.name) + " %>`";
  const auto value = values.find(tag.name);
  if (value == values.end()) return shown + " has no value";
  if (utf8::first_invalid(value->second)) return "the value of " + shown + " is not UTF-8";
  if (syntax == Syntax::plain && has_control(value->second))
    return "the value of " + shown + " has a line end or another control character";
  if (syntax == Syntax::yaml && !is_whole_value(tag.before, tag.after))
    return shown + " is not a whole value";
  return {};
}

}  // namespace

Syntax syntax_of(std::string_view path) {
  if (path.ends_with(".yaml") || path.ends_with(".yml")) return Syntax::yaml;
  if (path.ends_with(".json")) return Syntax::json;
  return path.ends_with(".md") ? Syntax::markdown : Syntax::plain;
}

std::string yaml_scalar(std::string_view value) {
  // A plain scalar of several words: a colon between them would end it.
  const bool has_colon = value.find(':') != std::string_view::npos;
  const auto is_plain = [&](char c) { return is_plain_char(c) || (c == ' ' && !has_colon); };
  if (!value.empty() && is_letter(value.front()) && !value.ends_with(':') && !value.ends_with(' ') &&
      std::ranges::all_of(value, is_plain) && !is_yaml_word(value))
    return std::string(value);
  return '"' + quoted(value) + '"';
}

Result<std::string> render(std::string_view text, const Values& values, Syntax syntax) {
  auto checked = each_tag(text, [&](const Tag& tag) { return fault_of(tag, values, syntax); });
  if (!checked) return pass(std::move(checked));
  // The library throws when memory or its own parser gives out.
  try {
    kainjow::mustache::mustache engine(std::string(kSetDelimiters) + std::string(text));
    engine.set_custom_escape([syntax](const std::string& value) { return escaped(value, syntax); });
    kainjow::mustache::data data;
    for (const auto& [name, value] : values) data.set(name, value);
    std::string rendered = engine.render(data);
    if (!engine.is_valid()) return fail(Fault::usage, engine.error_message());
    return rendered;
  } catch (const std::exception& failure) {
    return fail(Fault::internal, std::string("the template cannot be rendered: ") + failure.what());
  }
}

}  // namespace mesh::scaffold
