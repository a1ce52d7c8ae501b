#include "core/yaml/reader.hpp"

#include "core/base/utf8.hpp"

#include <fmt/format.h>

#include <unordered_set>

// RFC 8259, strictly: no comments, no trailing commas, no duplicate names, one value a file.
namespace mesh::yaml {
namespace {

class JsonReader {
 public:
  JsonReader(const Source& source, Findings& findings, const Limits& limits)
      : text_(source.bytes()), findings_(findings), limits_(limits) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  std::vector<Document> read() {
    std::vector<Document> documents;
    tree_ = std::make_unique<Tree>();
    skip_space();
    if (at_ == text_.size()) {
      findings_.add("yaml/empty", Level::error, Span{}, "the file is empty");
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

  Id value(uint32_t depth) {
    if (++nodes_ > limits_.nodes)
      return error("yaml/limit", here(), fmt::format("more than {} values", limits_.nodes));
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
      Tree::Data data;
      data.kind = word == "null" ? Kind::null : Kind::boolean;
      data.boolean = word == "true";
      data.span = here(static_cast<uint32_t>(word.size()));
      data.text = text_.substr(at_, word.size());
      at_ += word.size();
      return tree_->add(data);
    }
    return error("yaml/syntax", here(), fmt::format("expected a JSON value, found {}", found()));
  }

  Id object(uint32_t depth) {
    const auto begin = static_cast<uint32_t>(at_++);
    std::vector<uint32_t> children;
    std::unordered_set<std::string_view> names;
    skip_space();
    if (!next_is('}')) {
      for (;;) {
        skip_space();
        if (!next_is('"'))
          return error("yaml/syntax", here(),
                       next_is('}') && !children.empty()
                           ? std::string("a comma may not stand before `}` in JSON")
                           : fmt::format("expected a name in double quotes, found {}", found()));
        const Id name = string();
        if (!name) return std::nullopt;
        const Tree::Data& key = tree_->at(*name);
        const bool duplicate = !names.insert(key.text).second;
        if (duplicate)
          findings_.add("yaml/duplicate-key", Level::error, key.span,
                        fmt::format("`{}` is defined twice", key.text));
        skip_space();
        if (!next_is(':'))
          return error("yaml/syntax", here(), fmt::format("expected `:`, found {}", found()));
        ++at_;
        skip_space();
        const Id member = value(depth + 1);
        if (!member) return std::nullopt;
        if (!duplicate) children.insert(children.end(), {*name, *member});
        skip_space();
        if (next_is('}')) break;
        if (!next_is(','))
          return error("yaml/syntax", here(), fmt::format("expected `,` or `}}`, found {}", found()));
        ++at_;
      }
    }
    ++at_;
    return tree_->add_collection(Kind::mapping, {begin, static_cast<uint32_t>(at_)}, children);
  }

  Id array(uint32_t depth) {
    const auto begin = static_cast<uint32_t>(at_++);
    std::vector<uint32_t> children;
    skip_space();
    if (!next_is(']')) {
      for (;;) {
        skip_space();
        if (next_is(']')) return error("yaml/syntax", here(), "a comma may not stand before `]` in JSON");
        const Id member = value(depth + 1);
        if (!member) return std::nullopt;
        children.push_back(*member);
        skip_space();
        if (next_is(']')) break;
        if (!next_is(','))
          return error("yaml/syntax", here(), fmt::format("expected `,` or `]`, found {}", found()));
        ++at_;
      }
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
    Tree::Data data;
    data.kind = is_float ? Kind::number : Kind::integer;
    data.span = {static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)};
    data.text = text_.substr(begin, at_ - begin);
    return tree_->add(data);
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
      const auto end = static_cast<uint32_t>(std::min(at_ + 1, text_.size()));
      findings_.add("yaml/syntax", Level::error, Span{static_cast<uint32_t>(begin), end}, std::move(message));
      return false;
    };
    if (at_ >= text_.size()) return bad("the string is not closed");
    const char c = text_[at_++];
    constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
    if (const size_t simple = kFrom.find(c); simple != kFrom.npos) {
      decoded += kTo[simple];
      return true;
    }
    if (c != 'u') return bad(fmt::format("`\\{}` is no JSON escape", c));
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
    Tree::Data data;
    data.kind = Kind::string;
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
    if (escaped) {
      decoded += text_.substr(run, at_ - run);
      data.text = tree_->keep(std::move(decoded));
    } else {
      data.text = text_.substr(run, at_ - run);
    }
    ++at_;
    data.span = {static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)};
    return tree_->add(data);
  }

  std::string_view text_;
  Findings& findings_;
  Limits limits_;
  std::unique_ptr<Tree> tree_;
  size_t at_ = 0;
  uint64_t nodes_ = 0;
};

}  // namespace

std::vector<Document> read_json(const Source& source, Findings& findings, const Limits& limits) {
  if (source.bytes().size() > limits.bytes) {
    findings.add("yaml/limit", Level::error, Span{},
                 fmt::format("the file is larger than {} bytes", limits.bytes));
    return {};
  }
  if (const auto bad = utf8::first_invalid(source.bytes())) {
    const auto at = static_cast<uint32_t>(*bad);
    findings.add("yaml/encoding", Level::error, Span{at, at + 1}, "this byte is not UTF-8");
    return {};
  }
  return JsonReader(source, findings, limits).read();
}

}  // namespace mesh::yaml
