#include "core/trust/chain.hpp"

#include "tests/unit/trust/sample.hpp"

using namespace mesh;
using namespace mesh::trust;
using test::key;

namespace {

SignedRoot signed_root(uint64_t serial, const std::vector<std::string>& keys, uint32_t threshold,
                       const std::vector<std::string>& signers) {
  SignedRoot made{test::root(), "sha256:" + std::to_string(serial), {}};
  made.root.serial = serial;
  made.root.threshold = threshold;
  made.root.keys.clear();
  for (const std::string& name : keys) made.root.keys.push_back(key(name));
  for (const std::string& name : signers) made.signers.push_back(key(name));
  return made;
}

Pin pin(const std::vector<std::string>& keys, uint32_t threshold = 1) {
  Pin pin{"shop", "", threshold, {}};
  for (const std::string& name : keys) pin.keys.push_back(key(name));
  return pin;
}

// The serial that is accepted, or why none is.
std::string verdict(const std::vector<SignedRoot>& roots, const Pin& pin, uint64_t head) {
  const auto root = accept(roots, pin, head);
  if (!root) CHECK(root.error().fault == Fault::corrupt);
  return root ? std::to_string((*root)->root.serial) : root.error().message;
}

}  // namespace

TEST_CASE("chain: a root by pinned keys is accepted, by others not") {
  const auto first = signed_root(1, {"ed25519"}, 1, {"ed25519"});
  CHECK(verdict({first}, pin({"ed25519"}), 1) == "1");
  CHECK(verdict({first}, pin({"rsa"}), 1) ==
        "root 1 of `shop` is signed by none of the keys that are pinned");
  CHECK(verdict({signed_root(1, {"ed25519"}, 1, {"rsa"})}, pin({"ed25519"}), 1) ==
        "root 1 of `shop` is signed by none of the keys that are pinned");
}

TEST_CASE("chain: too few signatures, of the pin and of the root itself") {
  const auto first = signed_root(1, {"ed25519", "ecdsa"}, 2, {"ed25519"});
  CHECK(verdict({first}, pin({"ed25519", "ecdsa"}, 2), 1) ==
        "root 1 of `shop` has 1 of the 2 signatures by pinned keys that it needs");
  CHECK(verdict({first}, pin({"ed25519"}), 1) ==
        "root 1 of `shop` has 1 of the 2 signatures by its own keys that it needs");
  CHECK(verdict({signed_root(1, {"ed25519", "ecdsa"}, 2, {"ecdsa", "ed25519"})}, pin({"ed25519", "ecdsa"}, 2),
                1) == "1");
}

TEST_CASE("chain: a signature that cannot be used is told where one is missing") {
  auto first = signed_root(1, {"ed25519"}, 1, {});
  first.problems = {"`mesh/root/blobs/sha256/ab` is missing", "another"};
  CHECK(verdict({first}, pin({"ed25519"}), 1) ==
        "root 1 of `shop` is signed by none of the keys that are pinned; a signature of it cannot be used: "
        "`mesh/root/blobs/sha256/ab` is missing");
  first.signers = {key("ed25519")};
  CHECK(verdict({first}, pin({"ed25519"}), 1) == "1");
  auto second = signed_root(2, {"rsa"}, 1, {"rsa"});
  second.problems = {"it is not one"};
  CHECK(verdict({first, second}, pin({"ed25519"}), 2) ==
        "root 2 of `shop` has 0 of the 1 signature by the keys of root 1 that it needs; a signature of it "
        "cannot be used: it is not one");
}

TEST_CASE("chain: the next root needs the old keys and its own") {
  const auto first = signed_root(1, {"ed25519"}, 1, {"ed25519"});
  const auto next = [&](const std::vector<std::string>& signers) {
    return verdict({first, signed_root(2, {"rsa"}, 1, signers)}, pin({"ed25519"}), 2);
  };
  CHECK(next({"ed25519", "rsa"}) == "2");
  CHECK(next({"rsa"}) == "root 2 of `shop` has 0 of the 1 signature by the keys of root 1 that it needs");
  CHECK(next({"ed25519"}) == "root 2 of `shop` has 0 of the 1 signature by its own keys that it needs");
}

TEST_CASE("chain: a root that waits for signatures does not stop the one in force") {
  const auto first = signed_root(1, {"ed25519"}, 1, {"ed25519"});
  CHECK(verdict({first, signed_root(2, {"rsa"}, 1, {"rsa"})}, pin({"ed25519"}), 1) == "1");
}

TEST_CASE("chain: it is followed to its end, whatever the index calls the head") {
  const std::vector<SignedRoot> roots{signed_root(1, {"ed25519"}, 1, {"ed25519"}),
                                      signed_root(2, {"ecdsa"}, 1, {"ed25519", "ecdsa"}),
                                      signed_root(3, {"rsa"}, 1, {"ecdsa", "rsa"})};
  CHECK(verdict(roots, pin({"ed25519"}), 3) == "3");
  CHECK(verdict(roots, pin({"ed25519"}), 1) == "3");
  CHECK(verdict(roots, pin({"ecdsa"}), 3) == "3");  // pinned after the first rotation
  CHECK(verdict(roots, pin({"rsa"}), 3) == "3");
  CHECK(verdict(roots, pin({"ed25519"}), 4) == "root 4 of `shop`, which is said to be in force, is missing");
}

TEST_CASE("chain: a root that is missing or of another mesh ends it") {
  const auto first = signed_root(1, {"ed25519"}, 1, {"ed25519"});
  const auto third = signed_root(3, {"ed25519"}, 1, {"ed25519"});
  CHECK(verdict({first, third}, pin({"ed25519"}), 3) == "root 2 of `shop` is missing");
  auto foreign = first;
  foreign.root.mesh = "other";
  CHECK(verdict({foreign}, pin({"ed25519"}), 1) ==
        "root 1 of `other` is not of the mesh `shop` that is pinned");
}

TEST_CASE("chain: the last day of a root is still its own") {
  const Root root = test::root();
  CHECK(check_not_expired(root, *parse_day("2030-01-01")));
  const auto late = check_not_expired(root, *parse_day("2030-01-02"));
  REQUIRE_FALSE(late);
  CHECK(late.error().fault == Fault::corrupt);
  CHECK(late.error().message == "root 1 of `shop` expired after 2030-01-01");
}
