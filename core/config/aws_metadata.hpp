#pragma once

#include "core/config/web.hpp"
#include "core/store/aws_credentials.hpp"

#include <string>

// Keys that AWS hands to what runs in it, by addresses that only the machine itself reaches.
namespace mesh::config {

// Whether AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI is set.
bool has_aws_container();
// What that names lends: of a task of ECS, a pod of EKS. By http only at the addresses that AWS uses and on
// this machine. usage: it names something else.
Result<store::AwsCredentials> aws_container_keys(const Web& web);

struct InstanceMetadata {
  std::string endpoint, mode;  // as a profile has them; "": the environment's, then AWS's
};
// Not with AWS_EC2_METADATA_DISABLED=true or MESH_NO_METADATA.
bool may_ask_aws_instance();
// What the instance lends that this runs on, by version 2 of its metadata service: a token first. usage:
// there is no such service, or it has no role.
Result<store::AwsCredentials> aws_instance_keys(const Web& web, const InstanceMetadata& settings);

// What programs and metadata services print of keys: `AccessKeyId`, `SecretAccessKey`, the token under that
// name, `Expiration`.
Result<store::AwsCredentials> aws_keys_of(const oci::Json& json, std::string_view token_name);

}  // namespace mesh::config
