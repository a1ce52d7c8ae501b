#include "core/publish/status.hpp"

#include "tests/unit/publish/sample.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::publish;

TEST_CASE("status: what is published as it is here takes one read, what differs is looked into") {
  TempFolder folder;
  Watched store;
  const Release release = release_of(folder, "1.0.0", orders());
  REQUIRE(apply(store, release, options()).action == Action::created);

  store.read.clear();
  const auto same = compare(store, release);
  REQUIRE(same);
  CHECK(same->state == State::published);
  CHECK(store.read == std::vector<std::string>{"sales/orders/index.json"});

  TempFolder other;
  const auto changed = compare(store, release_of(other, "1.0.0", orders("id: d\n")));
  REQUIRE(changed);
  CHECK(changed->state == State::changed);
  CHECK(changed->reason == "`orders.odcs.yaml` differs");
}
