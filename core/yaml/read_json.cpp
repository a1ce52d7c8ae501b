#include "core/yaml/reader.hpp"

#include "core/base/utf8.hpp"
#include "core/yaml/bytes.hpp"
#include "core/yaml/entries.hpp"
#include "core/yaml/find_byte.hpp"

#include <fmt/format.h>

#include <algorithm>

// RFC 8259, strictly: no comments, no trailing commas, no duplicate names, one value a file.
namespace mesh::yaml {
namespace {

class JsonReader {
 public:
  JsonReader(std::string_view text, Findings& findings, const Limits& limits)
      : text_(text), findings_(findings), limits_(limits) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  std::vector<Document> read() {
    std::vector<Document> documents;
    tree_ = std::make_unique<Tree>(text_);
    if (!count_nodes()) return documents;
    skip_space();
    if (at_ == text_.size()) {
      findings_.add("yaml/empty", Level::error, Span{}, "the file holds no document").help =
          "write one, or remove the file";
      return documents;
    }
    const auto root = value(1);
    if (!root) return documents;
    skip_space();
    if (at_ < text_.size()) {
      error("yaml/syntax", here(), "nothing may follow the JSON value");
      return documents;
    }
    tree_->set_root(*root);
    documents.push_back({std::move(tree_)});
    return documents;
  }

 private:
  using Id = std::optional<uint32_t>;

  Span here(uint32_t length = 1) const {
    const auto begin = static_cast<uint32_t>(at_);
    return {begin, static_cast<uint32_t>(std::min<size_t>(at_ + length, text_.size()))};
  }
  std::string_view written(Span at) const { return text_.substr(at.begin, at.end - at.begin); }
  std::nullopt_t error(std::string_view rule, Span at, std::string message) {
    findings_.add(rule, Level::error, at, std::move(message));
    return std::nullopt;
  }
  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }
  bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }

  std::string found() const {
    if (at_ >= text_.size()) return "the end of the file";
    const utf8::Char c = utf8::first(text_.substr(at_));
    return fmt::format("`{}`", text_.substr(at_, c.size));
  }

  // Where the quote is that closes a string, or the end of the text.
  size_t end_of_string(size_t at) const {
    for (;; ++at) {
      at = find_byte<'"', '\\', '\0'>(text_.data(), at, text_.size());
      if (at >= text_.size() || text_[at] == '"') return at;
      if (text_[at] == '\\' && ++at >= text_.size()) return at;
    }
  }

  // Each comma and each colon outside of strings has a value before it, and the last value has none behind
  // it.
  bool count_nodes() {
    size_t nodes = 1, depth = 0;
    for (size_t i = 0; i < text_.size() && depth <= limits_.depth; ++i) {
      const char c = text_[i];
      if (c == '"') i = end_of_string(i + 1);
      if (c == '\\') ++i;
      if (c == '[' || c == '{') ++depth;
      if ((c == ']' || c == '}') && depth > 0) --depth;
      if ((c != ',' && c != ':') || ++nodes <= limits_.nodes) continue;
      at_ = i;
      error("yaml/limit", here(), fmt::format("more than {} values in one file", limits_.nodes));
      return false;
    }
    tree_->reserve(nodes);
    return true;
  }

  Id value(uint32_t depth) {
    if (at_ >= text_.size()) return error("yaml/syntax", here(), "a value is missing at the end of the file");
    const char c = text_[at_];
    if (c == '{' || c == '[') {
      if (depth > limits_.depth)
        return error("yaml/limit", here(), fmt::format("nested deeper than {} levels", limits_.depth));
      return c == '{' ? object(depth) : array(depth);
    }
    if (c == '"') return string();
    if (c == '-' || (c >= '0' && c <= '9')) return number();
    for (const std::string_view word : {"true", "false", "null"}) {
      if (!text_.substr(at_).starts_with(word)) continue;
      const Span span = here(static_cast<uint32_t>(word.size()));
      at_ += word.size();
      return tree_->add_scalar(word == "null" ? Kind::null : Kind::boolean, span, written(span));
    }
    if (c == '/' || c == '#') return error("yaml/syntax", here(), "JSON has no comments");
    return missing("a JSON value");
  }

  Id object(uint32_t depth) {
    const auto begin = static_cast<uint32_t>(at_++);
    std::vector<uint32_t> children;
    skip_space();
    if (!next_is('}')) {
      do {
        if (!member(depth, children)) return std::nullopt;
      } while (another('}'));
      if (!next_is('}')) return missing("`,` or `}`");
    }
    ++at_;
    tree_->hash_keys(children.data(), children.size());
    drop_duplicates(*tree_, children, findings_);
    return tree_->add_collection(Kind::mapping, {begin, static_cast<uint32_t>(at_)}, children);
  }

  bool member(uint32_t depth, std::vector<uint32_t>& children) {
    skip_space();
    if (next_is('}') && !children.empty())
      return error("yaml/syntax", comma_, "a comma may not stand before `}` in JSON"), false;
    if (!next_is('"')) return missing("a name in double quotes"), false;
    const Id name = string();
    if (!name) return false;
    skip_space();
    if (!next_is(':')) return missing("`:`"), false;
    ++at_;
    skip_space();
    const Id content = value(depth + 1);
    if (content) children.insert(children.end(), {*name, *content});
    return content.has_value();
  }

