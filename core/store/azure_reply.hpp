#pragma once

#include "core/http/client.hpp"

#include <string>
#include <string_view>
#include <vector>

// What Azure's storage answers, read with suspicion.
namespace mesh::store {

// "" where the reply tells none. A HEAD has its code in a header only.
struct AzureError {
  std::string code, message;
};
AzureError azure_error(const http::Response& response);

// "HTTP 403: AuthenticationFailed: …" with the fault that callers act on, and what to do about it.
Error azure_failure(const http::Response& response);

// Of accounts with folders: one of them answers like an empty object, and is none.
bool is_azure_folder(const http::Response& response);

struct AzurePage {
  std::vector<std::string> keys;      // without folders
  std::vector<std::string> prefixes;  // of keys, up to the delimiter that was asked for
  std::string next;                   // the marker of the next page; "" when this is the last
};
Result<AzurePage> read_azure_page(std::string_view body);

}  // namespace mesh::store
