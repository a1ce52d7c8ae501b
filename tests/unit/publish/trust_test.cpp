#include "core/publish/trusted.hpp"

#include "core/oci/artifact.hpp"
#include "core/oci/layout.hpp"
#include "core/publish/signatures.hpp"
#include "tests/unit/publish/sample.hpp"
#include "tests/unit/trust/sample.hpp"

#include <algorithm>

using namespace mesh;
using namespace mesh::publish;
using test::key;
using test::signer;

namespace {

Options signed_by(const std::string& name) {
  Options options = publish::options();
  options.signer = [name](const Identity&) -> Result<crypto::Signer> { return signer(name); };
  return options;
}

Reader reader(const TempFolder& folder, const std::vector<std::string>& keys,
              const char* today = "2029-01-01") {
  Reader reader;
  reader.state_folder = folder / "state";
  reader.today = *parse_day(today);
  trust::Pin pin{"shop", "", 1, {}};
  for (const std::string& name : keys) pin.keys.push_back(key(name));
  reader.pins = {pin};
  return reader;
}

std::string told(const Result<std::optional<Trusted>>& trusted) {
  if (!trusted) CHECK(trusted.error().fault == Fault::corrupt);
  return !trusted   ? trusted.error().message
         : *trusted ? "root " + std::to_string((*trusted)->root.serial)
                    : "nothing";
}

std::string told(const Result<crypto::PublicKey>& checked) {
  if (!checked) CHECK(checked.error().fault == Fault::corrupt);
  return checked ? checked->comment : checked.error().message;
}

Result<crypto::PublicKey> check(store::Store& store, const trust::Root& root,
                                const std::string& version = "1.0.0") {
  const oci::Index index = index_in(store);
  return check_signed(store, {"sales", "orders"}, index, *index.find(version), root);
}

}  // namespace

TEST_CASE("signatures: one is published in the same swap as its release, as a referrer") {
  const TempFolder folder;
  Watched store;
  const Release release = release_of(folder, "1.0.0", orders());
  CHECK(plan(store, release, signed_by("ecdsa")).action == Action::created);
  CHECK(apply(store, release, signed_by("ecdsa")).action == Action::created);
  CHECK(std::ranges::count(store.written, "sales/orders/index.json") == 1);
  CHECK(store.written.back() == "sales/orders/index.json");

  const oci::Index index = index_in(store);
  CHECK(index.rev == 1);
  REQUIRE(index.manifests.size() == 2);
  const oci::Descriptor& entry = index.manifests[1];
  CHECK(entry.annotation(oci::kRefName).empty());
  CHECK(oci::artifact_type_of(entry) == kSignatureType);
  const auto artifact = oci::read_artifact(*read_blob(store, release.identity, entry, 10000));
  REQUIRE(artifact);
  CHECK(artifact->subject->digest == release.digest);
  CHECK(artifact->subject->size == release.bytes().size());
  const auto text = read_blob(store, release.identity, artifact->layers.at(0), 10000);
  CHECK(crypto::check_ssh_signature(*crypto::read_ssh_signature(*text), "mesh-release", release.bytes()));
}

TEST_CASE("signatures: publishing again adds that of another key, and no second one of the same") {
  const TempFolder folder;
  Watched store;
  const Release release = release_of(folder, "1.0.0", orders());
  apply(store, release, options());
  const Receipt planned = plan(store, release, signed_by("ecdsa"));
  CHECK(planned.action == Action::updated);
  CHECK(planned.reason.find("comes in addition") != std::string::npos);
  CHECK(apply(store, release, signed_by("ecdsa")).action == Action::updated);
  const oci::Descriptor before = *index_in(store).find("1.0.0");
  store.written.clear();
  CHECK(apply(store, release, signed_by("ecdsa")).action == Action::unchanged);
  CHECK(apply(store, release, options()).action == Action::unchanged);
  CHECK(store.written.empty());
  CHECK(apply(store, release, signed_by("ed25519")).action == Action::updated);
  CHECK(index_in(store).manifests.size() == 3);
  CHECK(*index_in(store).find("1.0.0") == before);
  CHECK(index_in(store).rev == 3);
}

