#pragma once

#include "core/publish/publish.hpp"

#include <string>
#include <string_view>

namespace mesh::publish {

// How a product of the workspace stands to what is published of it.
enum class State : uint8_t {
  fresh,      // nothing of it is published
  ahead,      // its version is newer than all that are
  behind,     // its version was not published, and a newer one was
  changed,    // its version is published with other content
  published,  // its version is published as it is
  refused,    // it has no version, id or files that could be compared
};
std::string_view name_of(State state);

struct Status {
  Identity identity;
  State state = State::refused;
  std::string version, digest;                     // of the workspace
  std::string head;                                // version of the newest release that is published, or ""
  std::string published_digest, published_status;  // of the same version, or ""
  std::string reason;
};

Result<Status> compare(store::Store& store, const Release& release);

}  // namespace mesh::publish