  // Steps over the comma behind a member, if there is one.
  bool another(char close) {
    skip_space();
    if (next_is(close) || !next_is(',')) return false;
    comma_ = here();
    ++at_;
    return true;
  }
  Id missing(std::string_view what) {
    return error("yaml/syntax", here(), fmt::format("expected {}, found {}", what, found()));
  }

  Id array(uint32_t depth) {
    const auto begin = static_cast<uint32_t>(at_++);
    std::vector<uint32_t> children;
    skip_space();
    if (!next_is(']')) {
      do {
        skip_space();
        if (next_is(']')) return error("yaml/syntax", comma_, "a comma may not stand before `]` in JSON");
        const Id content = value(depth + 1);
        if (!content) return std::nullopt;
        children.push_back(*content);
      } while (another(']'));
      if (!next_is(']')) return missing("`,` or `]`");
    }
    ++at_;
    return tree_->add_collection(Kind::sequence, {begin, static_cast<uint32_t>(at_)}, children);
  }

  Id number() {
    const size_t begin = at_;
    const auto digits = [&] {
      const size_t first = at_;
      while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
      return at_ - first;
    };
    if (next_is('-')) ++at_;
    const bool leading_zero = next_is('0');
    const size_t whole = digits();
    if (whole == 0 || (leading_zero && whole > 1))
      return error("yaml/syntax", {static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)},
                   "not a JSON number");
    bool is_float = false;
    if (next_is('.')) {
      ++at_;
      is_float = true;
      if (digits() == 0) return error("yaml/syntax", here(), "a digit must follow the decimal point");
    }
    if (next_is('e') || next_is('E')) {
      ++at_;
      is_float = true;
      if (next_is('+') || next_is('-')) ++at_;
      if (digits() == 0) return error("yaml/syntax", here(), "a digit must follow the exponent");
    }
    const Span span{static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)};
    return tree_->add_scalar(is_float ? Kind::number : Kind::integer, span, written(span));
  }

  // Four hex digits after `\u`.
  std::optional<char32_t> hex4() {
    if (text_.size() - at_ < 4) return std::nullopt;
    char32_t code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = text_[at_];
      const char lower = static_cast<char>(c | 0x20);
      if (c >= '0' && c <= '9')
        code = code << 4 | static_cast<char32_t>(c - '0');
      else if (lower >= 'a' && lower <= 'f')
        code = code << 4 | static_cast<char32_t>(lower - 'a' + 10);
      else
        return std::nullopt;
    }
    return code;
  }

  bool escape(std::string& decoded) {
    const size_t begin = at_++;
    const auto bad = [&](std::string message) {
      const Span at{static_cast<uint32_t>(begin), static_cast<uint32_t>(std::min(at_, text_.size()))};
      findings_.add("yaml/syntax", Level::error, at, std::move(message));
      return false;
    };
    if (at_ >= text_.size()) return bad("the string is not closed");
    const char c = text_[at_++];
    constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
    if (const size_t simple = kFrom.find(c); simple != kFrom.npos) {
      decoded += kTo[simple];
      return true;
    }
    if (c != 'u') {
      at_ += utf8::first(text_.substr(at_ - 1)).size - 1;
      return bad(fmt::format("`{}` is no JSON escape", text_.substr(begin, at_ - begin)));
    }
    auto code = hex4();
    if (!code) return bad("four hex digits must follow `\\u`");
    if (*code >= 0xd800 && *code < 0xdc00) {
      std::optional<char32_t> low;
      if (text_.substr(at_).starts_with("\\u")) {
        at_ += 2;
        low = hex4();
      }
      if (!low || *low < 0xdc00 || *low > 0xdfff) return bad("half of a surrogate pair");
      code = 0x10000 + ((*code - 0xd800) << 10) + (*low - 0xdc00);
    } else if (*code >= 0xdc00 && *code < 0xe000) {
      return bad("half of a surrogate pair");
    }
    utf8::append(decoded, *code);
    return true;
  }

  Id string() {
    const size_t begin = at_++;
    std::string decoded;
    bool escaped = false;
    size_t run = at_;
    for (;; ++at_) {
      if (at_ >= text_.size() || text_[at_] == '\n')
        return error(at_ >= text_.size() ? "yaml/open-quote" : "yaml/syntax",
                     {static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + 1)},
                     "the string is not closed");
      if (text_[at_] == '"') break;
      if (static_cast<unsigned char>(text_[at_]) < 0x20)
        return error("yaml/control-character", here(), "a control character must be written as an escape");
      if (text_[at_] != '\\') continue;
      decoded += text_.substr(run, at_ - run);
      escaped = true;
      if (!escape(decoded)) return std::nullopt;
      run = at_--;
    }
    std::string_view text = text_.substr(run, at_ - run);
    if (escaped) text = tree_->keep(decoded.append(text));
    ++at_;
    return tree_->add_scalar(Kind::string, {static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)}, text);
  }

  std::string_view text_;
  Findings& findings_;
  Limits limits_;
  std::unique_ptr<Tree> tree_;
  size_t at_ = 0;
  Span comma_;  // the last one
};

}  // namespace

std::vector<Document> read_json(const Source& source, Findings& findings, const Limits& limits) {
  if (auto fault = check_bytes(source.bytes(), limits.bytes, true)) {
    fault->at.file = findings.file();
    findings.all().push_back(std::move(*fault));
    return {};
  }
  return JsonReader(source.bytes(), findings, limits).read();
}

}  // namespace mesh::yaml
