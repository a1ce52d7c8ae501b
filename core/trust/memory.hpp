#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

// Which root was seen last, so that an older one is not believed again: `$XDG_STATE_HOME/mesh/trust/…`, one
// file for each mesh and place.
namespace mesh::trust {

struct Seen {
  uint64_t serial = 0;  // 0: none yet
  std::string digest;
};

// Compares with what is remembered, and remembers it when it is newer; of several processes the newest stays.
// corrupt: it is older than what was seen, or another root of the same serial, or the file cannot be read.
// local_io: it is acceptable and cannot be written down.
Result<void> check_and_remember(const std::string& state_folder, std::string_view mesh,
                                std::string_view place, const Seen& now);

// Whether any root of that mesh was seen there.
bool was_seen(const std::string& state_folder, std::string_view mesh, std::string_view place);

}  // namespace mesh::trust
