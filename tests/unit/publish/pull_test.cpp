#include "core/publish/pull.hpp"

#include "core/oci/layout.hpp"
#include "core/publish/verify.hpp"
#include "tests/unit/publish/sample.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::publish;

namespace {

std::unique_ptr<store::Store> store_with(const TempFolder& folder,
                                         std::initializer_list<const char*> versions) {
  auto store = store::memory_store();
  for (const char* version : versions)
    REQUIRE(
        apply(*store, release_of(folder, version, orders(std::string("id: ") + version + "\n")), options())
            .action == Action::created);
  return store;
}

std::string chosen(store::Store& store, const std::string& version) {
  const auto wanted = parse_wanted("sales/orders" + version);
  REQUIRE(wanted);
  const auto entry = choose(index_in(store), *wanted);
  return entry ? std::string(tag_of(*entry)) : "none";
}

// Replaces what lies under a key.
void damage(store::Store& store, const std::string& key, std::string_view bytes) {
  REQUIRE(store.remove(key));
  REQUIRE(store.create(key, bytes, {}));
}

}  // namespace

TEST_CASE("pull: the version is chosen by name, range or digest") {
  const TempFolder folder;
  const auto store = store_with(
      folder, {"0.1.0", "0.1.5", "0.2.0", "1.0.0", "1.2.0", "1.2.7", "1.10.0", "2.0.0-rc.1", "snapshot"});
  CHECK(chosen(*store, "") == index_in(*store).head);
  CHECK(chosen(*store, "@latest") == index_in(*store).head);
  CHECK(chosen(*store, "@snapshot") == "snapshot");
  CHECK(chosen(*store, "@1.2.0") == "1.2.0");
  CHECK(chosen(*store, "@v1.2.0") == "1.2.0");
  CHECK(chosen(*store, "@2.0.0-rc.1") == "2.0.0-rc.1");
  CHECK(chosen(*store, "@^1") == "1.10.0");
  CHECK(chosen(*store, "@^1.2.1") == "1.10.0");
  CHECK(chosen(*store, "@~1.2") == "1.2.7");
  CHECK(chosen(*store, "@~1.2.0") == "1.2.7");
  CHECK(chosen(*store, "@~1") == "1.10.0");
  CHECK(chosen(*store, "@^0.1.2") == "0.1.5");
  CHECK(chosen(*store, "@^0") == "0.2.0");
  CHECK(chosen(*store, "@^2") == "none");
  CHECK(chosen(*store, "@3.0.0") == "none");
  CHECK(chosen(*store, "@" + index_in(*store).find("1.0.0")->digest) == "1.0.0");
  CHECK(chosen(*store, "@" + oci::digest_of("other")) == "none");
}

TEST_CASE("pull: a yanked release is given by its name, not by a range") {
  const TempFolder folder;
  const auto store = store_with(folder, {"1.0.0", "1.1.0"});
  oci::Index index = index_in(*store);
  oci::Descriptor entry = *index.find("1.1.0");
  entry.annotations[std::string(oci::kStatus)] = "yanked";
  index.put(entry);
  CHECK(newest(index) == "1.0.0");
  CHECK(tag_of(*choose(index, *parse_wanted("sales/orders@^1"))) == "1.0.0");
  CHECK(tag_of(*choose(index, *parse_wanted("sales/orders@1.1.0"))) == "1.1.0");
}

TEST_CASE("pull: a manifest that lists more than a release may have is refused before anything is fetched") {
  const TempFolder folder;
  const auto store = store_with(folder, {"1.0.0"});
  const auto listing = [&](int copies) {
    oci::Manifest manifest{"sales", "orders", "1.0.0", {}};
    for (int i = 0; i < copies; ++i)
      manifest.layers.push_back({std::string(oci::kBytesType),
                                 oci::digest_of("big"),
                                 kMaxFile,
                                 {{std::string(oci::kTitle), "copy" + std::to_string(i)}}});
    const std::string bytes = oci::manifest_bytes(manifest);
    oci::Index index = index_in(*store);
    oci::Descriptor entry = oci::describe(oci::kManifestType, bytes);
    entry.annotations = index.find("1.0.0")->annotations;
    index.put(entry);
    damage(*store, "sales/orders/index.json", oci::index_bytes(index));
    REQUIRE(store->create(oci::blob_key("sales/orders", entry.digest), bytes, {}));
    const auto fetched = fetch(*store, *parse_wanted("sales/orders"));
    REQUIRE_FALSE(fetched);
    CHECK(fetched.error().fault == Fault::corrupt);
    return fetched.error().message;
  };
  CHECK(listing(4).ends_with("is missing"));
  CHECK(listing(5).ends_with("lists files that are larger together than the 1 GiB a release may have"));
}

