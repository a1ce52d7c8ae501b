#include "core/publish/verify.hpp"

#include "core/base/strings.hpp"
#include "core/oci/layout.hpp"
#include "core/publish/lifecycle.hpp"
#include "core/publish/listing.hpp"
#include "core/publish/roots.hpp"
#include "core/publish/signatures.hpp"
#include "tests/unit/publish/sample.hpp"
#include "tests/unit/trust/sample.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::publish;

namespace {

const Identity kOrders{"sales", "orders"};

struct Published {
  TempFolder folder;
  Watched store;

  Published() {
    for (const char* version : {"1.0.0", "1.1.0"}) {
      const Release release = release_of(folder, version, orders());
      apply_all({{&release, &store}}, options(), 1, [](const Receipt&) {});
    }
  }
  std::string problems() {
    std::string text;
    const auto verdicts = verify(store, {kOrders, ""}, true);
    REQUIRE(verdicts);
    for (const Verdict& verdict : *verdicts)
      for (const std::string& problem : verdict.problems)
        text +=
            (text.empty() ? "" : "; ") + verdict.version + (verdict.version.empty() ? "" : ": ") + problem;
    return text;
  }
  void replace(const std::string& key, std::string_view bytes) {
    REQUIRE(store.remove(key));
    REQUIRE(store.create(key, bytes, {}));
  }
  void edit(const std::function<void(oci::Index&)>& change, const std::string& from = "",
            const std::string& to = "") {
    oci::Index index = index_in(store);
    change(index);
    std::string bytes = oci::index_bytes(index);
    if (!from.empty()) {
      REQUIRE(bytes.find(from) != bytes.npos);
      bytes.replace(bytes.find(from), from.size(), to);
    }
    replace("sales/orders/index.json", bytes);
  }
  std::string blob(const std::string& bytes) { return oci::blob_key("sales/orders", oci::digest_of(bytes)); }
};

}  // namespace

TEST_CASE("verify: what was published is as it should be") {
  Published published;
  CHECK(published.problems() == "");
  CHECK(listing_problems(published.store, "sales")->empty());
}

TEST_CASE("verify: missing, of the wrong size and of other bytes are told apart") {
  Published published;
  const std::string key = published.blob("id: c\n");
  published.replace(key, "id: x\n");
  CHECK(published.problems().find("`" + key + "` holds other bytes than its digest says") !=
        std::string::npos);
  published.replace(key, "id:");
  CHECK(published.problems().find("has the wrong size: 3 bytes instead of 6") != std::string::npos);
  REQUIRE(published.store.remove(key));
  CHECK(published.problems().find("1.0.0: file `orders.odcs.yaml`: `" + key + "` is missing") !=
        std::string::npos);
}

TEST_CASE("verify: the manifest of another version or product") {
  Published published;
  published.edit([](oci::Index& index) {
    oci::Descriptor wrong = *index.find("1.0.0");
    wrong.annotations[std::string(oci::kRefName)] = "1.1.0";
    index.put(wrong);
  });
  CHECK(published.problems().find("is the manifest of version `1.0.0`, not of `1.1.0`") != std::string::npos);
}

TEST_CASE("verify: a document of another id") {
  Published published;
  published.edit([](oci::Index& index) { index.id = "urn:other"; });
  CHECK(published.problems().find(
            "its document has the id `urn:orders`, and the product was first published with "
            "`urn:other`") != std::string::npos);
}

