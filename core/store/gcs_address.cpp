#include "core/base/strings.hpp"
#include "core/store/bucket.hpp"
#include "core/store/gcs.hpp"

#include <algorithm>

namespace mesh::store {
namespace {

// Names with dots in them may be long, and no part of those is longer than others are.
bool is_bucket(std::string_view name) {
  const auto is_end = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto belongs = [&](char c) { return is_end(c) || c == '-' || c == '_' || c == '.'; };
  if (name.size() < 3 || name.size() > 222 || !is_end(name.front()) || !is_end(name.back())) return false;
  if (!std::ranges::all_of(name, belongs)) return false;
  return std::ranges::all_of(split(name, '.'),
                             [](std::string_view part) { return !part.empty() && part.size() <= 63; });
}

}  // namespace

std::string GcsAddress::url() const { return "gs://" + bucket + (prefix.empty() ? "" : "/" + prefix); }

Result<GcsAddress> gcs_address(std::string_view url, const GcsOptions& options) {
  constexpr std::string_view kScheme = "gs://";
  if (to_lower(url.substr(0, kScheme.size())) != kScheme)
    return fail(Fault::usage, "a target on Google Cloud Storage is written gs://BUCKET/PREFIX");
  if (url.find_first_of("?#") != url.npos)
    return fail(Fault::usage, "a target on Google Cloud Storage has no `?` and no `#`");
  const std::string_view rest = url.substr(kScheme.size());
  GcsAddress address;
  address.bucket = rest.substr(0, rest.find('/'));
  if (!is_bucket(address.bucket))
    return fail(Fault::usage,
                "`" + printable(address.bucket.substr(0, 128)) + "` cannot be the name of a bucket",
                "write gs://BUCKET/PREFIX; a bucket has 3 to 63 of a-z, 0-9, `-`, `_` and `.`");
  auto prefix = tidy_prefix(rest.substr(address.bucket.size()));
  if (!prefix) return pass(std::move(prefix));
  address.prefix = std::move(*prefix);

  address.is_emulator = !options.emulator.empty();
  std::string server = address.is_emulator ? options.emulator : options.endpoint;
  if (server.empty()) server = "https://storage.googleapis.com";
  if (address.is_emulator && server.find("://") == server.npos) server.insert(0, "http://");
  auto endpoint = parse_endpoint(
      server, address.is_emulator ? "STORAGE_EMULATOR_HOST" : "CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE");
  if (!endpoint) return pass(std::move(endpoint));
  constexpr std::string_view kApi = "/storage/v1";
  if (endpoint->path.ends_with(kApi)) endpoint->path.resize(endpoint->path.size() - kApi.size());
  address.origin = endpoint->origin() + endpoint->path;
  return address;
}

}  // namespace mesh::store
