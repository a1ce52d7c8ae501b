#include "core/publish/promote.hpp"

#include "core/oci/layout.hpp"
#include "core/publish/lifecycle.hpp"
#include "tests/unit/publish/sample.hpp"
#include "tests/unit/trust/sample.hpp"

#include <doctest.h>

#include <algorithm>

using namespace mesh;
using namespace mesh::publish;

namespace {

const Identity kOrders{"sales", "orders"};

// Two stores that know that they are two.
class Named final : public store::Store {
 public:
  explicit Named(std::string url) : url_(std::move(url)) {}
  std::string url() const override { return url_; }
  Result<store::Object> get(std::string_view key, uint64_t limit) override { return inner_->get(key, limit); }
  Result<store::Created> create(std::string_view key, std::string_view bytes,
                                const store::Put& put) override {
    ++writes;
    return inner_->create(key, bytes, put);
  }
  Result<store::Token> swap(std::string_view key, const std::optional<store::Token>& expected,
                            std::string_view bytes, const store::Put& put) override {
    ++writes;
    return inner_->swap(key, expected, bytes, put);
  }
  Result<std::vector<std::string>> list(std::string_view prefix) override { return inner_->list(prefix); }
  Result<void> remove(std::string_view key) override { return inner_->remove(key); }
  size_t writes = 0;

 private:
  std::string url_;
  std::unique_ptr<store::Store> inner_ = store::memory_store();
};

struct Stages {
  TempFolder folder;
  Named dev{"memory:dev"}, prod{"memory:prod"};

  void publish(const std::string& version, const std::string& contract = "id: c\n") {
    REQUIRE(apply(dev, release_of(folder, version, orders(contract)), options()).action != Action::refused);
  }
  Result<Receipt> promote(const std::string& version, bool allow_snapshot = false) {
    return publish::promote(dev, prod, *parse_wanted("sales/orders@" + version), allow_snapshot, options());
  }
  // A manifest about another, with one layer.
  oci::Descriptor refer(const oci::Descriptor& subject, const std::string& layer) {
    const auto text = [](const oci::Descriptor& d) { return oci::write_json(oci::to_json(d)); };
    const std::string manifest =
        R"({"config":)" + text(oci::describe(oci::kEmptyType, "{}")) + R"(,"layers":[)" +
        text(oci::describe("a/sig", layer)) +
        R"(],"mediaType":"application/vnd.oci.image.manifest.v1+json","schemaVersion":2,)"
        R"("subject":)" +
        text(subject) + "}";
    for (const std::string& bytes : {layer, manifest})
      REQUIRE(dev.create(oci::blob_key("sales/orders", oci::digest_of(bytes)), bytes, {}));
    auto object = *dev.get("sales/orders/index.json", oci::kMaxIndex);
    oci::Index index = *oci::read_index(object.bytes);
    oci::Descriptor entry = oci::describe(oci::kManifestType, manifest);
    entry.rest.members.emplace("artifactType", oci::Json::string("a/signature"));
    index.manifests.push_back(entry);
    REQUIRE(dev.swap("sales/orders/index.json", object.token, oci::index_bytes(index), {}));
    return entry;
  }
};

}  // namespace

TEST_CASE("promote: the same digest, files, time and status arrive, and nothing the second time") {
  Stages stages;
  stages.publish("1.0.0");
  CHECK(stages.promote("1.0.0")->action == Action::created);
  const oci::Index index = index_in(stages.prod);
  CHECK(*index.find("1.0.0") == *index_in(stages.dev).find("1.0.0"));
  CHECK(index.id == "urn:orders");
  CHECK(index.head == "1.0.0");
  CHECK(index.rev == 1);
  CHECK(fetch(stages.prod, {kOrders, ""})->files == fetch(stages.dev, {kOrders, ""})->files);
  const size_t writes = stages.prod.writes;
  CHECK(stages.promote("^1")->action == Action::unchanged);
  CHECK(stages.prod.writes == writes);
}

TEST_CASE(
    "promote: signatures go with the release, also signatures of signatures, and later ones are added") {
  Stages stages;
  stages.publish("1.0.0");
  stages.publish("1.1.0");
  const oci::Descriptor signature = stages.refer(*index_in(stages.dev).find("1.0.0"), "signed");
  const oci::Descriptor nested = stages.refer(signature, "signed again");
  stages.refer(*index_in(stages.dev).find("1.1.0"), "of another release");
  CHECK(stages.promote("1.0.0")->action == Action::created);
  oci::Index index = index_in(stages.prod);
  REQUIRE(index.manifests.size() == 3);
  for (const oci::Descriptor& entry : {signature, nested})
    CHECK(std::ranges::find(index.manifests, entry) != index.manifests.end());
  CHECK(stages.prod.get(oci::blob_key("sales/orders", oci::digest_of("signed again")), 100));
  CHECK_FALSE(stages.prod.get(oci::blob_key("sales/orders", oci::digest_of("of another release")), 100));

  stages.refer(*index.find("1.0.0"), "a later one");
  const auto later = stages.promote("1.0.0");
  CHECK(later->action == Action::updated);
  CHECK(index_in(stages.prod).manifests.size() == 4);
  CHECK(stages.promote("1.0.0")->action == Action::unchanged);
}

