#include "core/oci/manifest.hpp"

#include "core/base/files.hpp"
#include "tests/unit/source_dir.hpp"

#include <doctest.h>

#include <string>

using namespace mesh;
using namespace mesh::oci;

namespace {

std::string golden(const char* name) { return *read_file(source_dir() + "/tests/unit/oci/golden/" + name); }

Descriptor layer(std::string_view type, std::string_view title, std::string_view bytes) {
  Descriptor descriptor = describe(type, bytes);
  descriptor.annotations[std::string(kTitle)] = title;
  return descriptor;
}

Manifest orders() {
  return {"sales",
          "orders",
          "1.2.0",
          {layer(kOdpsType, "product.odps.yaml", "kind: DataProduct\n"),
           layer(kOdcsType, "orders.odcs.yaml", "kind: DataContract\n"),
           layer(kMarkdownType, "README.md", "# Orders\n"), layer(kBytesType, "docs/model.svg", "<svg/>")}};
}

// The manifest with `from` replaced once by `to`, as a hostile server might send it.
Result<Manifest> read_with(std::string_view from, std::string_view to) {
  std::string bytes = manifest_bytes(orders());
  const size_t at = bytes.find(from);
  REQUIRE(at != std::string::npos);
  return read_manifest(bytes.replace(at, from.size(), to));
}

}  // namespace

TEST_CASE("oci manifest: its bytes are the golden ones") {
  CHECK(manifest_bytes(orders()) == golden("manifest.json"));
}

TEST_CASE("oci manifest: the order in which files are found does not matter") {
  Manifest other = orders();
  std::swap(other.layers[0], other.layers[3]);
  CHECK(manifest_bytes(other) == manifest_bytes(orders()));
}

TEST_CASE("oci manifest: what was written is read back") {
  const auto manifest = read_manifest(manifest_bytes(orders()));
  REQUIRE(manifest);
  CHECK(manifest->domain == "sales");
  CHECK(manifest->product == "orders");
  CHECK(manifest->version == "1.2.0");
  REQUIRE(manifest->layers.size() == 4);
  CHECK(title_of(manifest->layers[0]) == "README.md");
  CHECK(title_of(manifest->layers[3]) == "product.odps.yaml");
  CHECK(manifest->layers[3].size == 18);
}

TEST_CASE("oci manifest: what cannot be one is refused as corrupt") {
  for (const auto& [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
           {R"("schemaVersion":2)", R"("schemaVersion":1)"},
           {R"("schemaVersion":2)", R"("schemaVersion":"2")"},
           {"vnd.oci.image.manifest.v1", "vnd.oci.image.index.v1"},
           {"vnd.mesh.dataproduct.v1", "vnd.else.v1"},
           {R"("layers":[)", R"("others":[)"},
           {R"("size":18)", R"("size":-1)"},
           {R"("size":18)", R"("size":1.5)"},
           {R"("size":18)", R"("size":9223372036854775808)"},
           {R"("size":18)", R"("size":"18")"},
           {R"(,"mediaType":"text/markdown")", ""},
           {"text/markdown", "text markdown"},
           {R"("digest":"sha256:)", R"("digest":"SHA256:)"},
           {R"("config":)", R"("conf":)"},
           {R"("org.opencontainers.image.title":"README.md")",
            R"("org.opencontainers.image.title":["README.md"])"},
           {R"("org.opencontainers.image.title":"README.md")", R"("title":"README.md")"},
           {"README.md", "orders.odcs.yaml"},
           {"README.md", "docs"},
           {"README.md", "../README.md"}}) {
    CAPTURE(from);
    CAPTURE(to);
    const auto manifest = read_with(from, to);
    REQUIRE_FALSE(manifest);
    CHECK(manifest.error().fault == Fault::corrupt);
  }
}

TEST_CASE("oci manifest: a title stays below the folder it is pulled into") {
  for (const char* good :
       {"a", "a.b", "docs/a b.md", "..a", "a..", "d\u00e9j\u00e0/vu", ".hidden/x", "-rf"}) {
    CAPTURE(good);
    CHECK(check_title(good));
  }
  for (const char* bad : {"",
                          "/etc/passwd",
                          "../a",
                          "a/../b",
                          "a/..",
                          "./a",
                          "a/./b",
                          "a//b",
                          "a/",
                          "a\\b",
                          "C:x",
                          "a\nb",
                          "a\x1b[31m",
                          "a\x7f",
                          "a\xff",
                          "a\u202eb",
                          ".git/hooks/pre-commit",
                          "x/.GIT/config",
                          ".git. ./x",
                          "GIT~1/hooks/x"}) {
    CAPTURE(bad);
    const auto checked = check_title(bad);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().fault == Fault::corrupt);
  }
  CHECK_FALSE(check_title(std::string_view("a\0b", 3)));
  CHECK_FALSE(check_title(std::string(256, 'a')));
  CHECK_FALSE(check_title("a/" + std::string(1100, 'a')));
}

TEST_CASE("oci manifest: the files that differ are told by name") {
  Manifest now = orders();
  now.layers[1] = layer(kOdcsType, "orders.odcs.yaml", "kind: DataContract\nid: x\n");
  now.layers[2] = layer(kMarkdownType, "NOTES.md", "# Orders\n");
  CHECK(differences(orders(), now) ==
        std::vector<std::string>{"`NOTES.md` is new", "`README.md` is gone", "`orders.odcs.yaml` differs"});
  CHECK(differences(orders(), orders()).empty());
}
