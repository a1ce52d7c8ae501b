#pragma once

#include "cmd/network.hpp"
#include "core/publish/target.hpp"
#include "core/store/open.hpp"

#include <chrono>

// Stores that are not on this machine, as the environment of this process has them.
namespace mesh::cmd {

// The HTTP client and the credentials of a run. Costs nothing until something is sent.
store::Context remote_context(const NetworkFlags& network);

// The store at a target. usage where it cannot be one.
Result<std::unique_ptr<store::Store>> open_store(const publish::TargetPlace& place,
                                                 const store::Context& context);

// Less when a signal asks to stop.
void sleep_unless_stopped(std::chrono::milliseconds time);

}  // namespace mesh::cmd
