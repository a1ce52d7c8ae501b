#include "cmd/network.hpp"

#include "cmd/signals.hpp"
#include "cmd/terminal.hpp"
#include "core/base/descriptor.hpp"
#include "core/base/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <ostream>
#include <utility>

namespace mesh::cmd {
namespace {

constexpr unsigned kLongestTimeout = 24 * 60 * 60, kHighestRate = 10'000;

std::vector<Option> options_of(NetworkFlags& network) {
  return {{"--cacert",
           "FILE",
           "trust the authorities in this file alone, not those of the system",
           &network.cacert,
           {},
           Hint::file,
           false,
           "MESH_CACERT"},
          {"--timeout",
           "SECONDS",
           "how long a request may take, and how long in all is tried again what fails for a moment; without "
           "it 300",
           &network.timeout,
           {},
           Hint::none,
           false,
           "MESH_TIMEOUT"},
          {"--rate-limit",
           "N",
           "begin at most N requests a second",
           &network.rate_limit,
           {},
           Hint::none,
           false,
           "MESH_RATE_LIMIT"},
          {"--trace",
           "FILE",
           "add a line of JSON for each request to this file; - for standard error",
           &network.trace,
           {},
           Hint::file,
           false,
           "MESH_TRACE"},
          {"--insecure", "", "accept any certificate, which makes encryption worthless", &network.insecure},
          {"--insecure-http", "", "speak unencrypted http with other machines too", &network.insecure_http}};
}

// Lines come from the threads that send, so they do not go through the streams of the command.
class TraceFile {
 public:
  explicit TraceFile(Descriptor file) : file_(std::move(file)) {}

  void add(std::string_view line) {
    if (failed_ || write_all(file_ ? file_.get() : STDERR_FILENO, line) == 0) return;
    failed_ = true;
    write_all(STDERR_FILENO, "warning: the trace is not complete: it cannot be written any more\n");
  }

 private:
  Descriptor file_;  // closed: standard error
  bool failed_ = false;
};

Result<void> open_trace(NetworkFlags& network) {
  if (!network.trace) return {};
  Descriptor file;
  if (*network.trace != "-") {
    // Of several commands of one script, and of one that connects twice, all lines are kept.
    const char* const path = network.trace->c_str();
    file = Descriptor(uninterrupted(
        [&] { return ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600); }));
    if (!file)
      return mesh::fail(
          Fault::usage,
          system_failure("the trace cannot be written to `" + *network.trace + "`", errno).value().message);
  }
  network.tell_trace = [trace = std::make_shared<TraceFile>(std::move(file))](std::string_view line) {
    trace->add(line);
  };
  return {};
}

Result<void> check(const NetworkFlags& network) {
  if (network.timeout && (*network.timeout == 0 || *network.timeout > kLongestTimeout))
    return mesh::fail(Fault::usage,
                      "`--timeout` takes 1 to 86400 seconds, not " + std::to_string(*network.timeout));
  if (network.rate_limit && (*network.rate_limit == 0 || *network.rate_limit > kHighestRate))
    return mesh::fail(Fault::usage, "`--rate-limit` takes 1 to 10000 requests a second, not " +
                                        std::to_string(*network.rate_limit));
  // Found out before anything is done, and not only when a server is met.
  if (network.cacert && ::access(network.cacert->c_str(), R_OK) != 0)
    return mesh::fail(
        Fault::usage,
        system_failure("the CA file `" + *network.cacert + "` cannot be read", errno).value().message);
  if (network.insecure && is_on("CI"))
    return mesh::fail(Fault::usage, "`--insecure` is refused in pipelines, and `CI` is set",
                      "name the file of the server's authority with `--cacert FILE`");
  return {};
}

void warn(const NetworkFlags& network, Streams& streams) {
  if (network.insecure)
    streams.err << "warning: `--insecure`: whoever is in between can read and change everything\n";
  if (network.insecure_http)
    streams.err << "warning: `--insecure-http`: whoever is in between can read everything, tokens included\n";
}

}  // namespace

Command with_network(Command command, NetworkFlags& network, const unsigned* jobs) {
  network.jobs = jobs;
  for (Option& option : options_of(network)) command.options.push_back(std::move(option));
  command.run = [&network, run = std::move(command.run)](Streams& streams) {
    if (auto good = check(network); !good) return fail(streams, good.error());
    if (auto opened = open_trace(network); !opened) return fail(streams, opened.error());
    warn(network, streams);
    return run(streams);
  };
  return command;
}

http::Settings http_settings(const NetworkFlags& network) {
  http::Settings settings;
  settings.ca_file = network.cacert.value_or("");
  settings.insecure = network.insecure;
  settings.allow_http = network.insecure_http;
  if (network.jobs && *network.jobs > 0) settings.jobs = *network.jobs;
  settings.rate = network.rate_limit.value_or(0);
  settings.trace = network.tell_trace;
  settings.is_stopped = [] { return signal_caught() != 0; };
  if (network.timeout) {
    const std::chrono::seconds most(*network.timeout);
    settings.timeout = most;
    settings.connect_timeout = std::min<std::chrono::milliseconds>(settings.connect_timeout, most);
    settings.stall = std::min(settings.stall, most);
  }
  return settings;
}

}  // namespace mesh::cmd
