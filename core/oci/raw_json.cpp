#include "core/oci/raw_json.hpp"

#include "core/base/strings.hpp"
#include "core/oci/json.hpp"

#include <set>

namespace mesh::oci {
namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  // Calls part() at the start of each; it says whether it could go past one.
  template <class Part>
  bool list(char open, char close, const Part& part) {
    if (!take(open)) return false;
    if (take(close)) return is_at_end();
    do
      if (!part()) return false;
    while (take(','));
    return take(close) && is_at_end();
  }

  bool take(char wanted) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  // A value as it is written; "" where there is none.
  std::string_view value() {
    skip_space();
    const size_t begin = at_;
    size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (depth == 0 && (c == ',' || c == ':' || c == ']' || c == '}' || is_space(c))) break;
      if (c == '"' && !skip_string()) return {};
      if (c == '[' || c == '{') ++depth;
      if (c == ']' || c == '}') --depth;
      if (c != '"') ++at_;
      if (depth == 0 && (c == '"' || c == ']' || c == '}')) break;
    }
    return depth == 0 ? text_.substr(begin, at_ - begin) : std::string_view();
  }

  size_t at() const { return at_; }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  bool skip_string() {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\')
        ++at_;
      else if (text_[at_] == '"')
        return ++at_, true;
    }
    at_ = text_.size();
    return false;
  }

  bool is_at_end() {
    skip_space();
    return at_ == text_.size();
  }

  std::string_view text_;
  size_t at_ = 0;
};

tl::unexpected<Error> not_json(const Scanner& scanner) {
  return fail(Fault::corrupt, "it is not JSON at byte " + std::to_string(scanner.at()));
}

}  // namespace

Result<std::vector<RawMember>> raw_members(std::string_view object) {
  Scanner scanner(object);
  std::vector<RawMember> members;
  std::set<std::string> keys;
  std::string twice;
  const bool is_good = scanner.list('{', '}', [&] {
    const auto key = read_json(scanner.value());
    if (!key || key->kind != Json::Kind::string || !scanner.take(':')) return false;
    if (!keys.insert(key->text).second) twice = key->text;
    const std::string_view value = scanner.value();
    members.push_back({key->text, value});
    return !value.empty() && twice.empty() && members.size() <= kMaxValues;
  });
  if (!twice.empty()) return fail(Fault::corrupt, "it has the key `" + printable(twice) + "` twice");
  if (!is_good) return not_json(scanner);
  return members;
}

Result<std::vector<std::string_view>> raw_items(std::string_view array) {
  Scanner scanner(array);
  std::vector<std::string_view> items;
  const bool is_good = scanner.list('[', ']', [&] {
    items.push_back(scanner.value());
    return !items.back().empty() && items.size() <= kMaxValues;
  });
  if (!is_good) return not_json(scanner);
  return items;
}

}  // namespace mesh::oci
