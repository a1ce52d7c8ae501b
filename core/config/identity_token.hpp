#pragma once

#include "core/config/web.hpp"

#include <functional>
#include <string>

// Tokens by which a pipeline or a pod proves who it is, to be given for credentials of a cloud: no key is
// kept anywhere then.
namespace mesh::config {

struct IdentityToken {
  std::string origin;                       // where it is from, for people; "": there is none
  std::function<Result<Secret>()> current;  // good for minutes only, so asked each time
};

// The first line of a file, read each time: it is replaced before it ends.
IdentityToken identity_of_file(const std::string& path);

// MESH_ID_TOKEN, which `id_tokens` of GitLab sets; else one that GitHub makes for `audience`, where a job has
// `permissions: {id-token: write}`.
IdentityToken identity_of_pipeline(const Web& web, const std::string& audience);

}  // namespace mesh::config