TEST_CASE("verify: what is wrong with an index is said") {
  const auto nothing = [](oci::Index&) {};
  {
    Published published;
    published.edit(nothing, R"("vnd.mesh.rev":"2")", R"("other":"2")");
    CHECK(published.problems().starts_with("the index has no vnd.mesh.rev"));
  }
  {
    Published published;
    published.edit([](oci::Index& index) { index.head = "9.9.9"; });
    CHECK(published.problems() == "the head `9.9.9` is not among the releases");
  }
  {
    Published published;
    published.edit([](oci::Index& index) { index.head = "1.0.0"; });
    CHECK(published.problems() == "the head is 1.0.0, and the newest version that is not yanked is 1.1.0");
  }
  {
    Published published;
    published.edit(nothing, R"(ref.name":"1.1.0")", R"(ref.name":"1.0.0")");
    CHECK(published.problems().find("has the name `1.0.0` twice") != std::string::npos);
  }
  {
    Published published;
    published.edit([](oci::Index& index) {
      index.annotations["vnd.mesh.gc.deleting"] = index.find("1.0.0")->digest + "=2026-01-01";
    });
    CHECK(published.problems().find("given up for deletion") != std::string::npos);
  }
}

TEST_CASE("verify: a referrer is read with what it leads to") {
  Published published;
  const std::string layer = "signed";
  const std::string manifest = R"({"layers":[)" +
                               oci::write_json(oci::to_json(oci::describe("a/sig", layer))) +
                               R"(],"schemaVersion":2})";
  REQUIRE(published.store.create(published.blob(manifest), manifest, {}));
  published.edit(
      [&](oci::Index& index) { index.manifests.push_back(oci::describe(oci::kManifestType, manifest)); });
  CHECK(published.problems() == "`" + published.blob(layer) + "` is missing");
  REQUIRE(published.store.create(published.blob(layer), layer, {}));
  CHECK(published.problems() == "");
}

TEST_CASE("verify: a listing that is missing, damaged or out of date, and made again") {
  Published published;
  const auto problems = [&] { return join(*listing_problems(published.store, "sales"), "; "); };
  const std::string good = published.store.get("sales/listing.json", 10000)->bytes;
  yank(published.store, kOrders, "1.1.0", "", options());
  CHECK(problems() == "`sales/listing.json` is out of date about `orders`");
  unyank(published.store, kOrders, "1.1.0", options());
  published.replace("sales/listing.json", "[]");
  CHECK(problems() == "`sales/listing.json` is not a listing");
  published.replace("sales/listing.json",
                    R"({"domain":"sales","products":[{"product":"gone"}],"schemaVersion":1})");
  CHECK(problems() ==
        "`sales/listing.json` lacks `orders`; `sales/listing.json` lists `gone`, of which nothing is "
        "published");
  REQUIRE(published.store.remove("sales/listing.json"));
  CHECK(problems() == "`sales/listing.json` is missing");

  Options dry = options();
  dry.dry_run = true;
  CHECK(rebuild_listing(published.store, "sales", dry)->changed);
  CHECK(problems() == "`sales/listing.json` is missing");
  const auto rebuilt = rebuild_listing(published.store, "sales", options());
  REQUIRE(rebuilt);
  CHECK(rebuilt->changed);
  CHECK(rebuilt->products == 1);
  CHECK(problems() == "");
  CHECK(published.store.get("sales/listing.json", 10000)->bytes.size() == good.size());
  CHECK_FALSE(rebuild_listing(published.store, "sales", options())->changed);
}

TEST_CASE("verify: rebuilding keeps what was listed of a product whose index cannot be read") {
  Published published;
  const std::string before = published.store.get("sales/listing.json", 10000)->bytes;
  published.replace("sales/orders/index.json", "{");
  const auto rebuilt = rebuild_listing(published.store, "sales", options());
  REQUIRE(rebuilt);
  CHECK(rebuilt->unreadable == std::vector<std::string>{"orders"});
  CHECK(published.store.get("sales/listing.json", 10000)->bytes == before);
}

