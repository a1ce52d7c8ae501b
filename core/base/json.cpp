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
  json_ += '"';
  while (!value.empty()) {
    const auto c = static_cast<unsigned char>(value.front());
    size_t size = 1;
    if (c >= 0x80) {
      const utf8::Char character = utf8::first(value);
      size = character.size;
      if (!character.valid)
        json_ += "\xEF\xBF\xBD";
      else if (is_unsafe_to_show(character.code))
        json_ += fmt::format("\\u{:04x}", static_cast<uint32_t>(character.code));  // all below U+10000
      else
        json_ += value.substr(0, size);
    } else if (c == '"' || c == '\\') {
      json_ += {'\\', static_cast<char>(c)};
    } else if (c == '\n') {
      json_ += "\\n";
    } else if (c < 0x20 || c == 0x7f || (c == '#' && is_log_command(value))) {
      json_ += fmt::format("\\u{:04x}", c);
    } else {
      json_ += static_cast<char>(c);
    }
    value.remove_prefix(size);
  }
  json_ += '"';
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

std::string JsonWriter::drain() {
  std::string text;
  text.swap(json_);
  return text;
}

}  // namespace mesh
