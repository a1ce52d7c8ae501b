#include "core/model/facts.hpp"

#include <algorithm>

namespace mesh::model {

Text Pool::keep(std::string_view text, Span at) {
  char* const kept = room_for(text.size(), text.size(), 1);
  std::memcpy(kept, text.data(), text.size());
  return {kept, at};
}

Text Server::field(std::string_view key) const {
  const auto found = std::ranges::find(fields, key, &Field::key);
  return found == fields.end() ? Text{} : found->value;
}

}  // namespace mesh::model
