#include "core/model/reference.hpp"

#include "core/model/properties.hpp"

namespace mesh::model {

bool is_url(std::string_view file) { return file.find("://") != std::string_view::npos; }

std::optional<Reference> parse_reference(std::string_view text) {
  if (text.find("${") != std::string_view::npos || text.find_first_of(" \t\r\n") != std::string_view::npos)
    return std::nullopt;
  Reference reference;
  const size_t hash = text.find('#');
  if (hash != std::string_view::npos) {
    reference.file = text.substr(0, hash);
    text.remove_prefix(hash + 1);
  }
  const bool rooted = text.starts_with('/');
  if (rooted) text.remove_prefix(1);
  reference.path = text;
  reference.by_id = rooted || text.find('/') != std::string_view::npos;
  if (text.empty() || (!reference.by_id && text.find('.') == std::string_view::npos)) return std::nullopt;
  return reference;
}

namespace {

void add_files(List<Relationship> relationships, Contract& contract) {
  for (const Relationship& relationship : relationships)
    for (const auto* ends : {&relationship.from, &relationship.to})
      for (const Text& end : *ends) {
        if (end.view().find('#') == std::string_view::npos) continue;
        const auto reference = parse_reference(end.view());
        if (!reference || reference->file.empty() || is_url(reference->file)) continue;
        contract.foreign_files.push_back(contract.pool.keep(reference->file, end.at));
      }
}

}  // namespace

void find_foreign_files(Contract& contract) {
  for (const SchemaObject& object : contract.objects) {
    add_files(object.relationships, contract);
    each_property(object.properties,
                  [&](const Property& property) { add_files(property.relationships(), contract); });
  }
}

}  // namespace mesh::model
