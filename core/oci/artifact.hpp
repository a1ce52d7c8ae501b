#pragma once

#include "core/base/result.hpp"
#include "core/oci/descriptor.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Artifacts that are no releases: signatures, which have a subject, and roots of trust. Their config is the
// empty one.
namespace mesh::oci {

struct Artifact {
  std::string type;
  std::vector<Descriptor> layers;
  std::optional<Descriptor> subject;
  Annotations annotations;
};

// Canonical.
std::string artifact_bytes(const Artifact& artifact);

// corrupt: not a manifest, or none with a type.
Result<Artifact> read_artifact(std::string_view bytes);

// "" when it says none: of an entry in an index.
std::string_view artifact_type_of(const Descriptor& entry);

}  // namespace mesh::oci