TEST_CASE("signatures: one that was damaged is made again") {
  const TempFolder folder;
  Watched store;
  const Release release = release_of(folder, "1.0.0", orders());
  apply(store, release, signed_by("ecdsa"));  // each time another one
  const std::string blob = oci::blob_key("sales/orders", index_in(store).manifests[1].digest);
  const auto object = store.get(blob, 10000);
  REQUIRE(store.inner->swap(blob, object->token, "{}", {}));
  CHECK(apply(store, release, signed_by("ecdsa")).action == Action::updated);
  CHECK(told(check(store, test::root())) == "test ecdsa");
}

TEST_CASE("signatures: a version with other content is not signed, a snapshot loses the old ones") {
  const TempFolder folder;
  Watched store;
  apply(store, release_of(folder, "1.0.0", orders()), options());
  Options skipping = signed_by("ecdsa");
  skipping.skip_existing = true;
  CHECK(apply(store, release_of(folder, "1.0.0", orders("id: d\n")), skipping).action == Action::unchanged);
  CHECK(index_in(store).manifests.size() == 1);

  apply(store, release_of(folder, "snapshot", orders("id: e\n")), signed_by("ecdsa"));
  CHECK(index_in(store).manifests.size() == 3);
  apply(store, release_of(folder, "snapshot", orders("id: f\n")), signed_by("ecdsa"));
  CHECK(index_in(store).manifests.size() == 3);
  CHECK(told(check(store, test::root(), "snapshot")) == "test ecdsa");
}

TEST_CASE("signatures: who may not sign refuses the release before anything is written") {
  const TempFolder folder;
  Watched store;
  Options nobody = options();
  nobody.signer = [](const Identity&) -> Result<crypto::Signer> { return fail(Fault::usage, "not you"); };
  const Receipt receipt = apply(store, release_of(folder, "1.0.0", orders()), nobody);
  CHECK(receipt.action == Action::refused);
  CHECK(receipt.fault == Fault::usage);
  CHECK(receipt.reason == "not you");
  CHECK(store.written.empty());
}

TEST_CASE("trusted: each way in which a release is not signed as it must be has its own words") {
  const TempFolder folder;
  Watched store;
  const trust::Root root = test::root();
  const std::string id = crypto::fingerprint(key("ecdsa"));
  apply(store, release_of(folder, "1.0.0", orders()), options());
  CHECK(told(check(store, root)) == "it has no signature");
  CHECK(check(store, root).error().help.find("whoever signs for `sales` publishes the same files again") !=
        std::string::npos);

  apply(store, release_of(folder, "1.0.0", orders()), signed_by("rsa"));
  CHECK(told(check(store, root)) == "it is signed by " + crypto::fingerprint(key("rsa")) +
                                        " (test rsa), a signer of the domain `finance`, not of `sales`");
  apply(store, release_of(folder, "1.0.0", orders()), signed_by("ed25519"));
  CHECK(told(check(store, root)).find("which the root names as nobody's signer") != std::string::npos);
  apply(store, release_of(folder, "1.0.0", orders()), signed_by("ecdsa"));
  CHECK(told(check(store, root)) == "test ecdsa");

  trust::Root revoking = root;
  revoking.revoked = {{key("ecdsa"), "2028-01-02T03:04:05Z", "lost"}};
  CHECK(told(check(store, revoking))
            .find(id + " (test ecdsa), a key that is revoked since 2028-01-02T03:04:05Z (lost)") !=
        std::string::npos);
  trust::Root without = root;
  without.domains.erase(without.domains.begin());
  CHECK(told(check(store, without)) == "root 1 of `shop` does not name the domain `sales`");
  trust::Root elsewhere = root;
  elsewhere.domains[0].prefix = "sales/returns";
  CHECK(told(check(store, elsewhere)) ==
        "root 1 of `shop` lets the domain `sales` publish at `sales/returns` only");
  elsewhere.domains[0].prefix = "sales/orders";
  CHECK(told(check(store, elsewhere)) == "test ecdsa");
}

