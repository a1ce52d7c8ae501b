#include "core/store/azure.hpp"

#include "core/base/base64.hpp"
#include "core/base/strings.hpp"
#include "core/crypto/hmac.hpp"
#include "core/crypto/md5.hpp"
#include "core/http/url.hpp"
#include "core/store/azure_reply.hpp"
#include "core/store/azure_signature.hpp"
#include "core/store/bucket_store.hpp"
#include "core/store/xml.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <ctime>
#include <random>

namespace mesh::store {
namespace {

constexpr std::string_view kVersion = "2023-11-03";
constexpr size_t kLargestPut = 64 << 20;  // above it in blocks
constexpr size_t kBlock = 16 << 20, kMostBlocks = 50'000;
// Of a page: one of 5,000, as Azure would send, has more elements than are read.
constexpr std::string_view kKeysOfPage = "1000";

std::string md5_of(std::string_view bytes) { return base64(crypto::bytes_of(crypto::md5({bytes}))); }

int64_t seconds_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

// Blocks of all uploads to an object that are not finished lie in one heap, so none may have another's name;
// and all names must be of one length.
std::string block_names() {
  std::random_device random;
  return fmt::format("mesh-{:08x}{:08x}-", static_cast<uint32_t>(random()), static_cast<uint32_t>(random()));
}

class AzureStore final : public BucketStore {
 public:
  AzureStore(AzureAddress address, std::shared_ptr<http::Client> client,
             std::shared_ptr<AzureCredentialsProvider> credentials)
      : BucketStore(address.prefix),
        address_(std::move(address)),
        client_(std::move(client)),
        credentials_(std::move(credentials)) {}

  std::string url() const override { return address_.url(); }
  Result<void> remove(std::string_view key) override;

 private:
  Result<std::optional<Object>> read(std::string_view key, uint64_t limit, std::string_view known) override;
  Result<Written> write(std::string_view key, std::string_view bytes, const Put& put,
                        const std::optional<Token>& expected) override;
  Result<bool> is_there(std::string_view key) override;
  Result<Page> read_page(const Listed& listed, const Call& call) override;

  Result<std::string> path_of(std::string_view key) const;

  // Any reply of the server. Sent anew once where it says that our clock is wrong or the credentials are old.
  Result<http::Response> send(const Call& call);
  http::Request request_of(const Call& call, const AzureCredentials& credentials) const;
  bool learns_time(const http::Response& response);
  using BucketStore::failure;
  tl::unexpected<Error> failure(const Call& call, const http::Response& response) const;

  // The body of the request that makes an object of what was sent.
  Result<std::string> send_blocks(std::string_view key, const std::string& path, std::string_view bytes);
  Result<Written> outcome(const Call& call, const http::Response& response,
                          const std::optional<Token>& expected) const;

