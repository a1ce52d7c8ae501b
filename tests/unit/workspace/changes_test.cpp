#include "core/workspace/changes.hpp"

#include "core/workspace/base_facts.hpp"
#include "core/workspace/dependants.hpp"
#include "tests/unit/run_git.hpp"
#include "tests/unit/workspace/sample.hpp"

#include <doctest.h>

using namespace mesh;
using test::run_git;
using workspace::Changes;

namespace {

std::string reading(const std::string& id, const std::string& input, const std::string& output) {
  return test::product_text(id) + "inputPorts:\n  - {name: in, version: 1.0.0, contractId: " + input +
         "}\noutputPorts:\n  - {name: out, version: 1.0.0, contractId: " + output + "}\n";
}

Result<Changes> since_head(git::Repository& repository, const workspace::Workspace& loaded) {
  auto tree = repository.compare(repository.head(), "");
  REQUIRE(tree);
  return Changes::since(
      repository, std::move(*tree), loaded, [](std::string_view) { return false; }, 1);
}

// a → p → b → q → c, and z on its own; r refers to a's file.
class Mesh : public test::Sample {
 public:
  Mesh() {
    write("mesh.yaml", test::mesh_text());
    write("d/domain.yaml", test::domain_text("d"));
    write("e/domain.yaml", test::domain_text("e"));
    for (const char* const id : {"a", "b", "c", "z"})
      write(std::string("d/") + id + ".odcs.yaml", test::contract_text(id));
    write("d/p/p.odps.yaml", reading("p", "a", "b"));
    write("e/q/q.odps.yaml", reading("q", "b", "c"));
    write("e/r.odcs.yaml",
          test::contract_text("r") +
              "schema:\n  - name: r\n    properties:\n      - name: x\n        relationships:\n"
              "          - to: ../d/a.odcs.yaml#a.x\n");
    run_git(path(), "init -q .");
    save();
  }
  void save() const {
    run_git(path(), "add -A");
    run_git(path(), "commit -q -m commit");
  }

  // Keys of what is reported on, in one line.
  std::string reported(const std::string& below = "") const {
    workspace::Workspace loaded = load({below});
    auto repository = git::Repository::open(path());
    REQUIRE(repository);
    const auto changes = since_head(*repository, loaded);
    REQUIRE(changes);
    const auto facts = workspace::BaseFacts::read(*changes, 1);
    REQUIRE(facts);
    workspace::report_only(loaded, workspace::affected_files(loaded, *changes, *facts));
    std::string keys;
    for (const workspace::File& file : loaded.files)
      if (file.reported) keys += (keys.empty() ? "" : " ") + file.key;
    return keys;
  }
};

}  // namespace

TEST_CASE("changes: nothing changed, nothing is reported") {
  const Mesh mesh;
  CHECK(mesh.reported() == "");
}

TEST_CASE("changes: what depends on a contract is everything downstream of it and what refers to it") {
  const Mesh mesh;
  mesh.write("d/a.odcs.yaml", test::contract_text("a", "2.0.0"));
  CHECK(mesh.reported() ==
        "d/a.odcs.yaml d/b.odcs.yaml d/c.odcs.yaml d/p/p.odps.yaml e/q/q.odps.yaml e/r.odcs.yaml");
  CHECK(mesh.reported("e") == "e/q/q.odps.yaml e/r.odcs.yaml");
}

TEST_CASE("changes: what is upstream does not depend on it") {
  const Mesh mesh;
  mesh.write("d/c.odcs.yaml", test::contract_text("c", "2.0.0"));
  CHECK(mesh.reported() == "d/c.odcs.yaml e/q/q.odps.yaml");
  mesh.write("d/c.odcs.yaml", test::contract_text("c"));
  mesh.write("d/z.odcs.yaml", test::contract_text("z", "2.0.0"));
  CHECK(mesh.reported() == "d/z.odcs.yaml");
}