TEST_CASE("verify: an entry that says something else than its manifest is found") {
  const auto with = [](const char* name, const std::string& text) {
    return [=](oci::Index& index) {
      for (oci::Descriptor& entry : index.manifests)
        entry.rest.members.insert_or_assign(name, oci::Json::string(text));
    };
  };
  {
    Published published;
    published.edit(with("artifactType", "application/vnd.mesh.dataproducu.v1+json"));
    CHECK(
        published.problems().find("1.0.0: it is listed as `application/vnd.mesh.dataproducu.v1+json`, and is "
                                  "`application/vnd.mesh.dataproduct.v1+json`") != std::string::npos);
  }
  Published published;
  const auto signature = sign_manifest(test::signer("ecdsa"), kReleaseNamespace, "other bytes");
  std::vector<Blob> blobs;
  add_blobs(blobs, *signature);
  for (const Blob& blob : blobs)
    static_cast<void>(
        published.store.create(oci::blob_key("sales/orders", blob.descriptor.digest), *blob.bytes(), {}));
  const std::string key = oci::blob_key("sales/orders", signature->entry.digest);
  const std::string subject = oci::digest_of("other bytes"), wrong = oci::digest_of("others");
  const auto list = [&](const std::function<void(oci::Descriptor&)>& change) {
    published.edit([&](oci::Index& index) {
      std::erase_if(index.manifests, [](const auto& entry) { return tag_of(entry).empty(); });
      index.manifests.push_back(signature->entry);
      change(index.manifests.back());
    });
    return published.problems();
  };
  CHECK(list([&](oci::Descriptor& entry) {
          entry.rest.members["artifactType"] = oci::Json::string("a/b");
        }).find("`" + key + "` is listed as `a/b`, and is `application/vnd.mesh.signature.v1+json`") !=
        std::string::npos);
  CHECK(list([&](oci::Descriptor& entry) {
          entry.annotations[std::string(kSubject)] = wrong;
        }).find("`" + key + "` is listed as about `" + wrong + "`, and is about `" + subject + "`") !=
        std::string::npos);
}

TEST_CASE("verify: the layout of the roots is looked at like that of a product") {
  Published published;
  CHECK_FALSE(*verify_roots(published.store));
  REQUIRE(publish_root(published.store, test::root(), test::signer("ed25519"), options()));
  CHECK((*verify_roots(published.store))->problems.empty());
  const auto keys = published.store.list("mesh/root/");
  REQUIRE(keys->size() == 7);
  for (const std::string& key : *keys) {
    CAPTURE(key);
    const std::string good = published.store.get(key, 1 << 20)->bytes;
    const auto finds = [&] {
      const auto verdict = verify_roots(published.store);
      REQUIRE(verdict);
      REQUIRE(*verdict);
      REQUIRE_FALSE((*verdict)->problems.empty());
      CHECK((*verdict)->problems[0].find(key) != std::string::npos);
    };
    published.replace(key, good.substr(0, good.size() - 1));
    finds();
    std::string other = good;
    other[good.size() / 2] = '\x01';
    published.replace(key, other);
    finds();
    REQUIRE(published.store.remove(key));
    if (!key.ends_with("index.json")) finds();
    REQUIRE(published.store.create(key, good, {}));
  }
}

TEST_CASE("verify: a listing is found whose products were all taken away") {
  Published published;
  CHECK(listed_domains(published.store, {})->size() == 1);
  CHECK(listed_domains(published.store, {"sales"})->empty());
  REQUIRE(published.store.remove("sales/orders/index.json"));
  CHECK(*listed_domains(published.store, {}) == std::vector<std::string>{"sales"});
  CHECK(join(*listing_problems(published.store, "sales"), "; ") ==
        "`sales/listing.json` lists `orders`, of which nothing is published");
}

TEST_CASE("verify: what is asked about the index is a problem of the product") {
  Published published;
  const auto asked = [&](Fault fault) {
    return verify(published.store, {kOrders, ""}, true, [fault](const oci::Index&) {
      return Result<void>(fail(fault, "it is older", "take care"));
    });
  };
  const auto verdicts = asked(Fault::corrupt);
  REQUIRE(verdicts);
  CHECK(verdicts->at(0).problems == std::vector<std::string>{"it is older"});
  CHECK(verdicts->at(0).help == "take care");
  CHECK(asked(Fault::local_io).error().fault == Fault::local_io);
}
