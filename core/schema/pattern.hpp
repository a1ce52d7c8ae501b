#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace mesh::schema {

// A regular expression as `pattern` means it: ECMA-262 syntax, found anywhere in the text, in linear time.
class Pattern {
 public:
  explicit Pattern(std::string_view ecma);
  ~Pattern();

  // Empty when it compiled; else what is wrong with it, for a message.
  const std::string& error() const { return error_; }
  // It may be sound ECMA-262; our engine cannot run it in linear time, or at all.
  bool is_beyond_us() const { return is_beyond_us_; }
  const std::string& text() const { return text_; }
  bool matches(std::string_view text) const;  // false when it did not compile

 private:
  std::string text_;
  std::string error_;
  bool is_beyond_us_ = false;
  std::unique_ptr<re2::RE2> compiled_;
};

}  // namespace mesh::schema