TEST_CASE("pull: a head that names nothing is damage, not a release that is missing") {
  const TempFolder folder;
  const auto store = store_with(folder, {"1.0.0"});
  oci::Index index = index_in(*store);
  index.head = "9.9.9";
  for (const char* version : {"", "@latest"}) {
    const auto entry = choose(index, *parse_wanted(std::string("sales/orders") + version));
    REQUIRE_FALSE(entry);
    CHECK(entry.error().fault == Fault::corrupt);
    CHECK(entry.error().message == "the head `9.9.9` of `sales/orders` is not among its releases");
    CHECK_FALSE(entry.error().help.empty());
  }
  CHECK(choose(index, *parse_wanted("sales/orders@1.0.0")));
  CHECK(choose(index, *parse_wanted("sales/orders@2.0.0")).error().fault == Fault::not_found);
  const oci::Index nothing;
  CHECK(choose(nothing, *parse_wanted("sales/orders")).error().fault == Fault::not_found);
}

TEST_CASE("pull: what does not name a product or version is said to be so") {
  for (const char* text :
       {"", "orders", "sales/orders/x", "Sales/orders", "../orders", "sales/mesh", "sales/orders@",
        "sales/orders@1.0", "sales/orders@^x", "sales/orders@sha256:12", "sales/orders@main"}) {
    CAPTURE(text);
    const auto wanted = parse_wanted(text);
    REQUIRE_FALSE(wanted);
    CHECK(wanted.error().fault == Fault::usage);
  }
}

TEST_CASE("pull: the files come back byte for byte, and a second pull changes nothing") {
  const TempFolder folder, out;
  const auto store = store_with(folder, {"1.0.0"});
  const auto fetched = fetch(*store, *parse_wanted("sales/orders"));
  REQUIRE(fetched);
  const std::string target = out.path() + "/new/orders";
  CHECK(*write_folder(*fetched, target) == Written::now);
  CHECK(*read_file(target + "/orders.odcs.yaml") == "id: 1.0.0\n");
  CHECK(*read_file(target + "/product.odps.yaml") == orders().at("product.odps.yaml"));
  CHECK(*write_folder(*fetched, target) == Written::equal_already);
  CHECK(*write_folder(*fetched, target + "/") == Written::equal_already);
}

TEST_CASE("pull: a folder with other content is left alone") {
  const TempFolder folder, out;
  const auto store = store_with(folder, {"1.0.0"});
  const auto fetched = fetch(*store, *parse_wanted("sales/orders"));
  REQUIRE(fetched);
  write(out, "mine/notes.txt", "mine");
  write(out, "file", "mine");
  for (const char* name : {"/mine", "/file"}) {
    const auto written = write_folder(*fetched, out.path() + name);
    REQUIRE_FALSE(written);
    CHECK(written.error().fault == Fault::exists);
  }
  CHECK(*read_file(out.path() + "/mine/notes.txt") == "mine");
  REQUIRE(write_folder(*fetched, out.path() + "/orders"));
  write(out, "orders/extra", "x");
  CHECK_FALSE(write_folder(*fetched, out.path() + "/orders"));
  size_t entries = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(out.path())) ++entries;
  CHECK(entries == 3);  // no draft is left
}

TEST_CASE("pull: an empty folder is filled") {
  const TempFolder folder, out;
  const auto store = store_with(folder, {"1.0.0"});
  CHECK(*write_folder(*fetch(*store, *parse_wanted("sales/orders")), out.path()) == Written::now);
  CHECK(is_file(out.path() + "/orders.odcs.yaml"));
}

TEST_CASE("verify: what was published verifies") {
  const TempFolder folder;
  const auto store = store_with(folder, {"1.0.0", "1.1.0", "snapshot"});
  const auto verdicts = verify(*store, *parse_wanted("sales/orders"), true);
  REQUIRE(verdicts);
  REQUIRE(verdicts->size() == 3);
  for (const Verdict& verdict : *verdicts) CHECK(verdict.problems.empty());
  CHECK((*verdicts)[0].version == "1.0.0");
  CHECK(verify(*store, *parse_wanted("sales/orders@1.1.0"), false)->size() == 1);
  CHECK(verify(*store, *parse_wanted("sales/orders@9.9.9"), false).error().fault == Fault::not_found);
  CHECK(verify(*store, *parse_wanted("sales/other"), true).error().fault == Fault::not_found);
}

