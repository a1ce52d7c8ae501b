#include "core/model/nodes.hpp"

namespace mesh::model {

using yaml::Node;

Text TextReader::string_at(Node mapping, std::string_view key) const {
  return string(mapping.find(key).value_or(Node{}));
}

std::string plain_text(Node mapping, std::string_view key) {
  const auto value = mapping.find(key);
  return value && value->is_string() ? std::string(value->text()) : std::string();
}

std::vector<std::string> plain_texts(Node mapping, std::string_view key) {
  std::vector<std::string> texts;
  const auto list = mapping.find(key);
  if (!list || !list->is_sequence()) return texts;
  for (uint32_t i = 0; i < list->size(); ++i)
    if (list->item(i).is_string()) texts.emplace_back(list->item(i).text());
  return texts;
}

}  // namespace mesh::model