TEST_CASE("promote: a version that is there with other content is a conflict that names the files") {
  Stages stages;
  stages.publish("1.0.0");
  const TempFolder elsewhere;
  apply(stages.prod, release_of(elsewhere, "1.0.0", orders("id: other\n")), options());
  const auto receipt = stages.promote("1.0.0");
  CHECK(receipt->fault == Fault::conflict);
  CHECK(receipt->reason == "version 1.0.0 exists with other content: `orders.odcs.yaml` differs");
  CHECK(index_in(stages.prod).rev == 1);
}

TEST_CASE("promote: the id is the one of the document, and bound") {
  Stages stages;
  stages.publish("1.0.0");
  const TempFolder elsewhere;
  apply(stages.prod, release_of(elsewhere, "0.1.0", orders(), "urn:other"), options());
  CHECK(stages.promote("1.0.0")->fault == Fault::conflict);
  CHECK(index_in(stages.prod).rev == 1);
}

TEST_CASE("promote: what is yanked, retired, missing or a snapshot is not promoted") {
  Stages stages;
  stages.publish("1.0.0");
  stages.publish("1.1.0");
  stages.publish("snapshot");
  yank(stages.dev, kOrders, "1.1.0", "", options());
  CHECK(stages.promote("1.1.0").error().fault == Fault::conflict);
  CHECK(stages.promote("3.0.0").error().fault == Fault::not_found);
  CHECK(stages.promote("snapshot").error().fault == Fault::usage);
  CHECK(stages.prod.writes == 0);
  CHECK(stages.promote("snapshot", true)->action == Action::created);
  stages.publish("snapshot", "id: newer\n");
  CHECK(stages.promote("snapshot", true)->action == Action::updated);
  CHECK(index_in(stages.prod).head.empty());
  retire(stages.prod, kOrders, Retirement{"old", ""}, options());
  CHECK(stages.promote("1.0.0")->fault == Fault::conflict);
  retire(stages.dev, kOrders, Retirement{"old", ""}, options());
  CHECK(stages.promote("1.0.0").error().fault == Fault::conflict);
  CHECK(publish::promote(stages.dev, stages.dev, *parse_wanted("sales/orders@1.0.0"), false, options())
            .error()
            .fault == Fault::usage);
}

TEST_CASE("promote: bytes that are not what their digest says do not arrive") {
  Stages stages;
  stages.publish("1.0.0");
  const std::string key = oci::blob_key("sales/orders", oci::digest_of("id: c\n"));
  REQUIRE(stages.dev.remove(key));
  REQUIRE(stages.dev.create(key, "id: x\n", {}));
  const auto damaged = stages.promote("1.0.0");
  REQUIRE_FALSE(damaged);
  CHECK(damaged.error().fault == Fault::corrupt);
  CHECK_FALSE(stages.prod.get("sales/orders/index.json", oci::kMaxIndex));
}

TEST_CASE("promote: a version yanked at the target stays yanked") {
  Stages stages;
  stages.publish("1.0.0");
  REQUIRE(stages.promote("1.0.0"));
  yank(stages.prod, kOrders, "1.0.0", "bad", options());
  const auto again = stages.promote("1.0.0");
  CHECK(again->action == Action::unchanged);
  CHECK(again->reason == "this version is yanked there");
}

TEST_CASE("promote: what is asked about the release stops it before anything is written") {
  Stages stages;
  stages.publish("1.0.0");
  std::string seen;
  const CheckRelease no = [&](const oci::Index& index, const oci::Descriptor& release) -> Result<void> {
    seen = std::to_string(index.rev) + " " + version_of(release);
    return fail(Fault::corrupt, "not signed");
  };
  const auto receipt =
      publish::promote(stages.dev, stages.prod, *parse_wanted("sales/orders@^1"), false, options(), no);
  REQUIRE_FALSE(receipt);
  CHECK(receipt.error().message == "not signed");
  CHECK(seen == "1 1.0.0");
  CHECK(stages.prod.writes == 0);
}

TEST_CASE("promote: a snapshot that is replaced takes its signatures along") {
  Stages stages;
  Options signing = options();
  signing.signer = [](const Identity&) -> Result<crypto::Signer> { return test::signer("ecdsa"); };
  for (const char* contract : {"id: c\n", "id: d\n", "id: e\n"}) {
    apply(stages.dev, release_of(stages.folder, "snapshot", orders(contract)), signing);
    REQUIRE(stages.promote("snapshot", true)->action != Action::refused);
    CHECK(index_in(stages.prod).manifests.size() == 2);
  }
}

TEST_CASE("promote: one place written in two ways is one target") {
  const TempFolder folder;
  Named dev{"file://" + folder.path() + "/public"}, same{"file://" + folder.path() + "/x/../public/"};
  CHECK(publish::promote(dev, same, *parse_wanted("sales/orders@1.0.0"), false, options()).error().fault ==
        Fault::usage);
}
