#pragma once

#include "core/http/client.hpp"
#include "core/store/aws_credentials.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Signature version 4, by which S3 and other services of AWS know who asks. libcurl's own is not used: the
// one in Debian 12 signs a good part of ordinary requests wrongly.
namespace mesh::store {

// What a body that is not hashed has for a hash; servers take it over TLS only.
inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

struct AwsRequest {
  std::string method;
  std::string host;  // as it is sent: with the port unless it is the scheme's own
  std::string path;  // raw, from its `/` on: nothing in it is encoded yet
  std::vector<std::pair<std::string, std::string>> query;  // raw, in any order; a name without value has ""
  std::vector<http::Header> headers;                       // besides those that signing adds
  std::string body_hash;                                   // hexadecimal SHA-256, or kUnsignedPayload

  // AWS publishes examples of requests that no client sends so: with a path that is not encoded on the wire,
  // with signed headers that a proxy may change.
  bool path_is_on_the_wire = false, signs_every_header = false;
};

struct AwsScope {
  std::string region, service;
  std::chrono::sys_seconds time;  // signed after any wait: servers take no signature older than 15 minutes
};

// Send exactly this: path, query and headers are the strings that were signed.
struct SignedRequest {
  std::string path;                   // encoded
  std::string query;                  // encoded, without `?`
  std::vector<http::Header> headers;  // lower case, each name once, with `authorization`, without `host`

  std::string canonical_request, string_to_sign;  // what a server that disagrees can be compared with
};

// Signs `host`, `content-type`, `if-match`, `if-none-match` and every `x-amz-*`, and adds the date, the
// session token and, for s3, the hash of the body. S3 takes a path as it is, other services normalise it and
// encode it twice.
SignedRequest sign(const AwsRequest& request, const AwsCredentials& credentials, const AwsScope& scope);

}  // namespace mesh::store
