#include "core/store/gcs.hpp"

#include "core/base/base64.hpp"
#include "core/base/json.hpp"
#include "core/base/strings.hpp"
#include "core/crypto/crc32c.hpp"
#include "core/crypto/hmac.hpp"
#include "core/crypto/sha256.hpp"
#include "core/http/url.hpp"
#include "core/oci/json.hpp"
#include "core/store/bucket_store.hpp"
#include "core/store/gcs_reply.hpp"

#include <algorithm>
#include <atomic>

namespace mesh::store {
namespace {

// What is said of an object and the object, in one request: so it has its headers from its first moment on,
// and the server compares what arrived with the checksum.
struct Upload {
  std::string type, body;
};

Upload upload_of(std::string_view name, std::string_view bytes, const Put& put) {
  JsonWriter said;
  said.begin_object();
  said.key("name").text(name);
  said.key("contentType").text(put.content_type);
  said.key("cacheControl").text(cache_control(put));
  said.key("crc32c").text(base64(crypto::bytes_of(crypto::crc32c(bytes))));
  said.end_object();
  // No bytes have their own hash in them.
  const std::string boundary = "mesh-" + crypto::sha256_hex(bytes);
  Upload upload;
  upload.type = "multipart/related; boundary=" + boundary;
  upload.body = "--" + boundary + "\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n" +
                std::move(said).take() + "\r\n--" + boundary +
                "\r\ncontent-type: " + std::string(put.content_type) + "\r\n\r\n";
  const std::string end = "\r\n--" + boundary + "--\r\n";
  upload.body.reserve(upload.body.size() + bytes.size() + end.size());
  upload.body.append(bytes).append(end);
  return upload;
}

class GcsStore final : public BucketStore {
 public:
  GcsStore(GcsAddress address, std::shared_ptr<http::Client> client, std::shared_ptr<TokenProvider> tokens)
      : BucketStore(address.prefix),
        address_(std::move(address)),
        client_(std::move(client)),
        tokens_(std::move(tokens)) {}

  std::string url() const override { return address_.url(); }
  Result<void> remove(std::string_view key) override;

 private:
  bool is_token(const Token& token) const override { return is_generation(token); }
  Result<std::optional<Object>> read(std::string_view key, uint64_t limit, std::string_view known) override;
  Result<Written> write(std::string_view key, std::string_view bytes, const Put& put,
                        const std::optional<Token>& expected) override;
  Result<Page> read_page(const Listed& listed, const Call& call) override;

  std::string objects() const { return "/storage/v1/b/" + http::encode_segment(address_.bucket) + "/o"; }
  Result<std::string> path_of(std::string_view key) const;

  // Any reply of the server. Sent anew once where it says that the token is old.
  Result<http::Response> send(const Call& call);
  using BucketStore::failure;
  tl::unexpected<Error> failure(const Call& call, const http::Response& response) const;

  Result<void> check_bucket();

