#include "core/publish/document.hpp"

#include "core/publish/release.hpp"
#include "core/publish/stored.hpp"
#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"

#include <algorithm>

namespace mesh::publish {

std::optional<Document> read_document(store::Store& store, const Identity& identity,
                                      const oci::Manifest& manifest) {
  const auto layer = std::ranges::find(manifest.layers, oci::kOdpsType, &oci::Descriptor::media_type);
  if (layer == manifest.layers.end()) return std::nullopt;
  auto bytes = read_blob(store, identity, *layer, kMaxFile);
  if (!bytes) return std::nullopt;
  const Source source{std::string(oci::title_of(*layer)), std::move(*bytes)};
  Findings findings;
  const auto documents = yaml::read(source, findings);
  if (documents.empty() || !documents.front().root().is_mapping()) return std::nullopt;
  const yaml::Node root = documents.front().root();
  const auto text = [](const std::optional<yaml::Node>& node) {
    return node && node->is_string() ? std::string(node->text()) : std::string();
  };
  Document document;
  document.id = text(root.find("id"));
  document.name = text(root.find("name"));
  const auto description = root.find("description");
  document.description =
      text(description && description->is_mapping() ? description->find("purpose") : description);
  if (const auto tags = root.find("tags"); tags && tags->is_sequence())
    for (uint32_t i = 0; i < tags->size(); ++i)
      if (tags->item(i).is_string()) document.tags.emplace_back(tags->item(i).text());
  return document;
}

}  // namespace mesh::publish