TEST_CASE("verify and pull: missing and other bytes are found in every part") {
  const TempFolder folder;
  const Release release = release_of(folder, "1.0.0", orders());
  const auto blob = [](std::string_view digest) { return oci::blob_key("sales/orders", digest); };
  const std::string manifest_key = blob(release.digest), file_key = blob(release.manifest().layers[0].digest);
  for (const std::string& key : {manifest_key, file_key}) {
    CAPTURE(key);
    const auto store = store::memory_store();
    apply(*store, release, options());
    const auto finds = [&] {
      const auto verdicts = verify(*store, *parse_wanted("sales/orders"), true);
      REQUIRE(verdicts);
      REQUIRE(verdicts->size() == 1);
      REQUIRE((*verdicts)[0].problems.size() == 1);
      CHECK((*verdicts)[0].problems[0].find(key) != std::string::npos);
      const auto fetched = fetch(*store, *parse_wanted("sales/orders"));
      REQUIRE_FALSE(fetched);
      CHECK(fetched.error().fault == Fault::corrupt);
    };
    std::string bytes = store->get(key, 1 << 20)->bytes;
    bytes.back() = bytes.back() == '}' ? ']' : '}';
    damage(*store, key, bytes);
    finds();
    damage(*store, key, bytes + "longer");
    finds();
    damage(*store, key, "");
    finds();
    REQUIRE(store->remove(key));
    finds();
  }
}

TEST_CASE("verify: a layout that says something else is a problem of the product") {
  const TempFolder folder;
  const auto store = store_with(folder, {"1.0.0"});
  damage(*store, "sales/orders/oci-layout", "{}");
  auto verdicts = verify(*store, *parse_wanted("sales/orders"), true);
  REQUIRE(verdicts);
  REQUIRE(verdicts->size() == 2);
  CHECK((*verdicts)[0].version.empty());
  CHECK_FALSE((*verdicts)[0].problems.empty());
  damage(*store, "sales/orders/index.json", "[]");
  verdicts = verify(*store, *parse_wanted("sales/orders"), true);
  REQUIRE(verdicts);
  CHECK(verdicts->size() == 1);
}

TEST_CASE("verify: a release that was moved under another product or version is found") {
  const TempFolder folder;
  const auto store = store_with(folder, {"1.0.0"});
  const auto keys = store->list("sales/orders/");
  REQUIRE(keys);
  for (const std::string& key : *keys)
    REQUIRE(store->create("sales/copies" + key.substr(12), store->get(key, 1 << 20)->bytes, {}));
  CHECK_FALSE((*verify(*store, *parse_wanted("sales/copies"), true))[0].problems.empty());

  oci::Index index = index_in(*store);
  oci::Descriptor entry = *index.find("1.0.0");
  entry.annotations[std::string(oci::kRefName)] = "1.5.0";
  index.put(entry);
  index.head = "1.5.0";
  damage(*store, "sales/orders/index.json", oci::index_bytes(index));
  const auto verdicts = verify(*store, *parse_wanted("sales/orders"), true);
  REQUIRE(verdicts->size() == 2);
  CHECK((*verdicts)[0].problems.empty());
  CHECK_FALSE((*verdicts)[1].problems.empty());
}

TEST_CASE("pull: a manifest with a title outside its folder is refused before anything is written") {
  const TempFolder folder;
  const auto store = store_with(folder, {"1.0.0"});
  oci::Index index = index_in(*store);
  oci::Descriptor entry = *index.find("1.0.0");
  std::string bytes = store->get(oci::blob_key("sales/orders", entry.digest), 1 << 20)->bytes;
  bytes.replace(bytes.find("orders.odcs.yaml"), 6, "../../");
  entry.digest = oci::digest_of(bytes);
  entry.size = bytes.size();
  index.put(entry);
  REQUIRE(store->create(oci::blob_key("sales/orders", entry.digest), bytes, {}));
  damage(*store, "sales/orders/index.json", oci::index_bytes(index));
  const auto fetched = fetch(*store, *parse_wanted("sales/orders"));
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().fault == Fault::corrupt);
}
