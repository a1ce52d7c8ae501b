#include "core/store/s3.hpp"

#include "core/base/base64.hpp"
#include "core/base/strings.hpp"
#include "core/crypto/hmac.hpp"
#include "core/crypto/sha256.hpp"
#include "core/http/redact.hpp"
#include "core/store/aws_signature.hpp"
#include "core/store/bucket_store.hpp"
#include "core/store/s3_reply.hpp"
#include "core/store/xml.hpp"

#include <algorithm>
#include <atomic>

namespace mesh::store {
namespace {

constexpr size_t kLargestPut = 64 << 20;  // above it in parts
constexpr size_t kPart = 16 << 20, kMostParts = 10'000;

// MinIO knows no keys that it lent once their time is over.
bool says_that_they_ended(std::string_view code, const AwsCredentials& credentials) {
  return code == "ExpiredToken" || (code == "InvalidAccessKeyId" && !credentials.session_token.empty());
}

std::string checksum_of(std::string_view bytes) { return base64(crypto::bytes_of(crypto::sha256({bytes}))); }

class S3Store final : public BucketStore {
 public:
  S3Store(S3Address address, const S3Options& options, std::shared_ptr<http::Client> client,
          std::shared_ptr<AwsCredentialsProvider> credentials)
      : BucketStore(address.prefix),
        address_(std::move(address)),
        kms_key_(options.kms_key),
        client_(std::move(client)),
        credentials_(std::move(credentials)) {}

  std::string url() const override { return address_.url(); }
  Result<void> remove(std::string_view key) override;

 private:
  struct S3Call : Call {
    const Pieces* pieces = nullptr;  // in the place of the body
    bool sends_checksum = false;     // of the body, which is all of an object or a part of it
  };

  Result<std::optional<Object>> read(std::string_view key, uint64_t limit, std::string_view known) override;
  Result<Written> write(std::string_view key, std::string_view bytes, const Put& put,
                        const std::optional<Token>& expected) override;
  Result<Written> write_pieces(std::string_view key, const Pieces& text, const Put& put,
                               const std::optional<Token>& expected) override;
  Result<bool> is_there(std::string_view key) override;
  Result<Page> read_page(const Listed& listed, const Call& call) override;

  Result<std::string> path_of(std::string_view key) const;
  std::vector<http::Header> headers_of(const Put& put) const;

  // Any reply of the server. Signed anew once where it says that our clock is wrong or the credentials are
  // old.
  Result<http::Response> send(const S3Call& call);
  SignedRequest sign_now(const S3Call& call, const AwsCredentials& credentials) const;
  bool learns_time(const http::Response& response);
  using BucketStore::failure;
  tl::unexpected<Error> failure(const Call& call, const http::Response& response) const;

  Result<Written> write_in_parts(std::string_view key, const std::string& path, std::string_view bytes,
                                 const Put& put, const std::optional<Token>& expected);
  Result<Written> put_object(S3Call call, const Put& put, const std::optional<Token>& expected);
  Result<std::string> begin_upload(std::string_view key, const std::string& path, const Put& put);
  // The element that names the part when the upload is completed.
  Result<std::string> upload_part(S3Call part, size_t number);
  Result<Written> outcome(const Call& call, const http::Response& response,
                          const std::optional<Token>& expected) const;