  const GcsAddress address_;
  const std::shared_ptr<http::Client> client_;
  const std::shared_ptr<TokenProvider> tokens_;
  std::atomic<bool> bucket_is_there_{false};
};

// ---- requests
// -----------------------------------------------------------------------------------------------

Result<std::string> GcsStore::path_of(std::string_view key) const {
  auto full = key_below(prefix(), key);
  if (!full) return full;
  return objects() + "/" + http::encode_segment(*full);
}

Result<http::Response> GcsStore::send(const Call& call) {
  http::Request request;
  request.method = call.method;
  request.url = http::with_query(address_.origin + call.path, call.query);
  request.body = call.body;
  request.most_bytes = std::max(call.most_bytes, kLargestError);
  for (bool may_renew = true;;) {
    request.headers = call.headers;
    Secret token;
    if (!address_.is_emulator) {
      auto current = tokens_->current();
      if (!current) return failure(call, std::move(current).error());
      token = std::move(*current);
      request.headers.push_back({"authorization", "Bearer " + std::string(token.reveal())});
    }
    auto response = client_->send(request);
    if (!response) return failure(call, std::move(response).error());
    if (response->status / 100 == 2) {
      bucket_is_there_ = true;
      return response;
    }
    const bool is_old = response->status == 401 && !address_.is_emulator;
    if (is_old && std::exchange(may_renew, false) && tokens_->renew(token)) continue;
    return response;
  }
}

tl::unexpected<Error> GcsStore::failure(const Call& call, const http::Response& response) const {
  return failure(call, gcs_failure(response, address_.bucket));
}

// ---- reading
// ------------------------------------------------------------------------------------------------

// A read answers 404 for an object that is not there and for a bucket that is not there alike. A list does
// not, and only who may list is told of a missing object at all.
Result<void> GcsStore::check_bucket() {
  if (bucket_is_there_) return {};
  const Call call{"look at", {}, "GET", objects(), {{"maxResults", "1"}, {"fields", "nextPageToken"}}};
  const auto response = send(call);
  if (!response) return tl::unexpected(response.error());
  if (response->status == 404) return failure(call, *response);
  return {};
}

Result<std::optional<Object>> GcsStore::read(std::string_view key, uint64_t limit, std::string_view known) {
  auto path = path_of(key);
  if (!path) return pass(std::move(path));
  Call call{"read", key, "GET", std::move(*path), {{"alt", "media"}}};
  if (!known.empty()) call.query.emplace_back("ifGenerationNotMatch", known);
  call.most_bytes = limit;
  auto response = send(call);
  if (!response) return pass(std::move(response));
  if (response->status == 304 && !known.empty()) return std::nullopt;
  if (response->status == 404) {
    if (auto there = check_bucket(); !there) return pass(std::move(there));
    return failure(call, Error{Fault::not_found, "it is not there", {}});
  }
  if (response->status == 403) return denied(call, failure(call, *response));
  if (response->status != 200) return failure(call, *response);
  if (response->body.size() > limit) return too_large(call, limit);
  if (auto whole = check_gcs_hashes(*response); !whole) return failure(call, std::move(whole).error());
  Token token(response->header("x-goog-generation"));
  if (!is_generation(token)) return failure(call, Error{Fault::corrupt, "the reply has no generation", {}});
  if (token == known) return std::nullopt;
  return std::optional(Object{std::move(response->body), std::move(token)});
}

Result<Page> GcsStore::read_page(const Listed& listed, const Call& call) {
  Call asked = call;
  asked.path = objects();
  const bool is_of_keys = listed.delimiter().empty();
  asked.query = {{"maxResults", "1000"},
                 {"fields", is_of_keys ? "nextPageToken,items(name)" : "nextPageToken,prefixes"}};
  if (!is_of_keys) asked.query.emplace_back("delimiter", listed.delimiter());
  if (!listed.start().empty()) asked.query.emplace_back("prefix", listed.start());
  if (!listed.next().empty()) asked.query.emplace_back("pageToken", listed.next());
  const auto response = send(asked);
  if (!response) return tl::unexpected(response.error());
  if (response->status != 200) return failure(call, *response);
  auto page = read_gcs_page(response->body);
  if (!page) return failure(call, std::move(page).error());
  return page;
}

// ---- writing
// ------------------------------------------------------------------------------------------------

Result<BucketStore::Written> GcsStore::write(std::string_view key, std::string_view bytes, const Put& put,
                                             const std::optional<Token>& expected) {
  auto name = key_below(prefix(), key);
  if (!name) return pass(std::move(name));
  const Upload upload = upload_of(*name, bytes, put);
  Call call{"write", key, "POST", "/upload" + objects()};
  // Of what is not there it is 0.
  call.query = {{"uploadType", "multipart"},
                {"ifGenerationMatch", expected.value_or("0")},
                {"fields", "generation,crc32c,md5Hash"}};
  call.headers = {{"content-type", upload.type}};
  call.body = upload.body;
  const auto response = send(call);
  if (!response) return tl::unexpected(response.error());
  if (response->status == 412) return Written{Written::Kind::not_held};
  if (response->status != 200) return failure(call, *response);
  auto generation = read_gcs_written(response->body, bytes);
  if (!generation) return failure(call, std::move(generation).error());
  return Written{Written::Kind::now, std::move(*generation)};
}

Result<void> GcsStore::remove(std::string_view key) {
  auto path = path_of(key);
  if (!path) return pass(std::move(path));
  const Call call{"remove", key, "DELETE", std::move(*path)};
  const auto response = send(call);
  if (!response) return tl::unexpected(response.error());
  // What is no JSON comes from whoever stands between us and the server.
  const std::string_view body = trim(response->body);
  if (response->status / 100 == 2 && (body.empty() || oci::read_json(body))) return {};
  if (response->status == 404) return check_bucket();
  return failure(call, *response);
}

}  // namespace

Result<std::unique_ptr<Store>> gcs_store(std::string_view url, const GcsOptions& options,
                                         std::shared_ptr<http::Client> client,
                                         std::shared_ptr<TokenProvider> tokens) {
  auto address = gcs_address(url, options);
  if (!address) return pass(std::move(address));
  return std::make_unique<GcsStore>(std::move(*address), std::move(client), std::move(tokens));
}

}  // namespace mesh::store
