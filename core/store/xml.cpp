#include "core/store/xml.hpp"

#include "core/base/strings.hpp"
#include "core/base/utf8.hpp"

#include <algorithm>
#include <charconv>

namespace mesh::store {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool is_name(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || c == ':' || byte >= 0x80;
}

// What XML 1.0 has for characters.
bool is_character(uint32_t code) {
  if (code < 0x20) return code == '\t' || code == '\n' || code == '\r';
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes), size_(bytes.size()) {}

  Result<XmlElement> document() {
    if (utf8::first_invalid(rest_)) return bad("it is not UTF-8");
    take("\xef\xbb\xbf");
    if (rest_.starts_with("<?xml") && rest_.size() > 5 && is_space(rest_[5])) {
      const size_t end = rest_.find("?>");
      if (end == rest_.npos) return bad("its declaration does not end");
      rest_.remove_prefix(end + 2);
    }
    if (!skip_between()) return bad(fault_);
    XmlElement root;
    if (!element(root, 0)) return bad(fault_);
    if (!skip_between()) return bad(fault_);
    if (!rest_.empty()) return bad("something follows its root");
    return root;
  }

 private:
  tl::unexpected<Error> bad(std::string_view why) const {
    return fail(Fault::corrupt, "the reply is no XML that can be read: " + std::string(why) + " (byte " +
                                    std::to_string(size_ - rest_.size() + 1) + ")");
  }
  bool wrong(std::string_view why) {
    fault_ = why;
    return false;
  }
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  bool take_space() {
    const size_t before = rest_.size();
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    return rest_.size() != before;
  }

  std::string_view name() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_name);
    const std::string_view name = rest_.substr(0, static_cast<size_t>(end - rest_.begin()));
    const bool starts_well = !name.empty() && name.front() != '-' && name.front() != '.' &&
                             !(name.front() >= '0' && name.front() <= '9');
    if (!starts_well) return {};
    rest_.remove_prefix(name.size());
    return name;
  }

  // White space and comments, outside of the root or in it.
  bool skip_between() {
    for (;;) {
      take_space();
      if (!rest_.starts_with("<!--")) return true;
      if (!comment()) return false;
    }
  }

  bool comment() {
    take("<!--");
    const size_t end = rest_.find("--");
    if (end == rest_.npos || !rest_.substr(end).starts_with("-->")) return wrong("a comment does not end");
    rest_.remove_prefix(end + 3);
    return true;
  }

  // One of the five entities or a character by its number, as `&` stands for it.
  bool reference(std::string& text) {
    constexpr size_t kLongest = 10;
    const size_t end = rest_.substr(0, kLongest).find(';');
    if (end == rest_.npos) return wrong("`&` stands for itself");
    std::string_view word = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    constexpr std::pair<std::string_view, char> kKnown[] = {
        {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    for (const auto& [known, character] : kKnown) {
      if (word != known) continue;
      text += character;
      return true;
    }
    if (!word.starts_with('#')) return wrong("an entity is not known");
    word.remove_prefix(1);
    const int base = word.starts_with('x') ? 16 : 10;
    if (base == 16) word.remove_prefix(1);
    uint32_t code = 0;
    const auto [last, fault] = std::from_chars(word.data(), word.data() + word.size(), code, base);
    if (word.empty() || fault != std::errc() || last != word.data() + word.size() || !is_character(code))
      return wrong("there is no character of such a number");
    utf8::append(text, code);
    return true;
  }

  // Text up to one of `ends`.
  bool characters(std::string& text, std::string_view ends) {
    while (!rest_.empty() && ends.find(rest_.front()) == ends.npos) {
      const char c = rest_.front();
      if (c == '&') {
        if (!reference(text)) return false;
        continue;
      }
      if (!is_character(static_cast<unsigned char>(c))) return wrong("there is a control character in it");
      if (rest_.starts_with("]]>")) return wrong("`]]>` stands for itself");
      text += c;
      rest_.remove_prefix(1);
    }
    return true;
  }

  bool attributes() {
    std::string ignored;
    while (take_space() && !rest_.empty() && is_name(rest_.front())) {
      if (name().empty()) return wrong("an attribute has no name");
      take_space();
      if (!take("=")) return wrong("an attribute has no value");
      take_space();
      const char quote = rest_.empty() ? '\0' : rest_.front();
      if (quote != '"' && quote != '\'') return wrong("a value is not in quotes");
      rest_.remove_prefix(1);
      ignored.clear();
      if (!characters(ignored, quote == '"' ? "\"<" : "'<")) return false;
      if (rest_.empty() || rest_.front() != quote) return wrong("a value does not end");
      rest_.remove_prefix(1);
    }
    return true;
  }

  bool element(XmlElement& into, int depth) {
    if (depth >= kMaxXmlDepth) return wrong("it is nested too deep");
    if (++elements_ > kMaxXmlElements) return wrong("it has too many elements");
    if (!take("<")) return wrong("there is no element");
    into.name = name();
    if (into.name.empty()) return wrong("an element has no name");
    if (!attributes()) return false;
    if (take("/>")) return true;
    if (!take(">")) return wrong("a tag does not end");
    while (characters(into.text, "<")) {
      if (rest_.empty()) return wrong("an element does not end");
      if (rest_.starts_with("<!--")) {
        if (!comment()) return false;
      } else if (take("</")) {
        const bool matches = name() == into.name;
        take_space();
        return (matches && take(">")) || wrong("an end does not match its start");
      } else if (!element(into.children.emplace_back(), depth + 1)) {
        return false;
      }
    }
    return false;
  }

  std::string_view rest_;
  size_t size_, elements_ = 0;
  std::string_view fault_;
};

}  // namespace

const XmlElement* XmlElement::find(std::string_view child) const {
  const auto found = std::ranges::find(children, child, &XmlElement::name);
  return found == children.end() ? nullptr : &*found;
}

std::string_view XmlElement::text_at(std::string_view child) const {
  const XmlElement* const found = find(child);
  return found ? std::string_view(found->text) : std::string_view();
}

Result<XmlElement> read_xml(std::string_view bytes) { return Reader(bytes).document(); }

std::string xml_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else if (c == '"')
      escaped += "&quot;";
    else
      escaped += c;
  }
  return escaped;
}

}  // namespace mesh::store