  const S3Address address_;
  const std::string kms_key_;
  const std::shared_ptr<http::Client> client_;
  const std::shared_ptr<AwsCredentialsProvider> credentials_;
  std::atomic<int64_t> ahead_{0};  // seconds that the server's clock is ahead of ours
};

// ---- requests
// -----------------------------------------------------------------------------------------------

Result<std::string> S3Store::path_of(std::string_view key) const {
  auto full = key_below(prefix(), key);
  if (!full) return full;
  return address_.path + "/" + *full;
}

std::vector<http::Header> S3Store::headers_of(const Put& put) const {
  std::vector<http::Header> headers{{"content-type", std::string(put.content_type)},
                                    {"cache-control", std::string(cache_control(put))}};
  if (!kms_key_.empty()) {
    headers.push_back({"x-amz-server-side-encryption", "aws:kms"});
    headers.push_back({"x-amz-server-side-encryption-aws-kms-key-id", kms_key_});
  }
  return headers;
}

SignedRequest S3Store::sign_now(const S3Call& call, const AwsCredentials& credentials) const {
  AwsRequest request;
  request.method = call.method;
  request.host = address_.host;
  request.path = call.path;
  request.query = call.query;
  request.headers = call.headers;
  const auto digest = call.pieces ? crypto::sha256(*call.pieces) : crypto::sha256({call.body});
  request.body_hash = crypto::hex(digest);
  if (call.sends_checksum)
    request.headers.push_back({"x-amz-checksum-sha256", base64(crypto::bytes_of(digest))});
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return sign(request, credentials, {address_.region, "s3", now + std::chrono::seconds(ahead_.load())});
}

// From the reply's Date, and only once: a server that does not take the time it tells takes none.
bool S3Store::learns_time(const http::Response& response) {
  const auto there = http::date_of(response);
  if (!there) return false;
  const auto here = std::chrono::system_clock::now().time_since_epoch();
  ahead_ = *there - std::chrono::duration_cast<std::chrono::seconds>(here).count();
  return true;
}

Result<http::Response> S3Store::send(const S3Call& call) {
  for (bool may_learn = true, may_renew = true;;) {
    auto credentials = credentials_->current();
    if (!credentials) return failure(call, std::move(credentials).error());
    SignedRequest signed_request = sign_now(call, *credentials);
    http::Request request;
    request.method = call.method;
    request.url = address_.origin + signed_request.path;
    if (!signed_request.query.empty()) request.url += "?" + signed_request.query;
    request.headers = std::move(signed_request.headers);
    request.body = call.body;
    request.pieces = call.pieces;
    request.most_bytes = std::max(call.most_bytes, kLargestError);
    auto response = client_->send(request);
    if (!response) return failure(call, std::move(response).error());
    if (response->status / 100 == 2) {
      // It may be an error in disguise, which is shown.
      if (response->header("etag").empty())
        response->body = http::without(std::move(response->body), credentials->session_token.reveal());
      return response;
    }
    const std::string code = s3_error(*response).code;
    if (code == "RequestTimeTooSkewed" && std::exchange(may_learn, false) && learns_time(*response)) continue;
    if (says_that_they_ended(code, *credentials) && std::exchange(may_renew, false) &&
        credentials_->renew(*credentials))
      continue;
    return response;
  }
}

tl::unexpected<Error> S3Store::failure(const Call& call, const http::Response& response) const {
  return failure(call, s3_failure(response, address_.bucket, address_.region));
}

// ---- reading
// ------------------------------------------------------------------------------------------------

Result<std::optional<Object>> S3Store::read(std::string_view key, uint64_t limit, std::string_view known) {
  auto path = path_of(key);
  if (!path) return pass(std::move(path));
  S3Call call{{"read", key, "GET", std::move(*path)}};
  call.headers = {{"x-amz-checksum-mode", "ENABLED"}};
  if (!known.empty()) call.headers.push_back({"if-none-match", std::string(known)});
  call.most_bytes = limit;
  auto response = send(call);
  if (!response) return pass(std::move(response));
  if (response->status == 404 && s3_error(*response).code == "NoSuchKey")
    return failure(call, Error{Fault::not_found, "it is not there", {}});
  if (response->status == 403 && s3_error(*response).code == "AccessDenied")
    return denied(call, failure(call, *response));
  if (response->status == 304 && !known.empty()) return std::nullopt;
  if (response->status != 200) return failure(call, *response);
  // An object that reads like an error has an ETag.
  if (response->header("etag").empty() && is_failure_in_disguise(*response)) return failure(call, *response);
  if (response->body.size() > limit) return too_large(call, limit);
  // That of an object in parts is a checksum of their checksums, and has their number behind a hyphen.
  const std::string_view checksum = response->header("x-amz-checksum-sha256");
  const bool is_whole = !checksum.empty() && checksum.find('-') == checksum.npos &&
                        response->header("x-amz-checksum-type") != "COMPOSITE";
  if (is_whole && checksum != checksum_of(response->body))
    return failure(call, Error{Fault::corrupt, "other bytes arrived than its checksum says", {}});
  Token token(response->header("etag"));
  if (token.empty()) return failure(call, Error{Fault::corrupt, "the reply has no ETag", {}});
  return std::optional(Object{std::move(response->body), std::move(token)});
}

Result<bool> S3Store::is_there(std::string_view key) {
  auto path = path_of(key);
  if (!path) return pass(std::move(path));
  const S3Call call{{"look for", key, "HEAD", std::move(*path)}};
  const auto response = send(call);
  if (!response) return tl::unexpected(response.error());
  if (response->status == 200) return true;
  if (response->status == 404) return false;
  return failure(call, *response);
}

Result<Page> S3Store::read_page(const Listed& listed, const Call& call) {
  S3Call asked{call};
  asked.path = address_.path.empty() ? "/" : address_.path;
  asked.query = {{"list-type", "2"}, {"prefix", listed.start()}, {"encoding-type", "url"}};
  if (!listed.delimiter().empty()) asked.query.emplace_back("delimiter", listed.delimiter());
  if (!listed.next().empty()) asked.query.emplace_back("continuation-token", listed.next());
  const auto response = send(asked);
  if (!response) return tl::unexpected(response.error());
  if (response->status != 200 || is_failure_in_disguise(*response)) return failure(call, *response);
  auto page = read_s3_page(response->body);
  if (!page) return failure(call, std::move(page).error());
  if (!page->next.empty() && page->keys.empty() && page->prefixes.empty())
    return failure(call, Error{Fault::corrupt, "the list does not end", {}});
  return page;
}

// ---- writing
// ------------------------------------------------------------------------------------------------

Result<BucketStore::Written> S3Store::outcome(const Call& call, const http::Response& response,
                                              const std::optional<Token>& expected) const {
  const int status = response.status;
  const bool is_done = status / 100 == 2 && !is_failure_in_disguise(response);
  const std::string code = is_done ? "" : s3_error(response).code;
  if (is_done) {
    Token token(response.header("etag"));
    // That to a completion has a body, which has the ETag in it; that to a plain write has none.
    const auto root = trim(response.body).empty() ? XmlElement{} : read_xml(response.body);
    const bool is_of_s3 = root && (root->name.empty() || root->name.ends_with("Result"));
    if (token.empty() && is_of_s3) token = root->text_at("ETag");
    // Whoever wrote another may stand between us and the server, which may or may not have been asked.
    if (token.empty() || !is_of_s3)
      return failure(
          call, Error{Fault::temporary, "the reply is not one of S3: it has no ETag, or a page with it", {}});
    return Written{Written::Kind::now, std::move(token)};
  }
  if (status == 412 || code == "PreconditionFailed" ||
      (!expected && status == address_.flavour->also_already_there))
    return Written{Written::Kind::not_held};
  if (code == "ConditionalRequestConflict") return Written{Written::Kind::racing};
  if (status == 404 && expected && code == "NoSuchKey") return Written{Written::Kind::gone};
  return failure(call, response);
}

Result<BucketStore::Written> S3Store::write(std::string_view key, std::string_view bytes, const Put& put,
                                            const std::optional<Token>& expected) {
  auto path = path_of(key);
  if (!path) return pass(std::move(path));
  if (bytes.size() > kLargestPut) return write_in_parts(key, *path, bytes, put, expected);
  S3Call call{{"write", key, "PUT", std::move(*path)}};
  call.body = bytes;
  return put_object(std::move(call), put, expected);
}

Result<BucketStore::Written> S3Store::write_pieces(std::string_view key, const Pieces& text, const Put& put,
                                                   const std::optional<Token>& expected) {
  if (text.size() > kLargestPut) return write(key, text.all(), put, expected);
  auto path = path_of(key);
  if (!path) return pass(std::move(path));
  S3Call call{{"write", key, "PUT", std::move(*path)}};
  call.pieces = &text;
  return put_object(std::move(call), put, expected);
}

Result<BucketStore::Written> S3Store::put_object(S3Call call, const Put& put,
                                                 const std::optional<Token>& expected) {
  call.headers = headers_of(put);
  call.headers.push_back(condition_of(expected));
  call.sends_checksum = true;
  const auto response = send(call);
  if (!response) return tl::unexpected(response.error());
  return outcome(call, *response, expected);
}

Result<std::string> S3Store::begin_upload(std::string_view key, const std::string& path, const Put& put) {
  S3Call call{{"begin to write", key, "POST", path, {{"uploads", ""}}, headers_of(put)}};
  call.headers.push_back({"x-amz-checksum-algorithm", "SHA256"});
  const auto response = send(call);
  if (!response) return tl::unexpected(response.error());
  if (response->status != 200 || is_failure_in_disguise(*response)) return failure(call, *response);
  const auto root = read_xml(response->body);
  if (!root) return failure(call, root.error());
  std::string id(root->text_at("UploadId"));
  if (id.empty()) return failure(call, Error{Fault::corrupt, "the reply names no upload", {}});
  return id;
}

Result<std::string> S3Store::upload_part(S3Call part, size_t number) {
  part.query.emplace_back("partNumber", std::to_string(number));
  const auto response = send(part);
  if (!response) return tl::unexpected(response.error());
  if (response->status != 200) return failure(part, *response);
  const std::string_view etag = response->header("etag");
  if (etag.empty()) return failure(part, Error{Fault::temporary, "the reply has no ETag", {}});
  return "<Part><ChecksumSHA256>" + checksum_of(part.body) + "</ChecksumSHA256><ETag>" + xml_escaped(etag) +
         "</ETag><PartNumber>" + std::to_string(number) + "</PartNumber></Part>";
}

// Nothing of it is seen before the last request, which has the condition.
Result<BucketStore::Written> S3Store::write_in_parts(std::string_view key, const std::string& path,
                                                     std::string_view bytes, const Put& put,
                                                     const std::optional<Token>& expected) {
  const auto id = begin_upload(key, path, put);
  if (!id) return tl::unexpected(id.error());
  const auto complete = [&]() -> Result<Written> {
    constexpr size_t kMebibyte = 1 << 20;
    const size_t fair = (bytes.size() / kMostParts / kMebibyte + 1) * kMebibyte;
    const size_t size = std::max(kPart, fair);
    std::string body = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
    for (size_t at = 0, number = 1; at < bytes.size(); at += size, ++number) {
      S3Call part{{"write", key, "PUT", path, {{"uploadId", *id}}}};
      part.body = bytes.substr(at, size);
      part.sends_checksum = true;
      const auto told = upload_part(std::move(part), number);
      if (!told) return tl::unexpected(told.error());
      body += *told;
    }
    body += "</CompleteMultipartUpload>";
    S3Call last{{"finish to write", key, "POST", path, {{"uploadId", *id}}}};
    last.headers = {{"content-type", "application/xml"}, condition_of(expected)};
    last.body = body;
    const auto response = send(last);
    if (!response) return tl::unexpected(response.error());
    return outcome(last, *response, expected);
  };
  auto written = complete();
  if (!written || written->kind != Written::Kind::now)
    // Best effort: what is left costs its owner money until the bucket's rules remove it, and harms nobody.
    static_cast<void>(send({{"give up to write", key, "DELETE", path, {{"uploadId", *id}}}}));
  return written;
}

Result<void> S3Store::remove(std::string_view key) {
  auto path = path_of(key);
  if (!path) return pass(std::move(path));
  const S3Call call{{"remove", key, "DELETE", std::move(*path)}};
  const auto response = send(call);
  if (!response) return tl::unexpected(response.error());
  // A page that comes with it is not from the server.
  const bool is_done = response->status / 100 == 2 && trim(response->body).empty();
  if (is_done || (response->status == 404 && s3_error(*response).code == "NoSuchKey")) return {};
  return failure(call, *response);
}

}  // namespace

Result<std::unique_ptr<Store>> s3_store(std::string_view url, const S3Options& options,
                                        std::shared_ptr<http::Client> client,
                                        std::shared_ptr<AwsCredentialsProvider> credentials) {
  auto address = s3_address(url, options);
  if (!address) return pass(std::move(address));
  return std::make_unique<S3Store>(std::move(*address), options, std::move(client), std::move(credentials));
}

}  // namespace mesh::store
