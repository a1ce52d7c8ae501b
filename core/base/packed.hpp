#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mesh {

// A text that is kept for long and looked at seldom: compressed, for thousands of them would fill the memory.
class Packed {
 public:
  Packed() = default;
  explicit Packed(std::string_view text);

  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }  // of the text
  std::string text() const;

  // Of the texts: one text is packed in one way.
  bool operator==(const Packed&) const = default;

 private:
  std::string bytes_;
  size_t size_ = 0;
};

}  // namespace mesh
