#include "core/oci/index.hpp"

#include "core/base/files.hpp"
#include "core/oci/layout.hpp"
#include "tests/unit/source_dir.hpp"

#include <doctest.h>

#include <string>

using namespace mesh;
using namespace mesh::oci;

namespace {

std::string golden(const char* name) { return *read_file(source_dir() + "/tests/unit/oci/golden/" + name); }

Descriptor entry(std::string_view tag, std::string_view bytes) {
  Descriptor descriptor = describe(kManifestType, bytes);
  descriptor.rest.members.emplace("artifactType", Json::string(kProductType));
  descriptor.annotations = {{std::string(kRefName), std::string(tag)},
                            {std::string(kStatus), "active"},
                            {std::string(kCreated), "2024-05-01T12:00:00Z"},
                            {std::string(kRevision), "0123456789abcdef0123456789abcdef01234567"}};
  return descriptor;
}

Index orders() {
  Index index;
  index.rev = 3;
  index.head = "1.2.0";
  index.id = "urn:sales:orders";
  index.put(entry("snapshot", "s"));
  index.put(entry("1.2.0", "b"));
  index.put(entry("1.1.0", "a"));
  return index;
}

std::string with_entries(std::string_view entries) {
  return R"({"schemaVersion":2,"manifests":[)" + std::string(entries) + "]}";
}

}  // namespace

TEST_CASE("oci index: its bytes are the golden ones") {
  CHECK(index_bytes(orders()) == golden("index.json"));
}

TEST_CASE("oci layout: its bytes are the golden ones, and other white space is the same layout") {
  CHECK(std::string(kLayoutBytes) == golden("oci-layout"));
  CHECK(check_layout(kLayoutBytes));
  CHECK(check_layout("{\n  \"imageLayoutVersion\": \"1.0.0\"\n}\n"));
  for (const char* bytes :
       {"", "{}", R"({"imageLayoutVersion":"2.0.0"})", R"({"imageLayoutVersion":1})", "[]"}) {
    CAPTURE(bytes);
    CHECK_FALSE(check_layout(bytes));
  }
}

TEST_CASE("oci layout: blobs lie under their digest") {
  CHECK(blob_key("sales/orders", "sha256:ab") == "sales/orders/blobs/sha256/ab");
  CHECK(index_key("sales/orders") == "sales/orders/index.json");
  CHECK(layout_key("sales/orders") == "sales/orders/oci-layout");
}

TEST_CASE("oci index: what was written is read back") {
  const auto index = read_index(index_bytes(orders()));
  REQUIRE(index);
  CHECK(index->rev == 3);
  CHECK(index->head == "1.2.0");
  CHECK(index->id == "urn:sales:orders");
  REQUIRE(index->find("1.1.0"));
  CHECK(index->find("1.1.0")->digest == digest_of("a"));
  CHECK(index->find("1.3.0") == nullptr);
  CHECK(index_bytes(*index) == index_bytes(orders()));
}

TEST_CASE("oci index: a put takes the place of the entry with its tag") {
  Index index = orders();
  index.put(entry("1.2.0", "other"));
  CHECK(index.manifests.size() == 3);
  CHECK(index.find("1.2.0")->digest == digest_of("other"));
}

TEST_CASE("oci index: what we do not know is kept as it is") {
  const std::string bytes =
      R"({"annotations":{"org.example":"x","vnd.mesh.rev":"7"},"future":[1.50,{"b":null}],"manifests":[)"
      R"({"digest":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",)"
      R"("mediaType":"application/vnd.oci.image.manifest.v1+json","platform":{"os":"linux"},"size":7},)"
      R"({"artifactType":"application/vnd.mesh.signature","data":"e30=","digest":"sha512:)" +
      std::string(128, 'b') +
      R"(","mediaType":"application/json","size":2}],"mediaType":"application/vnd.oci.image.index.v1+json",)"
      R"("schemaVersion":2,"subject":{"size":1e2}})";
  const auto index = read_index(bytes);
  REQUIRE(index);
  CHECK(index->rev == 7);
  CHECK(index_bytes(*index) == bytes);
}

TEST_CASE("oci index: one written by another tool has no rev and no head") {
  const auto index = read_index(with_entries(""));
  REQUIRE(index);
  CHECK(index->rev == 0);
  CHECK(index->head.empty());
}

TEST_CASE("oci index: what cannot be one is refused as corrupt") {
  const std::string digest = "sha256:" + std::string(64, 'a');
  const auto descriptor = [&](std::string_view members) {
    return R"({"mediaType":"application/json","size":1,"digest":")" + digest + "\"" + std::string(members) +
           "}";
  };
  const std::string named = descriptor(R"(,"annotations":{"org.opencontainers.image.ref.name":"1.0.0"})");
  for (const std::string& bytes :
       {std::string("[]"), std::string("{}"), std::string(R"({"schemaVersion":2})"),
        std::string(R"({"schemaVersion":2,"manifests":{}})"),
        std::string(R"({"schemaVersion":3,"manifests":[]})"),
        std::string(R"({"schemaVersion":2,"mediaType":"x/y","manifests":[]})"),
        std::string(R"({"schemaVersion":2,"annotations":[],"manifests":[]})"),
        std::string(R"({"schemaVersion":2,"annotations":{"vnd.mesh.rev":"-1"},"manifests":[]})"),
        std::string(R"({"schemaVersion":2,"annotations":{"vnd.mesh.rev":"1x"},"manifests":[]})"),
        std::string(
            R"({"schemaVersion":2,"annotations":{"vnd.mesh.rev":"18446744073709551615"},"manifests":[]})"),
        std::string(
            R"({"schemaVersion":2,"annotations":{"vnd.mesh.rev":"9007199254740993"},"manifests":[]})"),
        std::string(R"({"schemaVersion":2,"annotations":{"vnd.mesh.rev":1},"manifests":[]})"),
        with_entries("1"), with_entries("{}"),
        with_entries(R"({"mediaType":"a/b","digest":")" + digest + R"("})"),
        with_entries(R"({"mediaType":"a/b","digest":"sha256:abc","size":1})"),
        with_entries(R"({"mediaType":"a/b","digest":"../../etc","size":1})"),
        with_entries(R"({"mediaType":"a/b","digest":"md5:../x","size":1})"),
        with_entries(named + "," + named)}) {
    CAPTURE(bytes);
    const auto index = read_index(bytes);
    REQUIRE_FALSE(index);
    CHECK(index.error().fault == Fault::corrupt);
  }
  CHECK(read_index(with_entries(named)));
}
