#pragma once

#include "core/publish/publish.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mesh::publish {

// How a product of the workspace stands to what is published of it.
enum class State : uint8_t {
  fresh,      // nothing of it is published
  ahead,      // its version is newer than all that are
  behind,     // its version was not published, and a newer one was
  changed,    // its version is published with other content
  published,  // its version is published as it is
  refused,    // it has no version, id or files that could be compared
  orphaned,   // it is published, and no longer here
  retired,    // the same, and it was retired: as it should be
};
std::string_view name_of(State state);

struct Status {
  Identity identity;
  State state = State::refused;
  std::string version, digest;                     // of the workspace
  std::string head;                                // version of the newest release that is published, or ""
  std::string published_digest, published_status;  // of the same version, or ""
  std::string reason;
  std::string revision;  // commit that the newest release was published from, of what is not here
};

Result<Status> compare(store::Store& store, const Release& release);

// What is published of a domain and is not among `here`. Nothing in a release says which repository it is
// from; but a domain's products are all in one mesh, so in the mesh of the domain they should be here.
Result<std::vector<Status>> not_here(store::Store& store, std::string_view domain,
                                     const std::set<Identity>& here);

}  // namespace mesh::publish
