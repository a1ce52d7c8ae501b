// The promises of stores on a server of Google Cloud Storage's JSON API. tests/e2e/stores.py starts one, and
// says where it is:
//   MESH_TEST_GCS_URL   http://127.0.0.1:PORT
#include "core/config/google_environment.hpp"
#include "tests/unit/store/conformance.hpp"

#include <doctest.h>

#include <atomic>
#include <cstdlib>

#include <unistd.h>

using namespace mesh;
using namespace mesh::store;

static const char* server() { return std::getenv("MESH_TEST_GCS_URL"); }

static std::string new_bucket(http::Client& client) {
  static std::atomic<unsigned> count{0};
  const std::string name = "mesh-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
  const std::string body = "{\"name\":\"" + name + "\"}";
  http::Request request;
  request.method = "POST";
  request.url = std::string(server()) + "/storage/v1/b?project=test";
  request.headers = {{"content-type", "application/json"}};
  request.body = body;
  const auto made = client.send(request);
  REQUIRE(made);
  REQUIRE_MESSAGE(made->status == 200, made->body);
  return name;
}

TEST_CASE("store: a bucket of Google keeps the promises" * doctest::skip(server() == nullptr)) {
  const auto client = std::make_shared<http::Client>(http::Settings{});
  const std::shared_ptr<TokenProvider> tokens = config::google_environment();
  const auto options = config::google_settings();
  test::check_store([&] {
    const std::string bucket = new_bucket(*client);
    return [=] {
      auto store = gcs_store("gs://" + bucket, options, client, tokens);
      REQUIRE(store);
      return std::move(*store);
    };
  });
}
