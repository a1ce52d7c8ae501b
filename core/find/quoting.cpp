#include "core/find/quoting.hpp"

#include "core/base/strings.hpp"
#include "core/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mesh::find {
namespace {

// Words that at least one of the dialects does not take as a name. Quoted names keep their case where others
// become upper case, so names are quoted only when they have to be.
constexpr std::string_view kReserved =
    " all alter analyse analyze and any array as asc asymmetric at authorization between binary both "
    "by case cast check collate collation column connect constraint create cross cube current "
    "current_date current_role current_schema current_time current_timestamp current_user database "
    "date default deferrable delete desc describe distinct drop else end escape except exists "
    "extract false fetch file filter following for foreign from full function grant group grouping "
    "having identity ilike in increment index inner insert intersect interval into is join key "
    "lateral leading left like limit localtime localtimestamp minus natural not null of offset on "
    "only or order outer over partition placing plan primary qualify range recursive references "
    "regexp returning right rlike rollup row rows sample schema select session_user set some start "
    "symmetric table tablesample then to trigger true uescape union unique unnest update user using "
    "values variadic when whenever where window with ";

bool is_plain_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (name.empty() || !is_letter(name[0])) return false;
  if (!std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); }))
    return false;
  return kReserved.find(" " + to_lower(name) + " ") == kReserved.npos;
}

std::string enclosed(std::string_view text, char open, char close) {
  std::string quoted(1, open);
  for (const char c : text) {
    if (c == close) quoted += c;
    quoted += c;
  }
  return quoted + close;
}

}  // namespace

std::string python_string(std::string_view text) {
  std::string quoted = "\"";
  while (!text.empty()) {
    const utf8::Char c = utf8::first(text);
    if (!c.valid)
      quoted += "\\ufffd";
    else if (c.code == '"' || c.code == '\\')
      quoted += fmt::format("\\{}", static_cast<char>(c.code));
    else if (c.code == '\n')
      quoted += "\\n";
    else if (is_unsafe_to_show(c.code))
      quoted += c.code > 0xffff ? fmt::format("\\U{:08x}", static_cast<uint32_t>(c.code))
                                : fmt::format("\\u{:04x}", static_cast<uint32_t>(c.code));
    else
      quoted += text.substr(0, c.size);
    text.remove_prefix(c.size);
  }
  return quoted + "\"";
}

std::string properties_value(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const utf8::Char c = utf8::first(text);
    if (!c.valid)
      out += "\\ufffd";
    else if (c.code == '\\' || (c.code == ' ' && out.empty()))
      out += fmt::format("\\{}", static_cast<char>(c.code));
    else if (c.code > 0xffff)  // two units of UTF-16
      out += fmt::format("\\u{:04x}\\u{:04x}", 0xd7c0 + static_cast<uint32_t>(c.code >> 10),
                         0xdc00 + static_cast<uint32_t>(c.code & 0x3ff));
    else if (c.code < 0x20 || c.code > 0x7e)
      out += fmt::format("\\u{:04x}", static_cast<uint32_t>(c.code));
    else
      out += static_cast<char>(c.code);
    text.remove_prefix(c.size);
  }
  return out;
}

std::string sql_name(Sql dialect, std::string_view name) {
  if (dialect == Sql::standard && is_plain_name(name)) return std::string(name);
  switch (dialect) {
    case Sql::standard:
      return enclosed(name, '"', '"');
    case Sql::backticks:
      return enclosed(name, '`', '`');
    case Sql::brackets:
      return enclosed(name, '[', ']');
    case Sql::bigquery:
      break;
  }
  std::string quoted = "`";
  for (const char c : name) {
    if (c == '`' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "`";
}

std::string sql_string(std::string_view text) { return enclosed(text, '\'', '\''); }

}  // namespace mesh::find
