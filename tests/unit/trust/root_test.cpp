#include "core/trust/root.hpp"

#include "core/base/strings.hpp"
#include "tests/unit/trust/sample.hpp"

#include <algorithm>

using namespace mesh;
using namespace mesh::trust;

namespace {

// What a root's bytes with one part replaced are refused for; "" when they are not.
std::string refusal(const std::string& part, const std::string& other) {
  std::string bytes = root_bytes(test::root());
  const size_t at = bytes.find(part);
  REQUIRE_MESSAGE(at != bytes.npos, part);
  const auto root = read_root(bytes.replace(at, part.size(), other));
  if (!root) CHECK(root.error().fault == Fault::corrupt);
  return root ? "" : root.error().message;
}

}  // namespace

TEST_CASE("root: it is read as it was written, and written in one way") {
  Root root = test::root();
  root.serial = 7;
  root.revoked = {{test::key("rsa"), "2026-01-02T03:04:05Z", "lost"}};
  root.domains.pop_back();
  const std::string bytes = root_bytes(root);
  const auto read = read_root(bytes);
  REQUIRE_MESSAGE(read, read.error().message);
  CHECK(root_bytes(*read) == bytes);
  CHECK(read->serial == 7);
  CHECK(read->mesh == "shop");
  CHECK(to_string(read->expires) == "2030-01-01");
  CHECK(read->revocation_of(test::key("rsa"))->reason == "lost");
  CHECK_FALSE(read->revocation_of(test::key("ecdsa")));
  CHECK(read->domain("sales")->signers.front() == test::key("ecdsa"));
  CHECK_FALSE(read->domain("finance"));
  Root other = root;
  std::ranges::reverse(other.domains);
  CHECK(root_bytes(other) == bytes);
}

TEST_CASE("root: what contradicts itself is refused") {
  const std::string line = crypto::line_of(test::key("ed25519"));
  CHECK(refusal("\"serial\":1", "\"serial\":2").empty());
  CHECK(refusal("\"threshold\":1", "\"threshold\":2") == "it asks for 2 signatures and has 1 key");
  CHECK_FALSE(refusal("\"threshold\":1", "\"threshold\":0").empty());
  CHECK_FALSE(refusal("\"serial\":1", "\"serial\":0").empty());
  CHECK_FALSE(refusal("\"serial\":1", "\"serial\":1.5").empty());
  CHECK_FALSE(refusal("\"serial\":1", "\"serial\":\"1\"").empty());
  CHECK(refusal("\"keys\":[\"" + line, "\"keys\":[\"" + line + "\",\"" + line).find("is there twice") !=
        std::string::npos);
  CHECK(refusal("\"name\":\"finance\"", "\"name\":\"sales\"") == "the domain `sales` is there twice");
  CHECK(refusal("\"prefix\":\"finance\"", "\"prefix\":\"sales\"") ==
        "the prefix `sales` is not one of the domain `finance`");
  CHECK(refusal("\"prefix\":\"finance\"", "\"prefix\":\"finance/ledger\"").empty());
  CHECK_FALSE(refusal("\"prefix\":\"finance\"", "\"prefix\":\"finance/../sales\"").empty());
  CHECK(refusal("\"name\":\"finance\",\"prefix\":\"finance\"", "\"name\":\"mesh\",\"prefix\":\"mesh\"") ==
        "`mesh` cannot be the name of a domain");
  CHECK_FALSE(refusal("2030-01-01", "2030-13-01").empty());
  CHECK_FALSE(refusal("\"kind\":\"Root\"", "\"kind\":\"Mesh\"").empty());
  CHECK_FALSE(refusal("\"serial\":1", "\"serial\":1,\"extra\":true").empty());
  CHECK_FALSE(refusal("\"serial\":1", "\"serial\":1,\"serial\":2").empty());
}

TEST_CASE("root: cut or changed at any byte it is refused, or another one") {
  const std::string bytes = root_bytes(test::root());
  for (size_t i = 0; i < bytes.size(); ++i) {
    CHECK_FALSE(read_root(bytes.substr(0, i)));
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    if (const auto root = read_root(flipped)) CHECK(root_bytes(*root) != bytes);
  }
}

TEST_CASE("root: revoked keys can neither sign it nor be signers of a domain that is published") {
  Root root = test::root();
  root.revoked = {{test::key("ecdsa"), "2026-01-02T03:04:05Z", {}}};
  const auto signer = check_root(root);
  REQUIRE_FALSE(signer);
  CHECK(signer.error().fault == Fault::usage);
  CHECK(signer.error().message.find("domain `sales`") != std::string::npos);
  root = test::root();
  root.revoked = {{test::key("ed25519"), "2026-01-02T03:04:05Z", {}}};
  CHECK_FALSE(check_root(root));
  CHECK_FALSE(read_root(root_bytes(root)));
}

TEST_CASE("root: what changed is told") {
  Root after = test::root("rsa");
  after.domains.pop_back();
  after.domains.push_back({"logistics", "logistics", {test::key("ed25519")}});
  const auto told = changes(test::root(), after);
  const auto has = [&](const std::string& sentence) {
    return std::ranges::any_of(told, [&](const std::string& one) { return one.starts_with(sentence); });
  };
  CHECK(told.size() == 5);
  CHECK(has("new key of the root SHA256:"));
  CHECK(has("no longer key of the root SHA256:"));
  CHECK(has("new domain `logistics`"));
  CHECK(has("new signer of `logistics`"));
  CHECK(has("no longer domain `finance`"));
  CHECK(changes(after, after).empty());
}
