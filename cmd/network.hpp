#pragma once

#include "cmd/command.hpp"
#include "core/http/client.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

// How targets that are not on this machine are reached, as the command line has it.
namespace mesh::cmd {

struct NetworkFlags {
  std::optional<std::string> cacert, trace;
  std::optional<unsigned> timeout;     // seconds
  std::optional<unsigned> rate_limit;  // requests a second
  bool insecure = false, insecure_http = false;
  const unsigned* jobs = nullptr;

  std::function<void(std::string_view)> tell_trace;  // of the file that `trace` names, once it is open
};

// The command with the options in it; they are looked at before it runs. `network` lives as long as its
// `run`.
// `jobs` is the command's own `--jobs`, if it has one: so many requests are under way then.
Command with_network(Command command, NetworkFlags& network, const unsigned* jobs = nullptr);

// Of the run's HTTP client. A signal stops its requests.
http::Settings http_settings(const NetworkFlags& network);

}  // namespace mesh::cmd
