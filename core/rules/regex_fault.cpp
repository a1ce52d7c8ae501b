#include "core/rules/regex_fault.hpp"

#include <vector>

namespace mesh::rules {

namespace {

// Dialects differ in what an escape or a group means, hardly in where it ends: that is all this looks at.
class Scanner {
 public:
  explicit Scanner(std::string_view pattern) : pattern_(pattern) {}

  std::optional<RegexFault> scan() {
    while (at_ < pattern_.size())
      if (auto fault = step()) return fault;
    if (!open_.empty())
      return RegexFault{open_.back(), open_.back() + 1, "this `(` is never closed", "close it with `)`"};
    return std::nullopt;
  }

 private:
  std::optional<RegexFault> step() {
    const size_t begin = at_;
    switch (pattern_[at_]) {
      case '\\':
        if (at_ + 1 == pattern_.size())
          return RegexFault{begin, begin + 1, "it ends within an escape", "write `\\\\` for a backslash"};
        at_ += 2;
        can_repeat_ = true;
        return std::nullopt;
      case '[':
        return skip_class();
      case '(':
        open_.push_back(at_++);
        skip_group_head();
        return std::nullopt;
      case ')':
        if (open_.empty())
          return RegexFault{begin, begin + 1, "this `)` closes nothing", "remove it, or write `\\)`"};
        open_.pop_back();
        ++at_;
        can_repeat_ = true;
        return std::nullopt;
      case '|':
        ++at_;
        can_repeat_ = false;
        return std::nullopt;
      case '*':
      case '+':
      case '?':
        if (!can_repeat_)
          return RegexFault{begin, begin + 1, "there is nothing to repeat before this sign",
                            "write `.*` for any text"};
        ++at_;
        return std::nullopt;
      case '{':
        return look_at_count();
      default:
        ++at_;
        can_repeat_ = true;
        return std::nullopt;
    }
  }

  // `[…]`. A `]` that comes first is a member in most dialects and the end in ECMAScript: the reading that
  // closes the class is taken.
  std::optional<RegexFault> skip_class() {
    const size_t begin = at_++;
    if (at_ < pattern_.size() && pattern_[at_] == '^') ++at_;
    const size_t first = at_;
    size_t end = class_end(first + (first < pattern_.size() && pattern_[first] == ']' ? 1 : 0));
    if (end == std::string_view::npos) end = class_end(first);
    if (end == std::string_view::npos)
      return RegexFault{begin, begin + 1, "this `[` is never closed", "close it with `]`"};
    at_ = end + 1;
    can_repeat_ = true;
    return std::nullopt;
  }

  size_t class_end(size_t at) const {
    while (at < pattern_.size() && pattern_[at] != ']') {
      if (pattern_[at] == '\\') {
        ++at;
      } else if (pattern_.substr(at).starts_with("[:")) {
        const size_t named = pattern_.find(":]", at + 2);
        if (named != std::string_view::npos) at = named + 1;
      }
      ++at;
    }
    return at < pattern_.size() ? at : std::string_view::npos;
  }

  // `(?:`, `(?=`, `(?<name>`, `(?i)`, `(*VERB)`: the signs after the bracket repeat nothing.
  void skip_group_head() {
    can_repeat_ = false;
    if (at_ >= pattern_.size() || (pattern_[at_] != '?' && pattern_[at_] != '*')) return;
    ++at_;
    while (at_ < pattern_.size() && pattern_[at_] != ')' && pattern_[at_] != ':' && pattern_[at_] != '=' &&
           pattern_[at_] != '!' && pattern_[at_] != '>' && pattern_[at_] != '(')
      ++at_;
    if (at_ < pattern_.size() && pattern_[at_] != ')' && pattern_[at_] != '(') ++at_;
  }

  // `{2,1}`; what is no count is a text in most dialects.
  std::optional<RegexFault> look_at_count() {
    const size_t begin = at_++;
    const auto low = digits();
    const bool is_range = at_ < pattern_.size() && pattern_[at_] == ',';
    if (is_range) ++at_;
    const auto high = digits();
    const bool is_count = low.size() > 0 && at_ < pattern_.size() && pattern_[at_] == '}';
    if (!is_count) {
      at_ = begin + 1;
      can_repeat_ = true;
      return std::nullopt;
    }
    ++at_;
    const bool is_inverted = is_range && !high.empty() && is_more(low, high);
    if (is_inverted)
      return RegexFault{begin, at_, "this count ends below its start", "write the smaller number first"};
    return std::nullopt;
  }

  std::string_view digits() {
    const size_t begin = at_;
    while (at_ < pattern_.size() && pattern_[at_] >= '0' && pattern_[at_] <= '9') ++at_;
    return pattern_.substr(begin, at_ - begin);
  }
  static bool is_more(std::string_view a, std::string_view b) {
    while (a.starts_with('0')) a.remove_prefix(1);
    while (b.starts_with('0')) b.remove_prefix(1);
    return a.size() != b.size() ? a.size() > b.size() : a > b;
  }

  std::string_view pattern_;
  size_t at_ = 0;
  bool can_repeat_ = false;
  std::vector<size_t> open_;  // where the groups begin that are not closed
};

}  // namespace

std::optional<RegexFault> regex_fault(std::string_view pattern) {
  // Quoted text, comments and free spacing are read by few dialects: nothing is said about them.
  for (const std::string_view special : {"\\Q", "(?#", "(?x"})
    if (pattern.find(special) != std::string_view::npos) return std::nullopt;
  return Scanner(pattern).scan();
}

}  // namespace mesh::rules