  const AzureAddress address_;
  const std::shared_ptr<http::Client> client_;
  const std::shared_ptr<AzureCredentialsProvider> credentials_;
  std::atomic<int64_t> ahead_{0};  // seconds that the server's clock is ahead of ours
};

// ---- requests
// -----------------------------------------------------------------------------------------------

Result<std::string> AzureStore::path_of(std::string_view key) const {
  auto full = key_below(prefix(), key);
  if (!full) return full;
  return address_.path + "/" + *full;
}

http::Request AzureStore::request_of(const Call& call, const AzureCredentials& credentials) const {
  AzureRequest asked{call.method, http::encode_path(call.path), call.query, call.headers, call.body.size()};
  asked.headers.push_back({"x-ms-version", std::string(kVersion)});
  asked.headers.push_back(
      {"x-ms-date",
       fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", fmt::gmtime(std::time_t{seconds_now() + ahead_.load()}))});
  http::Request request;
  request.method = call.method;
  request.url = http::with_query(address_.origin + asked.path, call.query);
  std::string authorization;
  switch (credentials.kind) {
    case AzureCredentials::Kind::account_key:
      authorization = azure_authorization(asked, address_.account, credentials.secret);
      break;
    case AzureCredentials::Kind::token:
      authorization = "Bearer " + std::string(credentials.secret.reveal());
      break;
    case AzureCredentials::Kind::sas:
      request.url.append(call.query.empty() ? "?" : "&").append(credentials.secret.reveal());
      break;
  }
  request.headers = std::move(asked.headers);
  if (!authorization.empty()) request.headers.push_back({"authorization", std::move(authorization)});
  request.body = call.body;
  return request;
}

// From the reply's Date. Azure takes requests of a quarter of an hour ago.
bool AzureStore::learns_time(const http::Response& response) {
  constexpr int64_t kTaken = 10 * 60;
  const auto there = http::date_of(response);
  if (!there) return false;
  const int64_t ahead = *there - seconds_now();
  if (std::abs(ahead - ahead_.load()) < kTaken) return false;
  ahead_ = ahead;
  return true;
}

Result<http::Response> AzureStore::send(const Call& call) {
  for (bool may_learn = true, may_renew = true;;) {
    auto credentials = credentials_->current();
    if (!credentials) return failure(call, std::move(credentials).error());
    http::Request request = request_of(call, *credentials);
    request.most_bytes = std::max(call.most_bytes, kLargestError);
    auto response = client_->send(request);
    if (!response) return failure(call, std::move(response).error());
    if (response->status / 100 == 2) return response;

    const bool is_refused =
        response->status == 401 ||
        (response->status == 403 && azure_error(*response).code == "AuthenticationFailed");
    const bool is_signed = credentials->kind == AzureCredentials::Kind::account_key;
    if (is_refused && is_signed && std::exchange(may_learn, false) && learns_time(*response)) continue;
    if (is_refused && std::exchange(may_renew, false) && credentials_->renew(*credentials)) continue;
    return response;
  }
}

tl::unexpected<Error> AzureStore::failure(const Call& call, const http::Response& response) const {
  return failure(call, azure_failure(response));
}

// ---- reading
// ------------------------------------------------------------------------------------------------

Result<std::optional<Object>> AzureStore::read(std::string_view key, uint64_t limit, std::string_view known) {
  auto path = path_of(key);
  if (!path) return pass(std::move(path));
  Call call{"read", key, "GET", std::move(*path)};
  if (!known.empty()) call.headers.push_back({"if-none-match", std::string(known)});
  call.most_bytes = limit;
  auto response = send(call);
  if (!response) return pass(std::move(response));
  if (response->status == 304 && !known.empty()) return std::nullopt;
  const bool is_absent = response->status == 404 && azure_error(*response).code == "BlobNotFound";
  if (is_absent || (response->status == 200 && is_azure_folder(*response)))
    return failure(call, Error{Fault::not_found, "it is not there", {}});
  if (response->status != 200) return failure(call, *response);
  if (response->body.size() > limit) return too_large(call, limit);
  const std::string_view checksum = response->header("content-md5");
  if (!checksum.empty() && checksum != md5_of(response->body))
    return failure(call, Error{Fault::corrupt, "other bytes arrived than its checksum says", {}});
  Token token(response->header("etag"));
  if (token.empty()) return failure(call, Error{Fault::corrupt, "the reply has no ETag", {}});
  return std::optional(Object{std::move(response->body), std::move(token)});
}

Result<bool> AzureStore::is_there(std::string_view key) {
  auto path = path_of(key);
  if (!path) return pass(std::move(path));
  const Call call{"look for", key, "HEAD", std::move(*path)};
  const auto response = send(call);
  if (!response) return tl::unexpected(response.error());
  if (response->status == 200) return true;
  if (response->status == 404 && azure_error(*response).code == "BlobNotFound") return false;
  return failure(call, *response);
}

Result<Page> AzureStore::read_page(const Listed& listed, const Call& call) {
  Call asked = call;
  asked.path = address_.path;
  asked.query = {{"restype", "container"}, {"comp", "list"}, {"maxresults", std::string(kKeysOfPage)}};
  if (!listed.start().empty()) asked.query.emplace_back("prefix", listed.start());
  if (!listed.delimiter().empty()) asked.query.emplace_back("delimiter", listed.delimiter());
  if (!listed.next().empty()) asked.query.emplace_back("marker", listed.next());
  const auto response = send(asked);
  if (!response) return tl::unexpected(response.error());
  if (response->status != 200) return failure(call, *response);
  auto page = read_azure_page(response->body);
  if (!page) return failure(call, std::move(page).error());
  return page;
}

// ---- writing
// ------------------------------------------------------------------------------------------------

Result<BucketStore::Written> AzureStore::outcome(const Call& call, const http::Response& response,
                                                 const std::optional<Token>& expected) const {
  if (response.status / 100 == 2) {
    Token token(response.header("etag"));
    // Put Blob and Put Block List answer so. Whoever wrote another reply may stand between us and the server,
    // which may or may not have been asked.
    if (response.status != 201 || token.empty() || !response.body.empty())
      return failure(
          call,
          Error{Fault::temporary, "the reply is not one of Azure: it is no 201 with an ETag alone", {}});
    return Written{Written::Kind::now, std::move(token)};
  }
  const std::string code = azure_error(response).code;
  // Who may create and not overwrite is told the third.
  if (code == "ConditionNotMet" ||
      (!expected && (code == "BlobAlreadyExists" || code == "UnauthorizedBlobOverwrite")))
    return Written{Written::Kind::not_held};
  if (expected && code == "BlobNotFound") return Written{Written::Kind::gone};
  // Another upload was finished, and with it all blocks were thrown away that it had no use for.
  if (code == "InvalidBlockList") return Written{Written::Kind::racing};
  return failure(call, response);
}

Result<std::string> AzureStore::send_blocks(std::string_view key, const std::string& path,
                                            std::string_view bytes) {
  const std::string names = block_names();
  const size_t size = std::max(kBlock, bytes.size() / kMostBlocks + 1);
  std::string body = "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>";
  for (size_t at = 0, number = 0; at < bytes.size(); at += size, ++number) {
    const std::string id = base64(fmt::format("{}{:05}", names, number));
    Call block{"write", key, "PUT", path, {{"comp", "block"}, {"blockid", id}}};
    block.body = bytes.substr(at, size);
    block.headers = {{"content-type", "application/octet-stream"}, {"content-md5", md5_of(block.body)}};
    const auto response = send(block);
    if (!response) return tl::unexpected(response.error());
    if (response->status != 201) return failure(block, *response);
    body += "<Uncommitted>" + id + "</Uncommitted>";
  }
  return body + "</BlockList>";
}

Result<BucketStore::Written> AzureStore::write(std::string_view key, std::string_view bytes, const Put& put,
                                               const std::optional<Token>& expected) {
  auto path = path_of(key);
  if (!path) return pass(std::move(path));
  Call call{"write", key, "PUT", std::move(*path)};
  std::string blocks;
  if (bytes.size() <= kLargestPut) {
    call.headers = {{"x-ms-blob-type", "BlockBlob"}, {"content-type", std::string(put.content_type)}};
    call.body = bytes;
  } else {
    // Nothing of them is seen before the request with the condition, and a week later they are gone.
    auto sent = send_blocks(key, call.path, bytes);
    if (!sent) return pass(std::move(sent));
    blocks = std::move(*sent);
    call.query = {{"comp", "blocklist"}};
    call.headers = {{"content-type", "application/xml"}};
    call.body = blocks;
  }
  call.headers.push_back({"x-ms-blob-content-md5", md5_of(bytes)});
  call.headers.push_back({"x-ms-blob-content-type", std::string(put.content_type)});
  call.headers.push_back({"x-ms-blob-cache-control", std::string(cache_control(put))});
  call.headers.push_back(condition_of(expected));
  const auto response = send(call);
  if (!response) return tl::unexpected(response.error());
  return outcome(call, *response, expected);
}

Result<void> AzureStore::remove(std::string_view key) {
  auto path = path_of(key);
  if (!path) return pass(std::move(path));
  const Call call{"remove", key, "DELETE", std::move(*path)};
  const auto response = send(call);
  if (!response) return tl::unexpected(response.error());
  if (response->status == 202) return {};
  if (response->status == 404 && azure_error(*response).code == "BlobNotFound") return {};
  return failure(call, *response);
}

}  // namespace

Result<std::unique_ptr<Store>> azure_store(std::string_view url, const AzureOptions& options,
                                           std::shared_ptr<http::Client> client,
                                           std::shared_ptr<AzureCredentialsProvider> credentials) {
  auto address = azure_address(url, options);
  if (!address) return pass(std::move(address));
  return std::make_unique<AzureStore>(std::move(*address), std::move(client), std::move(credentials));
}

}  // namespace mesh::store
