#include "core/store/aws_signature.hpp"

#include "core/base/strings.hpp"
#include "core/crypto/hmac.hpp"
#include "core/crypto/sha256.hpp"
#include "core/http/url.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <ctime>
#include <map>

namespace mesh::store {
namespace {

// By name, each once.
using Headers = std::map<std::string, std::string, std::less<>>;

bool is_s3(const AwsScope& scope) { return scope.service == "s3"; }

// Trimmed, and with one space for each run of white space. What is sent is this too, so that nobody can read
// the header as another than the one that was signed.
std::string plain_value(std::string_view value) {
  std::string plain;
  bool is_after_space = false;
  for (const char c : value) {
    const bool is_space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!is_space && is_after_space && !plain.empty()) plain += ' ';
    if (!is_space) plain += c;
    is_after_space = is_space;
  }
  return plain;
}

void add(Headers& headers, std::string_view name, std::string_view value) {
  const auto [at, is_new] = headers.emplace(to_lower(name), plain_value(value));
  if (!is_new) at->second.append(",").append(plain_value(value));
}

Headers headers_of(const AwsRequest& request, const AwsCredentials& credentials, const AwsScope& scope,
                   std::string_view time) {
  Headers headers;
  for (const http::Header& header : request.headers) add(headers, header.name, header.value);
  headers.insert_or_assign("host", request.host);
  headers.insert_or_assign("x-amz-date", std::string(time));
  if (is_s3(scope)) headers.insert_or_assign("x-amz-content-sha256", request.body_hash);
  if (!credentials.session_token.empty())
    headers.insert_or_assign("x-amz-security-token", std::string(credentials.session_token.reveal()));
  headers.erase("authorization");
  return headers;
}

bool is_signed(std::string_view name, const AwsRequest& request) {
  return request.signs_every_header || name == "host" || name == "content-type" || name == "if-match" ||
         name == "if-none-match" || name.starts_with("x-amz-");
}

std::string query_of(const AwsRequest& request) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [name, value] : request.query)
    pairs.emplace_back(http::encode_segment(name), http::encode_segment(value));
  std::ranges::sort(pairs);
  std::string query;
  for (const auto& [name, value] : pairs) query += (query.empty() ? "" : "&") + name + "=" + value;
  return query;
}

// Without `.`, `..` and empty parts, as services other than S3 read a path.
std::string normalised(std::string_view path) {
  std::vector<std::string_view> parts;
  for (const std::string_view part : split(path, '/')) {
    if (part == ".." && !parts.empty()) parts.pop_back();
    if (part.empty() || part == "." || part == "..") continue;
    parts.push_back(part);
  }
  std::string plain;
  for (const std::string_view part : parts) plain.append("/").append(part);
  // `/a/b/..` is `/a`, without a slash: as the SDKs read it.
  return path.ends_with('/') || plain.empty() ? plain + "/" : plain;
}

std::string signature(const AwsCredentials& credentials, const AwsScope& scope, std::string_view day,
                      std::string_view text) {
  using crypto::bytes_of;
  using crypto::hmac_sha256;
  const Secret first("AWS4" + std::string(credentials.secret.reveal()));
  const auto of_day = hmac_sha256(first.reveal(), day);
  const auto of_region = hmac_sha256(bytes_of(of_day), scope.region);
  const auto of_service = hmac_sha256(bytes_of(of_region), scope.service);
  return crypto::hex(hmac_sha256(bytes_of(hmac_sha256(bytes_of(of_service), "aws4_request")), text));
}

}  // namespace

SignedRequest sign(const AwsRequest& request, const AwsCredentials& credentials, const AwsScope& scope) {
  const auto moment = std::chrono::system_clock::to_time_t(scope.time);
  const std::string time = fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(moment));
  const std::string day = time.substr(0, 8);

  SignedRequest result;
  result.path = request.path_is_on_the_wire ? request.path : http::encode_path(request.path);
  result.query = query_of(request);
  const Headers headers = headers_of(request, credentials, scope, time);

  std::string lines, names;
  for (const auto& [name, value] : headers) {
    if (!is_signed(name, request)) continue;
    lines += name + ":" + value + "\n";
    names += (names.empty() ? "" : ";") + name;
  }
  const std::string path = is_s3(scope) ? result.path : http::encode_path(normalised(result.path));
  result.canonical_request = request.method + "\n" + path + "\n" + result.query + "\n" + lines + "\n" +
                             names + "\n" + request.body_hash;
  const std::string place = day + "/" + scope.region + "/" + scope.service + "/aws4_request";
  result.string_to_sign =
      "AWS4-HMAC-SHA256\n" + time + "\n" + place + "\n" + crypto::sha256_hex(result.canonical_request);

  for (const auto& [name, value] : headers)
    if (name != "host") result.headers.push_back({name, value});
  result.headers.push_back({"authorization", "AWS4-HMAC-SHA256 Credential=" + credentials.key_id + "/" +
                                                 place + ", SignedHeaders=" + names + ", Signature=" +
                                                 signature(credentials, scope, day, result.string_to_sign)});
  return result;
}

}  // namespace mesh::store
