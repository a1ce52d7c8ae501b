#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

// The values of `format` that are judged. All others are annotations, as JSON Schema says.
namespace mesh::schema {

enum class Format : uint8_t {
  date_time,      // RFC 3339, section 5.6
  date,           // the same: full-date
  time,           // the same: full-time
  uri,            // RFC 3986, with a scheme
  uri_reference,  // RFC 3986
  email,          // RFC 5321, section 4.1.2: Mailbox
  uuid,           // RFC 4122
  hostname,       // RFC 1123, section 2.1; what `xn--` encodes is not looked into
  ipv4,           // RFC 2673, section 3.2
  ipv6,           // RFC 4291, section 2.2
  json_pointer,   // RFC 6901, section 5
  regex,          // ECMA-262; what our engine cannot run is let pass
};

std::optional<Format> format_named(std::string_view name);

bool has_format(Format format, std::string_view text);

// Text that stands for other text, whose form cannot be judged: a variable, `${NAME}`.
bool has_variable(std::string_view text);
// The same for `{name}`, which paths of tables and topics are written with.
bool has_placeholder(std::string_view text);

// For messages: "a date and time", and one: "2024-01-31T12:00:00Z".
struct FormatWords {
  std::string_view noun, example;
};
FormatWords words_of(Format format);

}  // namespace mesh::schema
