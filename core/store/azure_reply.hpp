#pragma once

#include "core/http/client.hpp"
#include "core/store/bucket.hpp"

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

Result<Page> read_azure_page(std::string_view body);

}  // namespace mesh::store
