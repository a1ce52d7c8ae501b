#pragma once

#include "core/config/web.hpp"
#include "core/store/aws_credentials.hpp"

#include <string>

// AWS's Security Token Service, which lends the keys of a role.
namespace mesh::config {

struct Role {
  std::string arn;
  std::string session = {};                // by which logs of AWS name the run; "": "mesh"
  std::string external_id = {};            // "": none
  std::string seconds = {};                // how long it is lent; "": as long as AWS has it
  std::string endpoint = {}, region = {};  // of the service; "": AWS's own, everywhere
};

// By somebody's keys.
Result<store::AwsCredentials> assume_role(const Web& web, const Role& role, const store::AwsCredentials& by);

// By a token of an identity that the role trusts.
Result<store::AwsCredentials> assume_role_by_token(const Web& web, const Role& role, const Secret& token);

}  // namespace mesh::config
