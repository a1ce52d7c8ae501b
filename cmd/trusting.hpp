#pragma once

#include "cmd/command.hpp"
#include "core/publish/trusted.hpp"

#include <optional>

// How commands that read releases check signatures.
namespace mesh::cmd {

Option require_signature_option(bool& required);

// The root that releases of the store are to be checked against; none when nothing is pinned for it. usage
// when nothing is and something must be; corrupt when what is published is not to be trusted.
Result<std::optional<trust::Root>> root_to_check(store::Store& store, bool required, Streams& streams);

}  // namespace mesh::cmd
