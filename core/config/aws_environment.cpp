#include "core/config/aws_environment.hpp"

#include "core/config/variables.hpp"

namespace mesh::config {
namespace {

class Environment final : public store::AwsCredentialsProvider {
 public:
  Result<store::AwsCredentials> current() override {
    store::AwsCredentials found{variable("AWS_ACCESS_KEY_ID"),
                                Secret(variable("AWS_SECRET_ACCESS_KEY")),
                                Secret(variable("AWS_SESSION_TOKEN")),
                                {}};
    if (found.key_id.empty() || found.secret.empty())
      return fail(
          Fault::usage,
          found.key_id.empty() == found.secret.empty()
              ? "there are no credentials"
              : "of the credentials, " +
                    std::string(found.secret.empty() ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID") +
                    " is not set",
          "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN for keys that are lent");
    for (const auto& [name, value] : {std::pair{"AWS_ACCESS_KEY_ID", std::string_view(found.key_id)},
                                      std::pair{"AWS_SECRET_ACCESS_KEY", found.secret.reveal()},
                                      std::pair{"AWS_SESSION_TOKEN", found.session_token.reveal()}})
      if (auto good = check_plain(name, value); !good) return pass(std::move(good));
    return found;
  }

  // It does not change while we run.
  bool renew(const store::AwsCredentials&) override { return false; }
};

}  // namespace

AwsSettings aws_settings() {
  AwsSettings settings{variable("AWS_REGION"), variable("AWS_ENDPOINT_URL_S3")};
  if (settings.region.empty()) settings.region = variable("AWS_DEFAULT_REGION");
  if (settings.endpoint.empty()) settings.endpoint = variable("AWS_ENDPOINT_URL");
  if (variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") == "true") settings.endpoint.clear();
  return settings;
}

std::unique_ptr<store::AwsCredentialsProvider> aws_environment() { return std::make_unique<Environment>(); }

}  // namespace mesh::config
