#pragma once

#include "core/store/gcs.hpp"

#include <memory>

// What the environment says of Google Cloud, under the names that its own and others' tools read.
namespace mesh::config {

// STORAGE_EMULATOR_HOST, and gcloud's CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE.
store::GcsOptions google_settings();

// GOOGLE_OAUTH_ACCESS_TOKEN, as Terraform reads it and `gcloud auth print-access-token` prints it. usage
// where it is not there, or cannot be what it is said to be.
std::unique_ptr<store::TokenProvider> google_environment();

}  // namespace mesh::config
