#pragma once

#include "core/model/facts.hpp"
#include "core/yaml/tree.hpp"

#include <string>
#include <string_view>
#include <vector>

// What the readers of this room share.
namespace mesh::model {

// Copies texts into a document's pool.
class TextReader {
 public:
  explicit TextReader(Pool& pool) : pool_(pool) {}

  Text any_scalar(yaml::Node node) const {  // ids and names
    return node.is_null() || node.is_mapping() || node.is_sequence() ? Text{} : keep(node);
  }
  Text string(yaml::Node node) const { return node.is_string() ? keep(node) : Text{}; }
  Text string_at(yaml::Node mapping, std::string_view key) const;

 private:
  Text keep(yaml::Node node) const { return pool_.keep(node.text(), node.span()); }
  Pool& pool_;
};

inline std::optional<bool> boolean(yaml::Node node) {
  return node.kind() == yaml::Kind::boolean ? std::optional(node.boolean()) : std::nullopt;
}

// A string value as it is; empty when there is none.
std::string plain_text(yaml::Node mapping, std::string_view key);
std::vector<std::string> plain_texts(yaml::Node mapping, std::string_view key);

// One fact for each mapping in the list under `key`.
template <class Fact, class Read>
std::vector<Fact> read_list(yaml::Node list, const Read& read) {
  std::vector<Fact> facts;
  if (!list.is_sequence()) return facts;
  facts.reserve(list.size());
  for (uint32_t i = 0; i < list.size(); ++i)
    if (list.item(i).is_mapping()) facts.push_back(read(list.item(i)));
  return facts;
}

}  // namespace mesh::model
