#pragma once

#include "cmd/network.hpp"
#include "core/config/credentials.hpp"
#include "core/publish/target.hpp"
#include "core/store/open.hpp"

#include <chrono>

// Stores that are not on this machine, as the environment of this process has them.
namespace mesh::cmd {

// The HTTP client and the patience of a run. Costs nothing until something is sent.
store::Context remote_context(const NetworkFlags& network);

// The stores of a run, with their credentials.
class Remote {
 public:
  explicit Remote(const NetworkFlags& network);

  // The store at a target. usage where it cannot be one, or its credentials are not there.
  Result<std::unique_ptr<store::Store>> open(const publish::TargetPlace& place, bool is_publisher = false);

  // What it is opened with.
  Result<store::Context> context_of(const publish::TargetPlace& place);
  config::Credentials& credentials() { return credentials_; }

 private:
  store::Context context_;
  config::Credentials credentials_;
};

// "s3" of "s3://bucket/prefix", in lower case; "" for folders.
std::string scheme_of(std::string_view url);

// Less when a signal asks to stop.
void sleep_unless_stopped(std::chrono::milliseconds time);

}  // namespace mesh::cmd
