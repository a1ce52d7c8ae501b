#include "core/publish/collect.hpp"

#include "tests/unit/publish/sample.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::publish;

namespace {

std::string product(const std::string& name, const std::string& contract,
                    const std::string& lines = "version: 1.0.0\n") {
  return "apiVersion: v1.0.0\nkind: DataProduct\nid: urn:" + name + "\nname: " + name + "\nstatus: active\n" +
         lines + "outputPorts:\n  - {name: out, version: 1.0.0, contractId: " + contract + "}\n";
}

std::string contract(const std::string& id, const std::string& version = "1.0.0") {
  return "apiVersion: v3.1.0\nkind: DataContract\nid: " + id + "\nversion: " + version + "\nstatus: active\n";
}

std::string domain(const std::string& name, const std::string& lines = "") {
  return "apiVersion: mesh/v1\nkind: Domain\nname: " + name + "\nowner: {team: a, email: a@example.com}\n" +
         lines;
}

// sales/orders with one contract, in a mesh of which tests change what they are about.
struct Shop {
  TempFolder folder;

  Shop() {
    write(folder, "mesh.yaml", "apiVersion: mesh/v1\nkind: Mesh\nname: shop\ndomains: [domains/*]\n");
    write(folder, "domains/sales/domain.yaml", domain("sales"));
    write(folder, "domains/sales/orders/product.odps.yaml", product("orders", "c"));
    write(folder, "domains/sales/orders/orders.odcs.yaml", contract("c"));
  }

  Collected collect(std::vector<Finding> findings = {}, const std::string& path = "") const {
    workspace::Options options;
    options.paths = {path.empty() ? folder.path() : folder / path};
    const auto loaded = workspace::load(options);
    REQUIRE(loaded);
    for (Finding& finding : findings)  // their file is told by its key
      for (FileId file = 0; file < loaded->files.size(); ++file)
        if (loaded->files[file].key == finding.label) finding.at.file = file;
    Request request;
    for (const workspace::File& file : loaded->files) request.selected.push_back(file.reported);
    Collected collected = publish::collect(*loaded, findings, request);
    seal_all(collected.releases, 1);
    return collected;
  }

  Release only() const {
    Collected collected = collect();
    REQUIRE(collected.releases.size() == 1);
    return std::move(collected.releases[0]);
  }

  std::string refusal() const {
    const Release release = only();
    return release.refused ? release.refused->reason : "";
  }
};

Finding error_in(const std::string& key) {
  return {"test/rule", Level::error, "it is wrong", {0, {0, 1}}, key, {}, {}};
}

std::vector<std::string> titles(const Release& release) {
  std::vector<std::string> all;
  for (const ReleaseFile& file : release.files) all.push_back(file.title);
  return all;
}

}  // namespace

TEST_CASE("collect: a release is the document, the contracts of its output ports and the README") {
  const Shop shop;
  write(shop.folder, "domains/sales/orders/README.md", "# orders\n");
  write(shop.folder, "domains/sales/orders/notes.txt", "mine\n");
  write(shop.folder, "domains/sales/orders/unused.odcs.yaml", contract("unused"));
  const Collected collected = shop.collect();
  REQUIRE(collected.releases.size() == 1);
  const Release& release = collected.releases[0];
  CHECK_FALSE(release.refused);
  CHECK(release.identity == Identity{"sales", "orders"});
  CHECK(release.version == "1.0.0");
  CHECK(release.id == "urn:orders");
  CHECK(titles(release) == std::vector<std::string>{"README.md", "orders.odcs.yaml", "product.odps.yaml"});
  REQUIRE(collected.left_out.size() == 1);
  CHECK(collected.left_out[0].find("unused.odcs.yaml") != std::string::npos);
}

TEST_CASE("collect: a contract from elsewhere in the domain goes beside the document") {
  const Shop shop;
  std::filesystem::create_directories(shop.folder / "domains/sales/contracts");
  std::filesystem::rename(shop.folder / "domains/sales/orders/orders.odcs.yaml",
                          shop.folder / "domains/sales/contracts/orders.odcs.yaml");
  CHECK(titles(shop.only()) == std::vector<std::string>{"orders.odcs.yaml", "product.odps.yaml"});
  write(shop.folder, "domains/sales/domain.yaml", domain("sales", "files: [\"*.odcs.yaml\"]\n"));
  write(shop.folder, "domains/sales/orders/orders.odcs.yaml", contract("other"));
  CHECK(shop.refusal().find("both be published as `orders.odcs.yaml`") != std::string::npos);
}

TEST_CASE("collect: the domain's globs add files, never hidden ones nor those of a product below") {
  const Shop shop;
  write(shop.folder, "domains/sales/domain.yaml", domain("sales", "files: [\"docs/**\", \"**/*.sql\"]\n"));
  for (const char* name : {"docs/a.svg", "docs/deep/b.md", "docs/.env", ".git/x.sql", "q/c.sql", "q/c.txt"})
    write(shop.folder, std::string("domains/sales/orders/") + name, "x");
  write(shop.folder, "domains/sales/orders/inner/product.odps.yaml", product("inner", "c"));
  write(shop.folder, "domains/sales/orders/inner/d.sql", "x");
  const Collected collected = shop.collect();
  REQUIRE(collected.releases.size() == 2);
  CHECK(titles(collected.releases[1]) == std::vector<std::string>{"docs/a.svg", "docs/deep/b.md",
                                                                  "orders.odcs.yaml", "product.odps.yaml",
                                                                  "q/c.sql"});
}

