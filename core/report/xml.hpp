#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mesh::report {

// Writes one XML document. Whatever a text holds, it stays a text: characters that XML does not have, or that
// act on a terminal or in a log, are written as \u{…}.
class XmlWriter {
 public:
  XmlWriter();
  XmlWriter& begin(std::string_view element);
  XmlWriter& attribute(std::string_view name, std::string_view value);  // right after `begin`
  XmlWriter& attribute(std::string_view name, size_t value);
  XmlWriter& text(std::string_view lines);
  XmlWriter& end();

  std::string drain();  // the text so far, which the writer then forgets

 private:
  void close_tag();
  void add(std::string_view text, bool in_attribute);

  std::string xml_;
  std::vector<std::string> open_;
  bool in_tag_ = false, has_text_ = false;
};

}  // namespace mesh::report
