#include "core/schema/pattern.hpp"

#include "core/base/utf8.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <optional>

namespace mesh::schema {
namespace {

// What ECMA calls white space, as the inside of a class, and everything else.
constexpr std::string_view kSpace =
    R"(\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff})";
constexpr std::string_view kNoSpace =
    R"(\x{0}-\x{8}\x{e}-\x{1f}!-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e})"
    R"(\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff})";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// ECMA-262 syntax in RE2's words. Where RE2 gives a letter another meaning (`\A`, `\z`, `\Q`), ECMA's holds.
class Translation {
 public:
  explicit Translation(std::string_view ecma) : in_(ecma) {}

  bool run() {
    while (at_ < in_.size()) {
      const char c = in_[at_];
      if (c == '\\') {
        if (!escape(false)) return false;
      } else if (c == '[') {
        if (!character_class()) return false;
      } else if (c == '(') {
        if (!group()) return false;
      } else {
        out_ += c;
        ++at_;
      }
    }
    return true;
  }
  const std::string& out() const { return out_; }
  const std::string& error() const { return error_; }
  bool is_beyond_us() const { return is_beyond_us_; }

 private:
  bool refuse(std::string what) {
    error_ = std::move(what);
    return false;
  }
  // ECMA has it, RE2 has not.
  bool give_up(std::string what) {
    is_beyond_us_ = true;
    return refuse(std::move(what) + " is not supported");
  }
  bool next_is(std::string_view text) const { return in_.substr(at_).starts_with(text); }

  bool group() {
    if (next_is("(?=") || next_is("(?!")) return give_up("lookahead");
    if (next_is("(?<=") || next_is("(?<!")) return give_up("lookbehind");
    if (next_is("(?<")) {
      out_ += "(?P<";
      at_ += 3;
      return true;
    }
    if (next_is("(?") && !next_is("(?:")) return refuse(fmt::format("`{}` is no group", in_.substr(at_, 3)));
    out_ += in_[at_++];
    return true;
  }

  bool character_class() {
    if (next_is("[^]")) {
      out_ += R"([\x{0}-\x{10ffff}])";
      at_ += 3;
      return true;
    }
    if (next_is("[]")) {
      out_ += R"([^\x{0}-\x{10ffff}])";
      at_ += 2;
      return true;
    }
    out_ += '[';
    ++at_;
    if (next_is("^")) out_ += in_[at_++];
    while (at_ < in_.size() && in_[at_] != ']') {
      if (in_[at_] == '\\') {
        if (!escape(true)) return false;
      } else {
        if (in_[at_] == '[') out_ += '\\';
        out_ += in_[at_++];
      }
    }
    if (at_ == in_.size()) return refuse("`[` is not closed");
    out_ += ']';
    ++at_;
    return true;
  }

  void literal(char32_t code) { out_ += fmt::format("\\x{{{:x}}}", static_cast<uint32_t>(code)); }

  std::optional<char32_t> hex(size_t digits) {
    char32_t code = 0;
    if (in_.size() - at_ < digits) return std::nullopt;
    for (size_t i = 0; i < digits; ++i) {
      const char c = in_[at_ + i], lower = static_cast<char>(c | 0x20);
      if (!is_digit(c) && (lower < 'a' || lower > 'f')) return std::nullopt;
      code = code << 4 | static_cast<char32_t>(is_digit(c) ? c - '0' : lower - 'a' + 10);
    }
    at_ += digits;
    return code;
  }

  bool unicode_escape() {
    if (next_is("{")) {
      const size_t end = in_.find('}', at_);
      if (end == in_.npos || end == at_ + 1 || end - at_ > 9)
        return refuse("`\\u{` needs hex digits and `}`");
      ++at_;
      const auto code = hex(end - at_);
      if (!code) return refuse("`\\u{` needs hex digits and `}`");
      ++at_;
      literal(*code);
      return true;
    }
    auto code = hex(4);
    if (!code) {
      out_ += 'u';
      return true;
    }
    if (*code >= 0xd800 && *code < 0xdc00 && next_is("\\u")) {
      at_ += 2;
      const auto low = hex(4);
      if (!low || *low < 0xdc00 || *low > 0xdfff) return refuse("half a surrogate pair");
      code = 0x10000 + ((*code - 0xd800) << 10) + (*low - 0xdc00);
    }
    literal(*code);
    return true;
  }

