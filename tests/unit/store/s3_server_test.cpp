// The promises of stores on a real server of S3. tests/e2e/stores.py starts one, and says where it is:
//   MESH_TEST_S3_URL       http://127.0.0.1:PORT, with the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
//   MESH_TEST_S3_KMS_KEY   where it is set: the server's key that objects are encrypted with
//   MESH_TEST_S3_VERSIONS  where it is set: buckets keep the versions of their objects
#include "core/config/aws_environment.hpp"
#include "core/crypto/sha256.hpp"
#include "core/store/aws_signature.hpp"
#include "core/store/s3.hpp"
#include "tests/unit/store/conformance.hpp"

#include <doctest.h>

#include <atomic>
#include <cstdlib>

#include <unistd.h>

using namespace mesh;
using namespace mesh::store;

namespace {

const char* server() { return std::getenv("MESH_TEST_S3_URL"); }

S3Options options() {
  const char* const kms_key = std::getenv("MESH_TEST_S3_KMS_KEY");
  return {.endpoint = server(), .kms_key = kms_key ? kms_key : ""};
}

// A name that no bucket had before, however often the suite is run on one server.
std::string new_name() {
  static std::atomic<unsigned> count{0};
  return "mesh-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

void put(http::Client& client, const AwsCredentials& credentials, AwsRequest request, std::string body) {
  request.method = "PUT";
  request.host = std::string(server()).substr(std::string_view("http://").size());
  request.body_hash = crypto::sha256_hex(body);
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const SignedRequest signed_request = sign(request, credentials, {"us-east-1", "s3", now});
  http::Request sent;
  sent.method = request.method;
  sent.url =
      server() + signed_request.path + (signed_request.query.empty() ? "" : "?" + signed_request.query);
  sent.headers = signed_request.headers;
  sent.body = body;
  const auto done = client.send(sent);
  REQUIRE(done);
  REQUIRE_MESSAGE(done->status == 200, done->body);
}

void make_bucket(http::Client& client, const std::string& name, const AwsCredentials& credentials) {
  AwsRequest request;
  request.path = "/" + name;
  put(client, credentials, request, "");
  if (!std::getenv("MESH_TEST_S3_VERSIONS")) return;
  request.query = {{"versioning", ""}};
  put(client, credentials, request,
      "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Status>Enabled</Status>"
      "</VersioningConfiguration>");
}

}  // namespace

TEST_CASE("store: a bucket on a real server keeps the promises" * doctest::skip(server() == nullptr)) {
  const auto client = std::make_shared<http::Client>(http::Settings{});
  const std::shared_ptr<AwsCredentialsProvider> keys = config::aws_environment();
  test::check_store(
      [&] {
        const std::string bucket = new_name();
        const auto credentials = keys->current();
        REQUIRE(credentials);
        make_bucket(*client, bucket, *credentials);
        return [=] {
          auto store = s3_store("s3://" + bucket, options(), client, keys);
          REQUIRE(store);
          return std::move(*store);
        };
      },
      test::Tokens::of_content);
}

TEST_CASE("store: an object in parts keeps them on a real server" * doctest::skip(server() == nullptr)) {
  const auto client = std::make_shared<http::Client>(http::Settings{});
  const std::shared_ptr<AwsCredentialsProvider> keys = config::aws_environment();
  const std::string bucket = new_name();
  make_bucket(*client, bucket, *keys->current());
  const auto store = *s3_store("s3://" + bucket + "/p", options(), client, keys);
  std::string large((64 << 20) + 12345, '\0');
  for (size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 2654435761u >> 13);

  REQUIRE(store->create("k", large, {}) == Created::now);
  CHECK(store->create("k", large + "x", {}) == Created::already_there);
  const auto there = store->get("k", 100 << 20);
  REQUIRE(there);
  CHECK((there->bytes == large));
  CHECK(store->swap("k", Token("\"0123456789abcdef0123456789abcdef\""), large, {}).error().fault ==
        Fault::conflict);
  large.back() = 'y';
  const auto swapped = store->swap("k", there->token, large, {});
  REQUIRE_MESSAGE(swapped, swapped.error().message);
  const auto now = store->get("k", 100 << 20);
  REQUIRE(now);
  CHECK((now->bytes == large));
  CHECK(now->token == *swapped);
}
