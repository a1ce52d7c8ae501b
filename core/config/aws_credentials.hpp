#pragma once

#include "core/config/aws_environment.hpp"
#include "core/config/credentials_file.hpp"
#include "core/config/renewed.hpp"
#include "core/config/web.hpp"
#include "core/store/aws_credentials.hpp"

#include <memory>
#include <string>

// Where the keys for AWS come from.
namespace mesh::config {

// Keys that are lent again before they end, once for all threads.
class AwsKeys final : public store::AwsCredentialsProvider {
 public:
  explicit AwsKeys(Renewed<store::AwsCredentials>::Lend lend) : keys_(std::move(lend)) {}
  Result<store::AwsCredentials> current() override { return keys_.current(); }
  bool renew(const store::AwsCredentials& expired) override {
    return keys_.renew([&](const store::AwsCredentials& keys) {
      return keys.key_id == expired.key_id && keys.session_token == expired.session_token;
    });
  }

 private:
  Renewed<store::AwsCredentials> keys_;
};

struct AwsFound {
  std::string origin;  // for people: "profile `sales` of `/home/ann/.aws/config`: role `arn:…`, by …"
  std::shared_ptr<AwsKeys> keys;
  AwsSettings settings;
};

// As AWS's own tools look, the first that is there: AWS_ACCESS_KEY_ID; a token of identity with AWS_ROLE_ARN
// (AWS_WEB_IDENTITY_TOKEN_FILE, or that of a pipeline); AWS_PROFILE, else `default`, of the shared files; the
// container; the instance. Nothing is sent. usage: what is named is not there, or what is there cannot be
// used.
Result<AwsFound> find_aws(const Web& web);

// A profile of the shared files alone. Its server is the one that it names, else AWS: those of the
// environment are for keys of the environment.
Result<AwsFound> find_aws_profile(const Web& web, const std::string& name);

// A profile of `credentials.yaml`.
Result<AwsFound> find_aws_profile(const Web& web, const Profile& profile);

}  // namespace mesh::config
