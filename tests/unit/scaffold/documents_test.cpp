#include "core/scaffold/documents.hpp"

#include "core/schema/standards.hpp"
#include "core/scaffold/render.hpp"
#include "core/yaml/reader.hpp"

#include <doctest.h>

#include <algorithm>

using namespace mesh;
using namespace mesh::scaffold;

namespace {

const Owner kOwner{"Sales \"Data\"\n# a: b", "sales@example.com"};

Plan shop() {
  return *plan_mesh("shop", {"shop", "sales", "source-aligned", "orders", {"sales", "sales@example.com"}});
}

// What reading and its schema have to say about a file.
std::vector<std::string> complaints(const File& file) {
  Findings findings;
  const Source source(file.path, file.bytes);
  const auto documents = yaml::read(source, findings);
  CHECK(documents.size() == 1);
  for (const yaml::Document& document : documents) {
    const auto identified = schema::identify(document.root(), file.path);
    CHECK_MESSAGE(identified.standard != schema::Standard::none, file.path);
    schema::check(identified, document.root(), findings);
  }
  std::vector<std::string> messages;
  for (const Finding& finding : findings.all())
    messages.push_back(std::string(finding.rule) + ": " + finding.message);
  return messages;
}

bool is_manifest(const File& file) { return file.path.ends_with(".yaml") && !file.path.starts_with(".git"); }

}  // namespace

TEST_CASE("scaffold: a new mesh has its parts, and what makes it a mesh comes last") {
  const Plan plan = shop();
  CHECK(plan.files.back().path == "mesh.yaml");
  for (const char* path :
       {"README.md", ".gitattributes", ".gitignore", ".github/workflows/mesh.yml", ".gitlab-ci.yml",
        "domains/sales/domain.yaml", "domains/sales/orders/product.odps.yaml",
        "domains/sales/orders/orders.odcs.yaml", "domains/sales/orders/README.md"})
    CHECK_MESSAGE(std::ranges::count(plan.files, std::string(path), &File::path) == 1, path);
}

TEST_CASE("scaffold: the same names give the same bytes") {
  const Plan first = shop(), second = shop();
  REQUIRE(first.files.size() == second.files.size());
  for (size_t i = 0; i < first.files.size(); ++i) CHECK(first.files[i].bytes == second.files[i].bytes);
}

TEST_CASE("scaffold: every manifest of a new mesh follows its schema") {
  for (const File& file : shop().files)
    if (is_manifest(file)) CHECK_MESSAGE(complaints(file) == std::vector<std::string>{}, file.path);
}

TEST_CASE("scaffold: files end in one line end, without a carriage return or trailing blanks") {
  for (const File& file : shop().files) {
    CHECK_MESSAGE(file.bytes.ends_with("\n"), file.path);
    CHECK_MESSAGE(!file.bytes.ends_with("\n\n"), file.path);
    for (const char* bad : {"\r", " \n", "\t", "<%", "%>"})
      CHECK_MESSAGE(file.bytes.find(bad) == std::string::npos, file.path);
  }
}

TEST_CASE("scaffold: no CI file holds a secret or a tab-indented line, and each checks and publishes") {
  for (const File& file : shop().files) {
    if (!file.path.ends_with(".yml")) continue;
    Findings findings;
    const Source source(file.path, file.bytes);
    CHECK(yaml::read(source, findings).size() == 1);
    // `on:` is what GitHub calls it, though YAML 1.1 reads a boolean.
    const auto is_error = [](const Finding& finding) { return finding.level >= Level::warning; };
    CHECK_MESSAGE(std::ranges::none_of(findings.all(), is_error), file.path);
    CHECK(file.bytes.find("mesh validate") != std::string::npos);
    CHECK(file.bytes.find("mesh publish --to dev") != std::string::npos);
    // The right to be lent keys is none.
    std::string said = file.bytes;
    if (const size_t right = said.find("id-token: write"); right != said.npos) said.erase(right, 15);
    for (const char* secret : {"secrets.", "password", "token:"})
      CHECK_MESSAGE(said.find(secret) == std::string::npos, file.path);
  }
}

TEST_CASE("scaffold: there is a template for each version of the standards that mesh.yaml may ask for") {
  for (const char* odcs : {"3.0.0", "3.0.1", "3.0.2", "3.1.0", "3.2.0"})
    for (const char* odps : {"0.9.0", "1.0.0", "1.1.0"}) {
      std::vector<File> files;
      REQUIRE(add_product({"shop", "sales", "orders", kOwner, {odcs, odps}}, "x", files));
      for (const File& file : files) {
        if (!is_manifest(file)) continue;
        CHECK_MESSAGE(complaints(file) == std::vector<std::string>{}, odcs, " ", odps, " ", file.path);
        CHECK(file.bytes.starts_with("apiVersion: v" +
                                     std::string(file.path.ends_with("odcs.yaml") ? odcs : odps) + "\n"));
      }
    }
}

TEST_CASE("scaffold: a version without template is refused with those that have one") {
  std::vector<File> files;
  const auto added = add_product({"shop", "sales", "orders", kOwner, {"2.2.2", "1.1.0"}}, "x", files);
  REQUIRE_FALSE(added);
  CHECK(added.error().fault == Fault::usage);
  CHECK(added.error().message.find("`2.2.2`") != std::string::npos);
  CHECK(added.error().help.find("3.2.0") != std::string::npos);
}

TEST_CASE("scaffold: any team name comes back from the YAML it was written into") {
  for (const std::string& team :
       {std::string("a\"\nb: c"), std::string("{{x}} ${HOME} <% y %>"), std::string("# no comment"),
        std::string(" "), std::string("yes"), std::string("- x"), std::string("1.10"), std::string("\\n"),
        std::string("'"), std::string("\xe2\x80\xae\xc2\x85"), std::string("Größe 日本 \xf0\x9f\x98\x80"),
        std::string("!!str a"), std::string("a\tb\x01\x7f")}) {
    std::vector<File> files;
    REQUIRE(add_domain("sales", "aggregate", {team, "a@b"}, "d", files));
    Findings findings;
    const Source source(files.front().path, files.front().bytes);
    const auto documents = yaml::read(source, findings);
    REQUIRE_MESSAGE(documents.size() == 1, files.front().bytes);
    const auto owner = documents.front().root().find("owner");
    REQUIRE(owner);
    CHECK(owner->find("team")->text() == team);
    CHECK(owner->find("team")->is_string());
    CHECK(owner->size() == 2);
  }
}
