#include "core/trust/pins.hpp"

#include "core/base/files.hpp"
#include "tests/unit/temp_folder.hpp"
#include "tests/unit/trust/sample.hpp"

#include <filesystem>

using namespace mesh;
using namespace mesh::trust;

namespace {

Result<std::vector<Pin>> read(const std::string& text) {
  const test::TempFolder folder;
  REQUIRE(replace_file(folder / "trust.yaml", text));
  return read_pins(folder / "trust.yaml");
}

}  // namespace

TEST_CASE("pins: what is printed to be pinned is read again") {
  const auto pins = read(pin_file({"shop", "file:///srv/mesh", 2, {test::key("ed25519"), test::key("rsa")}}));
  REQUIRE_MESSAGE(pins, pins.error().message);
  REQUIRE(pins->size() == 1);
  CHECK(pins->front().mesh == "shop");
  CHECK(pins->front().target == "file:///srv/mesh");
  CHECK(pins->front().threshold == 2);
  CHECK(pins->front().keys == std::vector{test::key("ed25519"), test::key("rsa")});
}

TEST_CASE("pins: no file is no pin, a wrong one is an error with its place") {
  CHECK(read_pins("")->empty());
  CHECK(read_pins("/nonexistent/trust.yaml")->empty());
  for (const char* wrong :
       {"", "[", "apiVersion: mesh/v1\nkind: Trust\n",
        "apiVersion: mesh/v1\nkind: Trust\nmeshes: [{name: shop}]\n",
        "apiVersion: mesh/v1\nkind: Trust\nmeshes: [{name: shop, keys: [ssh-ed25519 AAAA]}]\n"}) {
    const auto pins = read(wrong);
    REQUIRE_FALSE(pins);
    CHECK(pins.error().fault == Fault::usage);
  }
  const auto typo = read("apiVersion: mesh/v1\nkind: Trust\nmeshes: []\nmehses: []\n");
  REQUIRE_FALSE(typo);
  CHECK(typo.error().message.find("trust.yaml:4:1: ") != std::string::npos);
}

TEST_CASE("pins: thresholds that cannot be reached, keys and meshes that are there twice are refused") {
  const auto key = test::key("ed25519");
  CHECK_FALSE(read(pin_file({"shop", "", 2, {key}})));
  CHECK_FALSE(read(pin_file({"shop", "", 1, {key, key}})));
  const std::string once = pin_file({"shop", "", 1, {key}});
  CHECK_FALSE(read(once + once.substr(once.find("  - name"))));
}

TEST_CASE("pins: a threshold is the number that people read, or an error") {
  const std::string file = pin_file({"shop", "", 2, {test::key("ed25519"), test::key("rsa")}});
  const auto with = [&](const std::string& written) {
    std::string changed = file;
    changed.replace(changed.find("threshold: 2") + 11, 1, written);
    return read(changed);
  };
  CHECK(with("2")->front().threshold == 2);
  CHECK(with("!!int 2")->front().threshold == 2);
  for (const char* written : {"+2", "1e1", "0x2", "0o2", "2.0", "-2", "'2'", "99999999999999999999"}) {
    CAPTURE(written);
    REQUIRE_FALSE(with(written));
    CHECK(with(written).error().fault == Fault::usage);
  }
}

TEST_CASE("pins: a target is the store that it names, however it is written, or an error") {
  const auto target_of = [](const std::string& target) {
    const auto pins = read(pin_file({"shop", target, 1, {test::key("ed25519")}}));
    if (!pins) CHECK(pins.error().fault == Fault::usage);
    return pins ? pins->front().target : "refused: " + pins.error().message;
  };
  CHECK(target_of("s3://shop-mesh/catalog/") == "s3://shop-mesh/catalog");
  CHECK(target_of("S3://Shop_mesh") == "s3://Shop_mesh");
  CHECK(target_of("gs://shop-mesh//x/") == "gs://shop-mesh/x");
  CHECK(target_of("az://shop.blob.core.windows.net/mesh/x") == "az://shop/mesh/x");
  CHECK(target_of("oci://localhost:5000/team/shop/") == "oci://localhost:5000/team/shop");
  CHECK(target_of("file:///srv/x/../mesh/") == "file:///srv/mesh");
  CHECK(target_of("file:/srv/mesh") == "file:///srv/mesh");
  CHECK(target_of("file://localhost/srv/mesh") == "file:///srv/mesh");
  for (const char* wrong : {"dev", "./public", "/srv/mesh", "file:./public", "file:public", "file:",
                            "s3:shop", "https://example.com/mesh", "oci://localhost:5000", "memory:"}) {
    CAPTURE(wrong);
    CHECK(target_of(wrong).find("cannot be pinned") != std::string::npos);
  }
}

TEST_CASE("pins: one that names the store counts, else those that name none") {
  const std::vector<Pin> pins{{"a", "", 1, {}}, {"b", "s3://b/x", 1, {}}, {"c", "", 1, {}}};
  CHECK(pins_for(pins, "s3://b/x").size() == 1);
  CHECK(pins_for(pins, "s3://b/x").front().mesh == "b");
  CHECK(pins_for(pins, "s3://other").size() == 2);
  CHECK(pins_for({{"b", "s3://b/x", 1, {}}}, "s3://other").empty());
}

TEST_CASE("pins: a folder is one place however it is written") {
  const test::TempFolder folder;
  std::filesystem::create_directories(folder / "a b");
  std::filesystem::create_directory_symlink(folder / "a b", folder / "link");
  const std::string real = std::filesystem::canonical(folder / "a b").string();
  for (const std::string& url :
       {"file://" + folder.path() + "/a%20b", "file:" + folder.path() + "/./a%20b/",
        "file://" + folder.path() + "/link", "file://localhost" + folder.path() + "/link/"})
    CHECK(place_of(url) == "file://" + real);
  CHECK(place_of("s3://bucket/prefix//") == "s3://bucket/prefix");
  CHECK(place_of("file:.") == "file://" + std::filesystem::current_path().string());
}
