#pragma once

#include "core/store/azure.hpp"
#include "core/store/gcs.hpp"
#include "core/store/oci.hpp"
#include "core/store/s3.hpp"
#include "core/store/store.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace mesh::store {

// What stores that are not on this machine need: made once for a run, shared by its stores.
struct Context {
  std::shared_ptr<http::Client> http;           // none: folders only
  std::shared_ptr<AwsCredentialsProvider> aws;  // none: no buckets of S3
  S3Options s3;
  std::shared_ptr<AzureCredentialsProvider> azure;  // none: no containers of Azure
  AzureOptions azure_options;
  std::shared_ptr<TokenProvider> google;  // none: no buckets of Google
  GcsOptions gcs;
  std::shared_ptr<RegistryLogins> registries;  // none: no registries
  RegistryOptions registry_options;
  RetryOptions retry;  // of what fails for a moment
};

// `file:` URLs (file:///abs, file:rel, file:./rel), plain paths, s3://BUCKET/PREFIX,
// az://ACCOUNT/CONTAINER/PREFIX, gs://BUCKET/PREFIX and oci://HOST/REPOSITORY. usage for a scheme we do not
// know, a malformed URL, or userinfo in it. `base` is the folder relative paths start from. Nothing is sent.
Result<std::unique_ptr<Store>> open(std::string_view url, const std::string& base,
                                    const Context& context = {});

// usage: control characters, or a user name or password, which no URL of a target has.
Result<void> check_url(std::string_view url);

// The URL of a target without what may be a secret in it: user name and password, query and fragment. Paths
// stay as they are.
std::string shown_url(std::string_view url);

}  // namespace mesh::store
