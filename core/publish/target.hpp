#pragma once

#include "core/base/result.hpp"
#include "core/model/facts.hpp"

#include <string>
#include <string_view>

namespace mesh::publish {

// Where a target's store is: `url` as written, the folder that relative ones start from, and the region and
// the profile that mesh.yaml or domain.yaml names, if any.
struct TargetPlace {
  std::string url, base, region = {}, profile = {};
  auto operator<=>(const TargetPlace&) const = default;
};

// What `--to` and `--from` mean: the name of a target in mesh.yaml (a domain may override its URL), else a
// URL or a path from the current folder. Empty: the mesh's only target. `root` is the folder of mesh.yaml.
// usage when there is no such target, or several and none named.
Result<TargetPlace> find_target(const model::Mesh& mesh, const std::string& root, const model::Domain* domain,
                                std::string_view asked);

// Whether a mesh has to be read to know what is meant: a bare word or nothing, neither a URL nor a path.
bool may_be_name(std::string_view asked);

}  // namespace mesh::publish
