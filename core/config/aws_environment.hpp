#pragma once

#include "core/store/aws_credentials.hpp"
#include "core/store/s3.hpp"

#include <memory>
#include <optional>
#include <string>

// What the environment says of AWS, under the names that its own tools read.
namespace mesh::config {

struct AwsSettings {
  std::string region;    // AWS_REGION, else AWS_DEFAULT_REGION
  std::string endpoint;  // AWS_ENDPOINT_URL_S3, else AWS_ENDPOINT_URL; none with
                         // AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true
  // Just a profile of ours says these; they are those of S3Options.
  std::string flavour = {}, kms_key = {};
  std::optional<store::Addressing> addressing = {};
};
AwsSettings aws_settings();

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. usage where they are not there, or cannot
// be what they are said to be.
std::unique_ptr<store::AwsCredentialsProvider> aws_environment();

}  // namespace mesh::config