TEST_CASE("trusted: a signature over other bytes, or for another purpose, counts for nothing") {
  const TempFolder folder;
  Watched store;
  const Release release = release_of(folder, "1.0.0", orders());
  apply(store, release, options());
  // By the right key, listed for this release and made for another manifest, or as a root is signed.
  for (const bool purpose : {false, true}) {
    auto made = sign_manifest(signer("ecdsa"), purpose ? kRootNamespace : kReleaseNamespace,
                              purpose ? release.bytes() : release.bytes() + " ");
    auto artifact = *oci::read_artifact(made->manifest);
    artifact.subject = oci::describe(oci::kManifestType, release.bytes());
    made->manifest = oci::artifact_bytes(artifact);
    const auto annotations = made->entry.annotations;
    const auto rest = made->entry.rest;
    made->entry = oci::describe(oci::kManifestType, made->manifest);
    made->entry.rest = rest;
    std::vector<Blob> blobs;
    add_blobs(blobs, *made);
    for (const Blob& blob : blobs)
      REQUIRE(store.create(oci::blob_key("sales/orders", blob.descriptor.digest), *blob.bytes(), {}));
    auto stored = read_stored(store, release.identity);
    oci::Index index = (*stored)->index;
    drop_signatures(index, release.digest);
    std::erase_if(index.manifests, [](const oci::Descriptor& entry) {
      return oci::artifact_type_of(entry) == kSignatureType;
    });
    list_referrer(index, *made);
    REQUIRE(store.swap("sales/orders/index.json", (*stored)->token, oci::index_bytes(index), {}));
    CHECK(told(check(store, test::root())) ==
          (purpose ? "its signature cannot be used: it was made for the namespace `mesh-root`, not for "
                     "`mesh-release`"
                   : "its signature cannot be used: it is over other bytes, or not by the key it names"));
  }
}

TEST_CASE("roots: the first is in force once its own keys signed, and is read back by who pinned them") {
  const TempFolder folder;
  Watched store;
  CHECK(told(trusted_root(store, reader(folder, {}))) ==
        "no root is published at " + store.url() + ", and one is pinned for it");
  const auto unsigned_root = publish_root(store, test::root(), std::nullopt, options());
  REQUIRE_MESSAGE(unsigned_root, unsigned_root.error().message);
  CHECK(unsigned_root->missing == "has 0 of the 1 signature by its own keys that it needs");
  CHECK(read_roots(store)->head == 0);
  CHECK(told(trusted_root(store, reader(folder, {"ed25519"}))).find("none of the keys that are pinned") !=
        std::string::npos);

  CHECK(sign_root(store, signer("rsa"), "", options()).error().fault == Fault::usage);
  CHECK(sign_root(store, signer("ed25519"), "sha256:other", options()).error().fault == Fault::conflict);
  const auto now = sign_root(store, signer("ed25519"), unsigned_root->digest, options());
  REQUIRE_MESSAGE(now, now.error().message);
  CHECK(now->missing.empty());
  CHECK(now->written);
  CHECK_FALSE(sign_root(store, signer("ed25519"), "", options())->written);
  CHECK(read_roots(store)->head == 1);
  CHECK(told(trusted_root(store, reader(folder, {"ed25519"}))) == "root 1");
  CHECK(told(trusted_root(store, reader(folder, {"ed25519"}, "2030-01-02"))) ==
        "root 1 of `shop` expired after 2030-01-01");
  CHECK(publish_root(store, test::root(), signer("ed25519"), options()).error().fault == Fault::conflict);
  CHECK(products_in(store, "")->empty());
}

TEST_CASE("roots: a rotation waits for the old keys, and old roots are not believed again") {
  const TempFolder folder;
  Watched store;
  REQUIRE(publish_root(store, test::root(), signer("ed25519"), options()));
  CHECK(told(trusted_root(store, reader(folder, {"ed25519"}))) == "root 1");
  const auto old_index = store.get("mesh/root/index.json", 100000);

  trust::Root next = test::root("rsa");
  next.serial = 2;
  const auto waits = publish_root(store, next, signer("rsa"), options());
  REQUIRE_MESSAGE(waits, waits.error().message);
  CHECK(waits->missing == "has 0 of the 1 signature by the keys of root 1 that it needs");
  CHECK(told(trusted_root(store, reader(folder, {"ed25519"}))) == "root 1");

  // Another one takes the place of what waits, and what was signed of that is gone with it.
  next.domains.pop_back();
  REQUIRE(publish_root(store, next, signer("ed25519"), options()));
  const auto done = sign_root(store, signer("rsa"), "", options());
  REQUIRE(done);
  CHECK(done->missing.empty());
  CHECK(told(trusted_root(store, reader(folder, {"ed25519"}))) == "root 2");
  CHECK(told(trusted_root(store, reader(folder, {"rsa"}))) == "root 2");

  const auto now = store.get("mesh/root/index.json", 100000);
  REQUIRE(store.swap("mesh/root/index.json", now->token, old_index->bytes, {}));
  CHECK(told(trusted_root(store, reader(folder, {"ed25519"}))) ==
        "root 1 of `shop` is older than root 2, which was seen there before: it is replayed");
}

