// Prints the keys that mesh would sign with, for comparison with what other tools find: one JSON object on
// stdout. In a test only: the real command never shows a secret.
//
// usage: lent_keys [PROFILE]    without PROFILE as the environment says

#include "core/base/strings.hpp"
#include "core/config/aws_credentials.hpp"

#include <cstdio>

using namespace mesh;

int main(int argc, char** argv) {
  const auto client = std::make_shared<http::Client>(http::Settings{});
  const config::Web web{[&](const http::Request& request) { return client->send(request); },
                        [&](const http::Request& request) { return client->send(request); },
                        {}};
  const auto found = argc > 1 ? config::find_aws_profile(web, std::string(argv[1])) : config::find_aws(web);
  const auto keys = found ? found->keys->current() : tl::unexpected(found.error());
  if (!keys) {
    std::printf("{\"error\": %s}\n", json_quote(keys.error().message).c_str());
    return 1;
  }
  std::printf("{\"id\": %s, \"secret\": %s, \"token\": %s, \"region\": %s, \"endpoint\": %s}\n",
              json_quote(keys->key_id).c_str(), json_quote(keys->secret.reveal()).c_str(),
              json_quote(keys->session_token.reveal()).c_str(), json_quote(found->settings.region).c_str(),
              json_quote(found->settings.endpoint).c_str());
}
