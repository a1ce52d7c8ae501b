#include "cmd/remote.hpp"

#include "cmd/signals.hpp"
#include "core/config/aws_environment.hpp"
#include "core/config/azure_environment.hpp"
#include "core/config/docker_config.hpp"
#include "core/config/google_environment.hpp"

#include <algorithm>
#include <thread>

namespace mesh::cmd {

// In small steps, so that a signal is answered soon.
void sleep_unless_stopped(std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds kStep{20};
  for (; time.count() > 0 && signal_caught() == 0; time -= kStep)
    std::this_thread::sleep_for(std::min(kStep, time));
}

store::Context remote_context(const NetworkFlags& network) {
  config::AwsSettings aws = config::aws_settings();
  store::Context context;
  context.http = std::make_shared<http::Client>(http_settings(network));
  context.aws = config::aws_environment();
  context.s3.region = std::move(aws.region);
  context.s3.endpoint = std::move(aws.endpoint);
  config::AzureEnvironment azure = config::azure_environment();
  context.azure = std::move(azure.credentials);
  context.azure_options = std::move(azure.options);
  context.google = config::google_environment();
  context.gcs = config::google_settings();
  context.registries = config::docker_logins(config::docker_config_file());
  if (network.timeout) context.retry.budget = std::chrono::seconds(*network.timeout);
  context.retry.sleep = sleep_unless_stopped;
  context.retry.is_stopped = [] { return signal_caught() != 0; };
  return context;
}

Result<std::unique_ptr<store::Store>> open_store(const publish::TargetPlace& place,
                                                 const store::Context& context) {
  store::Context own = context;
  if (!place.region.empty()) own.s3.region = place.region;
  return store::open(place.url, place.base, own);
}

}  // namespace mesh::cmd
