#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

// As much of XML as stores answer with: elements and text. Replies are read with suspicion.
namespace mesh::store {

struct XmlElement {
  std::string name;  // as written, with its prefix
  std::string text;  // between its tags, without that of its children
  std::vector<XmlElement> children;

  const XmlElement* find(std::string_view child) const;    // the first of that name
  std::string_view text_at(std::string_view child) const;  // "" when there is none
};

inline constexpr int kMaxXmlDepth = 32;
inline constexpr size_t kMaxXmlElements = 100'000;  // of 64 bytes and more each; the longest list has 8,000

// The root. Attributes are read over. corrupt: not well-formed, not UTF-8, too deep, too many elements, and
// what no store sends and readers get wrong: document types, CDATA, instructions, entities but `&amp; &lt;
// &gt; &quot; &apos;` and characters by number.
Result<XmlElement> read_xml(std::string_view bytes);

// Text that may stand between tags and in a value.
std::string xml_escaped(std::string_view text);

}  // namespace mesh::store
