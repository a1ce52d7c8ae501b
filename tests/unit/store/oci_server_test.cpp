// What publishing rests on, in a real registry. tests/e2e/stores.py starts one, and says where it is:
//   MESH_TEST_OCI_URL   oci://127.0.0.1:PORT
// with a login in DOCKER_CONFIG where it asks for one.
#include "core/config/docker_config.hpp"
#include "core/store/oci.hpp"
#include "tests/unit/store/product_conformance.hpp"

#include <doctest.h>

#include <atomic>
#include <cstdlib>

#include <unistd.h>

using namespace mesh;
using namespace mesh::store;

static const char* server() { return std::getenv("MESH_TEST_OCI_URL"); }

TEST_CASE("store: a registry keeps products" * doctest::skip(server() == nullptr)) {
  static std::atomic<unsigned> count{0};
  const auto client = std::make_shared<http::Client>(http::Settings{});
  const std::shared_ptr<RegistryLogins> logins = config::docker_logins(config::docker_config_file());
  test::check_store_of_products([&] {
    const std::string url =
        std::string(server()) + "/mesh-" + std::to_string(::getpid()) + "/" + std::to_string(++count);
    return [=] {
      auto store = oci_store(url, client, logins);
      REQUIRE(store);
      return retrying_store(std::move(*store));  // Docker's registry fails for a moment beside other writers
    };
  });
}
