#pragma once

#include "core/store/azure.hpp"

#include <memory>

// What the environment says of Azure Storage, under the names that its own and others' tools read.
namespace mesh::config {

struct AzureEnvironment {
  store::AzureOptions options;
  std::shared_ptr<store::AzureCredentialsProvider> credentials;
};

// AZURE_STORAGE_CONNECTION_STRING: account, server and key or signature in one, and then nothing else is
// looked at. Otherwise of AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN and AZURE_STORAGE_TOKEN (one of Entra,
// for https://storage.azure.com) the first that is set, and AZURE_STORAGE_ACCOUNT for the account that it is
// of. A provider answers usage where nothing is set, or what is set cannot be what it is said to be.
AzureEnvironment azure_environment();

// Credentials that do not change. usage, with `name` for what they are called: they cannot be what they are
// said to be.
Result<std::shared_ptr<store::AzureCredentialsProvider>> azure_credentials_of(
    store::AzureCredentials::Kind kind, const std::string& name, const Secret& text);

}  // namespace mesh::config