  bool escape(bool in_class) {
    ++at_;
    if (at_ == in_.size()) return refuse("a `\\` ends it");
    const char c = in_[at_];
    if (static_cast<unsigned char>(c) >= 0x80) {
      const size_t size = utf8::first(in_.substr(at_)).size;
      out_ += in_.substr(at_, size);
      at_ += size;
      return true;
    }
    ++at_;
    if (c >= '1' && c <= '9') return give_up("a back-reference");
    if (!is_letter(c) && !is_digit(c) && c != '_') {
      out_ += '\\';
      out_ += c;
      return true;
    }
    switch (c) {
      case 's':
        out_ += in_class ? std::string(kSpace) : fmt::format("[{}]", kSpace);
        return true;
      case 'S':
        out_ += in_class ? std::string(kNoSpace) : fmt::format("[^{}]", kSpace);
        return true;
      case '0':
        literal(0);
        return true;
      case 'u':
        return unicode_escape();
      case 'x':
        if (const auto code = hex(2))
          literal(*code);
        else
          out_ += 'x';
        return true;
      case 'c':
        if (at_ == in_.size() || !is_letter(in_[at_])) return refuse("`\\c` needs a letter");
        literal(static_cast<char32_t>(in_[at_++] & 0x1f));
        return true;
      case 'b':
        if (in_class)
          literal(8);
        else
          out_ += "\\b";
        return true;
      case 'p':
      case 'P':
        return property(c);
      case 'd':
      case 'D':
      case 'w':
      case 'W':
      case 'B':
      case 't':
      case 'n':
      case 'v':
      case 'f':
      case 'r':
        out_ += '\\';
        out_ += c;
        return true;
      default:
        out_ += c;
        return true;
    }
  }

  // RE2 knows the short names of categories and the names of scripts.
  bool property(char c) {
    const size_t end = in_.find('}', at_);
    if (!next_is("{") || end == in_.npos) {
      out_ += c;
      return true;
    }
    std::string_view name = in_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    for (const std::string_view prefix :
         {"General_Category=", "gc=", "Script=", "sc=", "Script_Extensions=", "scx="})
      if (name.starts_with(prefix)) {
        name.remove_prefix(prefix.size());
        break;
      }
    static constexpr std::pair<std::string_view, std::string_view> kShort[] = {{"Letter", "L"},
                                                                               {"Lowercase_Letter", "Ll"},
                                                                               {"Uppercase_Letter", "Lu"},
                                                                               {"Mark", "M"},
                                                                               {"Number", "N"},
                                                                               {"Decimal_Number", "Nd"},
                                                                               {"digit", "Nd"},
                                                                               {"Punctuation", "P"},
                                                                               {"punct", "P"},
                                                                               {"Symbol", "S"},
                                                                               {"Separator", "Z"},
                                                                               {"Other", "C"},
                                                                               {"Titlecase_Letter", "Lt"},
                                                                               {"Other_Letter", "Lo"},
                                                                               {"Modifier_Letter", "Lm"},
                                                                               {"Control", "Cc"}};
    for (const auto& [known, brief] : kShort)
      if (known == name) name = brief;
    out_ += fmt::format("\\{}{{{}}}", c, name);
    return true;
  }

  std::string_view in_;
  size_t at_ = 0;
  std::string out_;
  std::string error_;
  bool is_beyond_us_ = false;
};

}  // namespace

Pattern::Pattern(std::string_view ecma) : text_(ecma) {
  Translation translation(text_);
  if (!translation.run()) {
    error_ = translation.error();
    is_beyond_us_ = translation.is_beyond_us();
    return;
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  compiled_ = std::make_unique<re2::RE2>(translation.out(), options);
  if (compiled_->ok()) return;
  error_ = compiled_->error();
  switch (compiled_->error_code()) {
    case re2::RE2::ErrorRepeatSize:  // ECMA knows no limit
    case re2::RE2::ErrorPatternTooLarge:
    case re2::RE2::ErrorBadCharRange:  // names of properties that RE2 does not know
      is_beyond_us_ = true;
      break;
    default:
      break;
  }
}

Pattern::~Pattern() = default;

bool Pattern::matches(std::string_view text) const {
  return compiled_ && compiled_->ok() &&
         re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

}  // namespace mesh::schema
