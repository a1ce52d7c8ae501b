// The promises of stores on a real server of Azure Blob Storage. tests/e2e/stores.py starts one, and says
// where it is:
//   MESH_TEST_AZURE_URL   http://127.0.0.1:PORT, with the account and its key in
//   AZURE_STORAGE_CONNECTION_STRING
#include "core/config/azure_environment.hpp"
#include "core/http/url.hpp"
#include "core/store/azure_signature.hpp"
#include "tests/unit/store/conformance.hpp"

#include <doctest.h>
#include <fmt/chrono.h>

#include <atomic>
#include <cstdlib>
#include <ctime>

#include <unistd.h>

using namespace mesh;
using namespace mesh::store;

namespace {

const char* server() { return std::getenv("MESH_TEST_AZURE_URL"); }

struct Azure {
  Azure() {
    auto found = config::azure_environment();
    options = found.options;
    credentials = found.credentials;
  }

  // A name that no container had before, however often the suite is run on one server.
  std::string new_container() const {
    static std::atomic<unsigned> count{0};
    const std::string name = "mesh-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
    const auto keys = credentials->current();
    REQUIRE(keys);
    const auto endpoint = http::parse_url(options.endpoint);
    REQUIRE(endpoint);
    AzureRequest request{"PUT", std::string(endpoint->target) + "/" + name, {{"restype", "container"}}, {}};
    request.headers = {
        {"x-ms-version", "2023-11-03"},
        {"x-ms-date", fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", fmt::gmtime(std::time(nullptr)))}};
    http::Request sent;
    sent.method = request.method;
    sent.url = server() + request.path + "?restype=container";
    sent.headers = request.headers;
    sent.headers.push_back({"authorization", azure_authorization(request, options.account, keys->secret)});
    const auto made = client->send(sent);
    REQUIRE(made);
    REQUIRE_MESSAGE(made->status == 201, made->body);
    return name;
  }

  std::unique_ptr<Store> store(const std::string& container, const std::string& prefix = "") const {
    auto opened =
        azure_store("az://" + options.account + "/" + container + prefix, options, client, credentials);
    REQUIRE(opened);
    return std::move(*opened);
  }

  AzureOptions options;
  std::shared_ptr<AzureCredentialsProvider> credentials;
  std::shared_ptr<http::Client> client = std::make_shared<http::Client>(http::Settings{});
};

std::string large_object() {
  std::string large((64 << 20) + 12345, '\0');
  for (size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 2654435761u >> 13);
  return large;
}

}  // namespace

TEST_CASE("store: a container on a real server keeps the promises" * doctest::skip(server() == nullptr)) {
  const Azure azure;
  test::check_store([&] {
    const std::string container = azure.new_container();
    return [=] { return azure.store(container); };
  });
}

TEST_CASE("store: an object in blocks keeps them on a real server" * doctest::skip(server() == nullptr)) {
  const Azure azure;
  const auto store = azure.store(azure.new_container(), "/p");
  std::string large = large_object();
  REQUIRE(store->create("k", large, {}) == Created::now);
  CHECK(store->create("k", large + "x", {}) == Created::already_there);
  const auto there = store->get("k", 100 << 20);
  REQUIRE(there);
  CHECK((there->bytes == large));
  CHECK(store->swap("k", Token("\"0x0123456789ABCDE\""), large, {}).error().fault == Fault::conflict);
  large.back() = 'y';
  const auto swapped = store->swap("k", there->token, large, {});
  REQUIRE_MESSAGE(swapped, swapped.error().message);
  const auto now = store->get("k", 100 << 20);
  REQUIRE(now);
  CHECK((now->bytes == large));
  CHECK(now->token == *swapped);
}
