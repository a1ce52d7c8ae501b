#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mesh {

// Writes JSON, commas and escapes included. What acts on a terminal or in the log of a CI service is escaped, so
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

  // The text so far, which the writer then forgets: for documents that are long.
  std::string drain();
  size_t size() const { return json_.size(); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();

  std::string json_;
  bool needs_comma_ = false, needs_line_ = false;
};

}  // namespace mesh
