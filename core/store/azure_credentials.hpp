#pragma once

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

#include <cstdint>

namespace mesh::store {

struct AzureCredentials {
  enum class Kind : uint8_t {
    account_key,  // requests are signed with it; decoded
    sas,          // a shared access signature: the rest of a query, encoded, without `?`
    token,        // of Entra, for https://storage.azure.com
  } kind;
  Secret secret;
};

// Where a store gets what it proves itself by. core/config makes them: from the environment, an identity.
class AzureCredentialsProvider {
 public:
  virtual ~AzureCredentialsProvider() = default;

  // Asked before every request and from any thread, so an answer is kept for as long as it is good.
  // usage or refused, with what to do about it, where there are none.
  virtual Result<AzureCredentials> current() = 0;

  // The server does not take these any more. Whether `current` answers others from now on.
  virtual bool renew(const AzureCredentials& expired) = 0;
};

}  // namespace mesh::store
