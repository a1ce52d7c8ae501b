#include "core/report/xml.hpp"

#include "core/base/strings.hpp"

namespace mesh::report {

XmlWriter::XmlWriter() : xml_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

void XmlWriter::close_tag() {
  if (in_tag_) xml_ += '>';
  in_tag_ = false;
}

XmlWriter& XmlWriter::begin(std::string_view element) {
  if (in_tag_) xml_ += ">\n";
  xml_.append(2 * open_.size(), ' ').append("<").append(element);
  open_.emplace_back(element);
  in_tag_ = true;
  has_text_ = false;
  return *this;
}

XmlWriter& XmlWriter::end() {
  const std::string element = std::move(open_.back());
  open_.pop_back();
  if (in_tag_)
    xml_ += "/>\n";
  else
    xml_.append(has_text_ ? 0 : 2 * open_.size(), ' ').append("</").append(element).append(">\n");
  in_tag_ = has_text_ = false;
  return *this;
}

XmlWriter& XmlWriter::attribute(std::string_view name, std::string_view value) {
  xml_.append(" ").append(name).append("=\"");
  add(value, true);
  xml_ += '"';
  return *this;
}

XmlWriter& XmlWriter::attribute(std::string_view name, size_t value) {
  return attribute(name, std::to_string(value));
}

XmlWriter& XmlWriter::text(std::string_view lines) {
  close_tag();
  add(lines, false);
  has_text_ = true;
  return *this;
}

void XmlWriter::add(std::string_view text, bool in_attribute) {
  const std::string shown = printable(text, true);
  for (size_t at = 0; at < shown.size(); ++at) {
    const std::string_view rest = std::string_view(shown).substr(at);
    if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) {
      xml_ += rest[2] == '\xBE' ? "\\u{fffe}" : "\\u{ffff}";  // no characters to XML
      at += 2;
      continue;
    }
    switch (shown[at]) {
      case '&':
        xml_ += "&amp;";
        break;
      case '<':
        xml_ += "&lt;";
        break;
      case '>':
        xml_ += "&gt;";
        break;
      case '"':
        xml_ += "&quot;";
        break;
      case '\n':
        xml_ += in_attribute ? "&#10;" : "\n";
        break;
      case '\t':
        xml_ += in_attribute ? "&#9;" : "\t";
        break;
      default:
        xml_ += shown[at];
    }
  }
}

std::string XmlWriter::drain() {
  std::string text;
  text.swap(xml_);
  return text;
}

}  // namespace mesh::report
