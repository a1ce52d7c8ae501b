#include "core/model/facts.hpp"

#include <algorithm>
#include <cstring>

namespace mesh::model {

std::string_view Pool::keep(std::string_view text) {
  constexpr size_t kBlock = 1024;
  if (room_ - used_ < text.size() || blocks_.empty()) {
    room_ = std::max(kBlock, text.size());
    used_ = 0;
    blocks_.push_back(std::make_unique<char[]>(room_));
  }
  char* const begin = blocks_.back().get() + used_;
  std::memcpy(begin, text.data(), text.size());
  used_ += text.size();
  return {begin, text.size()};
}

Text Server::field(std::string_view key) const {
  const auto found = std::ranges::find(fields, key, &Field::key);
  return found == fields.end() ? Text{} : found->value;
}

}  // namespace mesh::model
