#pragma once

#include "core/http/client.hpp"
#include "core/store/store.hpp"
#include "core/store/token_provider.hpp"

#include <memory>
#include <string>
#include <string_view>

// Buckets of Google Cloud Storage, by its JSON API. Tokens are generations: every state has its own.
namespace mesh::store {

struct GcsOptions {
  std::string emulator = {};  // HOST:PORT or a URL, which is sent no token; "": none
  std::string endpoint = {};  // a private one of Google's, with or without the API's path; "": the public one
};

// Where the keys of a store are.
struct GcsAddress {
  std::string bucket, prefix;  // of its URL; `prefix` without slashes at its ends
  std::string origin;          // "https://storage.googleapis.com"
  bool is_emulator = false;    // which is sent no token

  std::string url() const;  // "gs://bucket/prefix"
};

// `url` is gs://BUCKET[/PREFIX], the prefix as it is in keys, not percent-encoded. usage: a bucket, a prefix
// or an emulator that cannot be one.
Result<GcsAddress> gcs_address(std::string_view url, const GcsOptions& options);

Result<std::unique_ptr<Store>> gcs_store(std::string_view url, const GcsOptions& options,
                                         std::shared_ptr<http::Client> client,
                                         std::shared_ptr<TokenProvider> tokens);

}  // namespace mesh::store