TEST_CASE("roots: two that are published at once cannot both be the next") {
  const TempFolder folder;
  Watched store;
  bool once = true;
  store.before_swap = [&](std::string_view key) {
    if (key.ends_with("index.json") && std::exchange(once, false))
      REQUIRE(publish_root(*store.inner, test::root("ed25519", "rsa"), signer("ed25519"), options()));
  };
  CHECK(publish_root(store, test::root(), signer("ed25519"), options()).error().fault == Fault::conflict);
  CHECK(read_roots(store)->roots.size() == 1);
}

TEST_CASE("roots: with any byte of any object changed nothing but the same root is trusted") {
  const TempFolder folder;
  Watched store;
  REQUIRE(publish_root(store, test::root(), signer("ed25519"), options()));
  const auto digest = read_roots(store)->roots.at(0).digest;
  const auto keys = store.list("mesh/");
  for (const std::string& key : *keys) {
    const auto good = store.get(key, 100000);
    for (size_t i = 0; i < good->bytes.size(); ++i) {
      std::string bad = good->bytes;
      bad[i] = static_cast<char>(bad[i] ^ 1);
      REQUIRE(store.inner->remove(key));
      REQUIRE(store.inner->create(key, bad, {}));
      const auto trusted = trusted_root(store, reader(folder, {"ed25519"}));
      if (trusted && *trusted) CHECK(trust::root_bytes((*trusted)->root) == trust::root_bytes(test::root()));
    }
    REQUIRE(store.inner->remove(key));
    REQUIRE(store.inner->create(key, good->bytes, {}));
  }
  CHECK(read_roots(store)->roots.at(0).digest == digest);
}

TEST_CASE("trusted: the people of another pinned mesh say nothing about a target that holds this one") {
  const TempFolder folder;
  Watched store, theirs;
  REQUIRE(publish_root(store, test::root(), signer("ed25519"), options()));
  trust::Root other = test::root("rsa", "rsa");
  other.mesh = "partner";
  REQUIRE(publish_root(theirs, other, signer("rsa"), options()));
  Reader both = reader(folder, {"ed25519"});
  both.pins.push_back({"partner", "", 1, {key("rsa")}});
  both.pins_path = "trust.yaml";
  CHECK(told(trusted_root(store, both)) == "root 1");

  const auto ours = store.list("mesh/"), others = theirs.list("mesh/");
  for (const std::string& name : *ours) REQUIRE(store.remove(name));
  for (const std::string& name : *others)
    REQUIRE(store.create(name, theirs.get(name, 100000)->bytes, {}));
  CHECK(told(trusted_root(store, both)) ==
        "the root that is published there is of the mesh `partner`, and one of `shop` was seen there before");
  CHECK(trusted_root(store, both).error().help.find("trust.yaml") != std::string::npos);
  both.pins[1].target = trust::place_of(store.url());  // who means it can say so
  CHECK(told(trusted_root(store, both)) == "root 1");
}

TEST_CASE("roots: a signature that is damaged is told where it is missing") {
  const TempFolder folder;
  Watched store;
  REQUIRE(publish_root(store, test::root(), signer("ed25519"), options()));
  const auto roots = read_stored(store, root_place());
  const std::string key = oci::blob_key("mesh/root", (*roots)->index.manifests.at(1).digest);
  REQUIRE(store.remove(key));
  CHECK(
      told(trusted_root(store, reader(folder, {"ed25519"}))) ==
      "root 1 of `shop` is signed by none of the keys that are pinned; a signature of it cannot be used: `" +
          key + "` is missing");
}

TEST_CASE("trusted: nothing pinned is no root, and says how to pin one") {
  const TempFolder folder;
  Watched store;
  Reader nobody = reader(folder, {});
  nobody.pins.clear();
  CHECK(told(trusted_root(store, nobody)) == "nothing");
  CHECK(nothing_pinned(store, nobody).fault == Fault::usage);
  CHECK(nothing_pinned(store, nobody).help.find("--format pin") != std::string::npos);
}
