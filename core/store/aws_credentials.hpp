#pragma once

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace mesh::store {

struct AwsCredentials {
  std::string key_id;
  Secret secret;
  Secret session_token;                            // empty: long-lived keys have none
  std::optional<std::chrono::sys_seconds> expiry;  // of those that are lent for a time
};

// Where a store gets the keys it signs with. core/config makes them: from the environment, a profile, a role.
class AwsCredentialsProvider {
 public:
  virtual ~AwsCredentialsProvider() = default;

  // Asked before every request and from any thread, so an answer is kept for as long as it is good.
  // refused, with what to do about it, where there are none.
  virtual Result<AwsCredentials> current() = 0;

  // The server calls these expired. Whether `current` answers others from now on.
  virtual bool renew(const AwsCredentials& expired) = 0;
};

}  // namespace mesh::store
