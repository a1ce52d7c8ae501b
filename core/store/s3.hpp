#pragma once

#include "core/http/client.hpp"
#include "core/store/aws_credentials.hpp"
#include "core/store/store.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

// Buckets of S3 and of the many servers that speak its protocol.
namespace mesh::store {

enum class Addressing : uint8_t {
  by_host,  // https://bucket.host/key
  by_path,  // https://host/bucket/key
};

// What is known of one kind of server. A row in s3_address.cpp each; code asks the row, never the name.
struct S3Flavour {
  std::string_view name;
  std::string_view hosts;  // pattern of the hosts that are of this kind; "" where the user must say so
  Addressing addressing;
  std::string_view region;  // where nobody says one
  int also_already_there =
      0;  // what some versions answer a PUT that must create and finds something, beside 412
};

struct S3Options {
  std::string region = {}, endpoint = {};  // "": what the flavour and AWS have
  std::string flavour = {};                // "": by the host
  std::optional<Addressing> addressing = {};
  std::string kms_key = {};  // objects are encrypted with it by the server
};

// Where the keys of a store are.
struct S3Address {
  std::string bucket, prefix;  // of its URL; `prefix` without slashes at its ends
  std::string region;
  std::string origin;  // "https://bucket.s3.eu-west-1.amazonaws.com"
  std::string host;    // of the origin, as it is sent and signed
  std::string path;    // in front of keys, raw: "/bucket", "" or what the endpoint has
  const S3Flavour* flavour;

  std::string url() const;  // "s3://bucket/prefix"
};

// `url` is s3://BUCKET[/PREFIX], the prefix as it is in keys, not percent-encoded. usage: a bucket, a prefix,
// a region or an endpoint that cannot be one, so that nothing that is written there chooses another host.
Result<S3Address> s3_address(std::string_view url, const S3Options& options);

// What the hosts of AWS in a region end in: "amazonaws.com".
std::string_view aws_domain(std::string_view region);

// Equal bytes have equal tokens here: S3 compares ETags, which it makes of content. A swap that must not
// mistake one state for an earlier one writes bytes that differ from all earlier ones, as an index does by
// its `vnd.mesh.rev`.
Result<std::unique_ptr<Store>> s3_store(std::string_view url, const S3Options& options,
                                        std::shared_ptr<http::Client> client,
                                        std::shared_ptr<AwsCredentialsProvider> credentials);

}  // namespace mesh::store
