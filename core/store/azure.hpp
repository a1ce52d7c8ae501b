#pragma once

#include "core/http/client.hpp"
#include "core/store/azure_credentials.hpp"
#include "core/store/store.hpp"

#include <memory>
#include <string>
#include <string_view>

// Containers of Azure Blob Storage.
namespace mesh::store {

struct AzureOptions {
  std::string account = {};   // whose the credentials are; "": of any that a URL names
  std::string endpoint = {};  // of that account, as in connection strings; "": Azure's
};

// Where the keys of a store are.
struct AzureAddress {
  std::string account, container, prefix;  // of its URL; `prefix` without slashes at its ends
  std::string origin;                      // "https://account.blob.core.windows.net"
  std::string path;  // in front of keys, raw: "/container", or what the endpoint has and then that

  std::string url() const;  // "az://account/container/prefix"
};

// `url` is az://ACCOUNT/CONTAINER[/PREFIX], or az://ACCOUNT.blob.core.windows.net/CONTAINER[/PREFIX]; the
// prefix as it is in keys, not percent-encoded. usage: an account, a container, a prefix or an endpoint that
// cannot be one, so that nothing that is written there chooses another host, and an account that the
// credentials are not of.
Result<AzureAddress> azure_address(std::string_view url, const AzureOptions& options);

Result<std::unique_ptr<Store>> azure_store(std::string_view url, const AzureOptions& options,
                                           std::shared_ptr<http::Client> client,
                                           std::shared_ptr<AzureCredentialsProvider> credentials);

}  // namespace mesh::store
