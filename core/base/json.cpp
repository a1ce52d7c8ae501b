#include "core/base/json.hpp"

#include "core/base/strings.hpp"
#include "core/base/utf8.hpp"

#include <fmt/format.h>

namespace mesh {

void JsonWriter::separate() {
  if (needs_comma_) json_ += needs_line_ ? "," : ", ";
  if (needs_line_) json_ += '\n';
  needs_comma_ = needs_line_ = false;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  json_ += bracket;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  if (needs_line_) json_ += '\n';
  needs_line_ = false;
  json_ += bracket;
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  text(name);
  json_ += ": ";
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  separate();
  std::string quoted = json_quote(value);
  std::string_view rest = quoted;
  while (!rest.empty()) {
    const utf8::Char c = utf8::first(rest);
    const std::string_view bytes = rest.substr(0, c.size);
    // What `printable` would change is beyond ASCII here: json_quote has escaped the rest, all below U+10000.
    if (c.code >= 0x80 && printable(bytes) != bytes)
      json_ += fmt::format("\\u{:04x}", static_cast<uint32_t>(c.code));
    else
      json_ += bytes;
    rest.remove_prefix(c.size);
  }
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::number(uint64_t value) {
  separate();
  json_ += std::to_string(value);
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
  separate();
  json_ += value ? "true" : "false";
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::null() {
  separate();
  json_ += "null";
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::new_line() {
  needs_line_ = true;
  return *this;
}

std::string JsonWriter::take() && {
  json_ += '\n';
  return std::move(json_);
}

}  // namespace mesh