TEST_CASE("changes: a contract that is gone, or has another id, is missed by what names it") {
  const Mesh mesh;
  std::filesystem::remove(mesh / "d/c.odcs.yaml");
  CHECK(mesh.reported() == "e/q/q.odps.yaml");
  mesh.write("d/c.odcs.yaml", test::contract_text("other"));
  CHECK(mesh.reported() == "d/c.odcs.yaml e/q/q.odps.yaml");
}

TEST_CASE("changes: the other end of what may exist once only is reported") {
  const Mesh mesh;
  mesh.write("d/new.odcs.yaml", test::contract_text("z"));
  CHECK(mesh.reported() == "d/new.odcs.yaml d/z.odcs.yaml");
  mesh.write("e/n/n.odps.yaml", test::product_text("p"));
  CHECK(mesh.reported() == "d/new.odcs.yaml d/p/p.odps.yaml d/z.odcs.yaml e/n/n.odps.yaml");
}

TEST_CASE("changes: settings reach as far as they govern") {
  const Mesh mesh;
  mesh.write("e/domain.yaml", test::domain_text("e", "type: aggregate\n"));
  CHECK(mesh.reported() == "e/domain.yaml e/q/q.odps.yaml e/r.odcs.yaml");
  mesh.write("mesh.yaml", test::mesh_text("externals: [x]\n"));
  CHECK(mesh.reported().find("d/z.odcs.yaml") != std::string::npos);
}

TEST_CASE("changes: a file that mesh.yaml names reaches everything, another tool's file nothing else") {
  const Mesh mesh;
  mesh.write("schemas/house.json", "{}");
  mesh.write("other.json", "{}");
  mesh.write("mesh.yaml", test::mesh_text("# see schemas/house.json\n"));
  mesh.save();
  mesh.write("other.json", "{\"a\": 1}");
  CHECK(mesh.reported() == "other.json");
  mesh.write("schemas/house.json", "{\"a\": 1}");
  CHECK(mesh.reported().find("d/z.odcs.yaml") != std::string::npos);
}

TEST_CASE("changes: comments and the order of keys are no meaning, everything else is") {
  const Mesh mesh;
  const auto same_meaning = [&](const std::string& text) -> std::string {
    mesh.write("d/z.odcs.yaml", text);
    const workspace::Workspace loaded = mesh.load();
    auto repository = git::Repository::open(mesh.path());
    const auto changes = since_head(*repository, loaded);
    const auto facts = workspace::BaseFacts::read(*changes, 1);
    const auto changed = workspace::changed_contracts(loaded, *changes, *facts);
    return changed.empty() ? "equal" : changed[0].same_meaning ? "same" : "other";
  };
  const std::string text = test::contract_text("z");
  CHECK(same_meaning(text) == "equal");
  CHECK(same_meaning("# a comment\n" + text) == "same");
  CHECK(same_meaning("status: active\n" + text.substr(0, text.find("status:"))) == "same");
  CHECK(same_meaning(text + "name: x\n") == "other");
  CHECK(same_meaning(test::contract_text("z", "1.0.1") + "name: x\n") ==
        "equal");  // another version: nothing to tell
}

TEST_CASE("changes: of several documents in a file each is compared by itself") {
  const Mesh mesh;
  mesh.write("d/two.odcs.yaml", test::contract_text("one") + "---\n" + test::contract_text("two"));
  mesh.save();
  mesh.write("d/two.odcs.yaml",
             test::contract_text("one") + "---\n" + test::contract_text("two") + "name: x\n");
  const workspace::Workspace loaded = mesh.load();
  auto repository = git::Repository::open(mesh.path());
  const auto changes = since_head(*repository, loaded);
  const auto facts = workspace::BaseFacts::read(*changes, 1);
  const auto changed = workspace::changed_contracts(loaded, *changes, *facts);
  REQUIRE(changed.size() == 1);
  CHECK(loaded.contracts[changed[0].document].id == "two");
}
