#include "cmd/remote.hpp"

#include "cmd/signals.hpp"
#include "core/base/strings.hpp"
#include "core/config/docker_config.hpp"

#include <algorithm>
#include <thread>

namespace mesh::cmd {
namespace {

bool is_stopped() { return signal_caught() != 0; }

// What the metadata of a cloud is asked by: it is on this machine's link or nowhere.
http::Settings impatient(const NetworkFlags& network) {
  http::Settings settings = http_settings(network);
  settings.connect_timeout = std::chrono::milliseconds(1000);
  settings.timeout = std::chrono::milliseconds(5000);
  return settings;
}

config::Web web_of(const NetworkFlags& network, const std::shared_ptr<http::Client>& client) {
  const auto near = std::make_shared<http::Client>(impatient(network));
  return {[client](const http::Request& request) { return client->send(request); },
          [near](const http::Request& request) { return near->send(request); }, is_stopped};
}

}  // namespace

// In small steps, so that a signal is answered soon.
void sleep_unless_stopped(std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds kStep{20};
  for (; time.count() > 0 && signal_caught() == 0; time -= kStep)
    std::this_thread::sleep_for(std::min(kStep, time));
}

store::Context remote_context(const NetworkFlags& network) {
  store::Context context;
  context.http = std::make_shared<http::Client>(http_settings(network));
  context.registries = config::docker_logins(config::docker_config_file());
  context.registry_options.speak_http = network.insecure_http;
  if (network.timeout) context.retry.budget = std::chrono::seconds(*network.timeout);
  context.retry.sleep = sleep_unless_stopped;
  context.retry.is_stopped = is_stopped;
  return context;
}

std::string scheme_of(std::string_view url) {
  const size_t end = url.find("://");
  return end == url.npos ? std::string() : to_lower(url.substr(0, end));
}

Remote::Remote(const NetworkFlags& network)
    : context_(remote_context(network)), credentials_(web_of(network, context_.http)) {}

Result<store::Context> Remote::context_of(const publish::TargetPlace& place) {
  store::Context own = context_;
  const std::string scheme = scheme_of(place.url);
  if (scheme == "s3") {
    const auto& found = credentials_.aws(place.profile);
    if (!found) return tl::unexpected(found.error());
    own.aws = found->keys;
    own.s3.region = place.region.empty() ? found->settings.region : place.region;
    own.s3.endpoint = found->settings.endpoint;
    own.s3.flavour = found->settings.flavour;
    own.s3.addressing = found->settings.addressing;
    own.s3.kms_key = found->settings.kms_key;
  } else if (scheme == "az") {
    const auto& found = credentials_.azure(place.profile);
    if (!found) return tl::unexpected(found.error());
    own.azure = found->credentials;
    own.azure_options = found->options;
  } else if (scheme == "gs") {
    const auto& found = credentials_.google(place.profile);
    if (!found) return tl::unexpected(found.error());
    own.google = found->tokens;
    own.gcs = found->options;
  }
  return own;
}

Result<std::unique_ptr<store::Store>> Remote::open(const publish::TargetPlace& place, bool is_publisher) {
  auto context = context_of(place);
  if (!context) return tl::unexpected(context.error());
  context->registry_options.make_repositories = is_publisher;
  return store::open(place.url, place.base, *context);
}

}  // namespace mesh::cmd