TEST_CASE("collect: the contract whose version fits is meant, of several with one id") {
  const Shop shop;
  write(shop.folder, "domains/sales/orders/newer.odcs.yaml", contract("c", "2.0.0"));
  CHECK(titles(shop.only()) == std::vector<std::string>{"orders.odcs.yaml", "product.odps.yaml"});
  write(shop.folder, "mesh.yaml",
        "apiVersion: mesh/v1\nkind: Mesh\nname: shop\ndomains: [domains/*]\ncontractVersions: any\n");
  CHECK(titles(shop.only()) == std::vector<std::string>{"newer.odcs.yaml", "product.odps.yaml"});
}

TEST_CASE("collect: a contract that is missing or another domain's refuses the product") {
  const Shop shop;
  write(shop.folder, "domains/sales/orders/product.odps.yaml", product("orders", "nowhere"));
  CHECK(shop.refusal().find("`nowhere`") != std::string::npos);
  write(shop.folder, "domains/crm/domain.yaml", domain("crm"));
  write(shop.folder, "domains/crm/theirs.odcs.yaml", contract("theirs"));
  write(shop.folder, "domains/sales/orders/product.odps.yaml", product("orders", "theirs"));
  CHECK(shop.refusal().find("belongs to domain `crm`") != std::string::npos);
}

TEST_CASE("collect: an error refuses what it is in and what relies on it, and nothing else") {
  const Shop shop;
  write(shop.folder, "domains/sales/returns/product.odps.yaml", product("returns", "r"));
  write(shop.folder, "domains/sales/returns/returns.odcs.yaml", contract("r"));
  write(shop.folder, "domains/crm/domain.yaml", domain("crm"));
  write(shop.folder, "domains/crm/people/product.odps.yaml",
        product("people", "p") + "inputPorts:\n  - {name: in, version: 1.0.0, contractId: c}\n");
  write(shop.folder, "domains/crm/people/people.odcs.yaml", contract("p"));
  const auto refused = [&](const std::string& key) {
    std::string names;
    for (const Release& release : shop.collect({error_in(key)}).releases)
      if (release.refused) names += release.identity.prefix() + " ";
    return names;
  };
  CHECK(refused("domains/sales/orders/product.odps.yaml") == "sales/orders ");
  CHECK(refused("domains/sales/orders/orders.odcs.yaml") == "crm/people sales/orders ");
  CHECK(refused("domains/sales/domain.yaml") == "sales/orders sales/returns ");
  CHECK(refused("mesh.yaml") == "crm/people sales/orders sales/returns ");
  const auto reason =
      shop.collect({error_in("domains/sales/orders/orders.odcs.yaml")}).releases[1].refused->reason;
  CHECK(reason.find("orders.odcs.yaml:1:1: it is wrong [test/rule]") != std::string::npos);
}

TEST_CASE("collect: a document that cannot be read is refused and does not vanish") {
  const Shop shop;
  write(shop.folder, "domains/sales/orders/product.odps.yaml", "kind: DataProduct\nid: [\n");
  const Release release = shop.only();
  CHECK(release.identity == Identity{"sales", "orders"});
  CHECK(release.refused);
}

TEST_CASE("collect: versions are tags, drafts are snapshots, anything else is refused") {
  const Shop shop;
  const auto with = [&](const std::string& lines) {
    write(shop.folder, "domains/sales/orders/product.odps.yaml", product("orders", "c", lines));
    return shop.only();
  };
  CHECK(with("version: v1.2.3+b\n").version == "1.2.3+b");
  CHECK(with("version: v1.2.3+b\n").tag == "1.2.3_b");
  CHECK(with("").is_snapshot());
  CHECK(with("version: \"1.2\"\n").refused->reason.find("`1.2`") != std::string::npos);
  std::string draft = product("orders", "c");
  write(shop.folder, "domains/sales/orders/product.odps.yaml",
        draft.replace(draft.find("active"), 6, "draft"));
  CHECK(shop.only().is_snapshot());
}

TEST_CASE("collect: names that cannot be published are refused") {
  const Shop shop;
  for (const char* name : {"Orders", "or_ders", "listing", "index", "mesh"}) {
    CAPTURE(name);
    write(shop.folder, std::string("domains/sales/") + name + "/product.odps.yaml", product("x", "c"));
    bool found = false;
    for (const Release& release : shop.collect().releases)
      if (release.identity.product == name) found = release.refused.has_value();
    CHECK(found);
    std::filesystem::remove_all(shop.folder / (std::string("domains/sales/") + name));
  }
}

TEST_CASE("collect: two documents in one folder are one product too many") {
  const Shop shop;
  write(shop.folder, "domains/sales/orders/second.odps.yaml", product("second", "c"));
  const Collected collected = shop.collect();
  REQUIRE(collected.releases.size() == 2);
  for (const Release& release : collected.releases) {
    REQUIRE(release.refused);
    CHECK(release.refused->reason.find("are both the product `sales/orders`") != std::string::npos);
  }
}

TEST_CASE("collect: only what was asked for is published") {
  const Shop shop;
  write(shop.folder, "domains/sales/returns/product.odps.yaml", product("returns", "c"));
  const Collected collected = shop.collect({}, "domains/sales/returns");
  REQUIRE(collected.releases.size() == 1);
  CHECK(collected.releases[0].identity.product == "returns");
}
