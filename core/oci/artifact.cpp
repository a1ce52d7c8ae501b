#include "core/oci/artifact.hpp"

#include "core/oci/manifest.hpp"

namespace mesh::oci {

std::string artifact_bytes(const Artifact& artifact) {
  Json config = to_json(describe(kEmptyType, kEmptyConfig));
  config.members.emplace("data", Json::string("e30="));
  Json layers = Json::array();
  for (const Descriptor& layer : artifact.layers) layers.items.push_back(to_json(layer));

  Json document = Json::object();
  document.members.emplace("schemaVersion", Json::number(2));
  document.members.emplace("mediaType", Json::string(kManifestType));
  document.members.emplace("artifactType", Json::string(artifact.type));
  document.members.emplace("config", std::move(config));
  document.members.emplace("layers", std::move(layers));
  if (artifact.subject) document.members.emplace("subject", to_json(*artifact.subject));
  if (!artifact.annotations.empty())
    document.members.emplace("annotations", Json::object_of(artifact.annotations));
  return write_json(document);
}

Result<Artifact> read_artifact(std::string_view bytes) {
  auto document = read_json(bytes);
  if (!document) return pass(std::move(document));
  if (auto checked = check_document(*document, kManifestType); !checked) return pass(std::move(checked));
  Artifact artifact;
  const std::string* const type = document->string_at("artifactType");
  if (!type) return fail(Fault::corrupt, "it has no artifactType");
  artifact.type = *type;
  const Json* const layers = document->find("layers");
  if (!layers || layers->kind != Json::Kind::array) return fail(Fault::corrupt, "it has no layers");
  for (const Json& item : layers->items) {
    auto layer = read_descriptor(item);
    if (!layer) return pass(std::move(layer));
    artifact.layers.push_back(std::move(*layer));
  }
  if (const Json* const subject = document->find("subject")) {
    auto read = read_descriptor(*subject);
    if (!read) return pass(std::move(read));
    artifact.subject = std::move(*read);
  }
  auto annotations = read_annotations(*document);
  if (!annotations) return pass(std::move(annotations));
  artifact.annotations = std::move(*annotations);
  return artifact;
}

std::string_view artifact_type_of(const Descriptor& entry) {
  const std::string* const type = entry.rest.string_at("artifactType");
  return type ? std::string_view(*type) : std::string_view{};
}

}  // namespace mesh::oci
