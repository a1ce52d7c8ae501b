#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mesh {

// Writes one JSON document, commas and escapes included. Characters that act on a terminal are escaped, so
// that a document may be looked at there.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }

  JsonWriter& key(std::string_view name);
  JsonWriter& text(std::string_view value);
  JsonWriter& number(uint64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();

  // The next element starts on a line of its own.
  JsonWriter& new_line();

  // The document so far, with a line end.
  std::string take() &&;

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();

  std::string json_;
  bool needs_comma_ = false, needs_line_ = false;
};

}  // namespace mesh
