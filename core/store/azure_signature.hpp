#pragma once

#include "core/base/secret.hpp"
#include "core/http/client.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// SharedKey, by which Azure's storage knows who has the key of an account.
namespace mesh::store {

struct AzureRequest {
  std::string method;
  std::string path;                                        // as it is sent: encoded
  std::vector<std::pair<std::string, std::string>> query;  // raw, in any order
  std::vector<http::Header> headers;                       // all that are sent, `x-ms-date` among them
  uint64_t body_size = 0;
};

// What is signed: a server that disagrees tells what it has.
std::string azure_string_to_sign(const AzureRequest& request, std::string_view account);

// The value of the header `authorization`.
std::string azure_authorization(const AzureRequest& request, std::string_view account,
                                const Secret& account_key);

}  // namespace mesh::store
