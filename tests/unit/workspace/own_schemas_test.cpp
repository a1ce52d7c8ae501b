#include "tests/unit/workspace/sample.hpp"

#include "core/workspace/data.hpp"

#include <algorithm>

using namespace mesh;
using namespace mesh::test;
using workspace::Workspace;

namespace {

std::string mesh_with(const std::string& schemas) {
  return "apiVersion: mesh/v1\nkind: Mesh\nname: shop\nschemas:\n" + schemas;
}
std::string a_domain(const std::string& name) {
  return "apiVersion: mesh/v1\nkind: Domain\nname: " + name + "\n";
}

// "path: message" of each error.
std::vector<std::string> told(const Workspace& workspace) {
  std::vector<std::string> lines;
  for (const Finding& finding : workspace.findings.all())
    if (finding.level == Level::error)
      lines.push_back(workspace.files[finding.at.file].key + ": " + finding.message);
  std::ranges::sort(lines);
  return lines;
}

}  // namespace

TEST_CASE("own schemas: `when` chooses by the status of the document and the domain of its folder") {
  Sample sample;
  sample.write(
      "mesh.yaml",
      mesh_with("  - {kind: DataContract, when: {status: [active], domain: sales}, file: team.json}\n"
                "  - {kind: DataProduct, file: team.json}\n"));
  sample.write("team.json", R"({"required": ["team"]})");
  sample.write("sales/domain.yaml", a_domain("sales"));
  sample.write("bills/domain.yaml", a_domain("bills"));
  sample.write("sales/a.yaml", contract_text("a"));
  sample.write("sales/b.yaml",
               "apiVersion: v3.2.0\nkind: DataContract\nid: b\nversion: 1.0.0\nstatus: draft\n");
  sample.write("bills/c.yaml", contract_text("c") + "domain: sales\n");
  CHECK(told(sample.load()) == std::vector<std::string>{"sales/a.yaml: `team` is missing in the contract"});
  // Where no domain.yaml says it, the document does.
  sample.write("d.yaml", contract_text("d") + "domain: sales\n");
  sample.write("e.yaml", contract_text("e"));
  CHECK(told(sample.load()).size() == 2);
  CHECK(told(sample.load()).front().starts_with("d.yaml: "));
}

TEST_CASE(
    "own schemas: a finding says which entry of mesh.yaml asks for it, once and not after the standard") {
  Sample sample;
  sample.write("mesh.yaml", mesh_with("  - {kind: DataContract, file: own.yaml}\n"));
  sample.write("own.yaml", "required: [team]\nproperties: {version: {type: string}}\n");
  sample.write("a.yaml", "apiVersion: v3.2.0\nkind: DataContract\nid: a\nversion: 1\nstatus: active\n");
  const Workspace workspace = sample.load();
  CHECK(told(workspace) == std::vector<std::string>{"a.yaml: `team` is missing in the contract",
                                                    "a.yaml: `version` must be a string, not an integer"});
  for (const Finding& finding : workspace.findings.all()) {
    if (finding.rule != "schema/required") continue;
    REQUIRE(finding.notes.size() == 1);
    CHECK(workspace.files[finding.notes.front().at.file].key == "mesh.yaml");
    CHECK(finding.notes.front().message.find("`own.yaml`") != std::string::npos);
  }
}

TEST_CASE("own schemas: one that cannot be used says why, and judges nothing") {
  Sample sample;
  sample.write("policies/bad.json", R"({"type": "text"})");
  sample.write("policies/dynamic.yaml", "$dynamicRef: '#a'\n");
  sample.write("policies/good.json", R"({"required": ["team"]})");
  std::filesystem::create_symlink("good.json", sample.path() + "/policies/link.json");
  std::filesystem::create_directory_symlink("policies", sample.path() + "/linked");
  sample.write("a.yaml", contract_text("a"));
  for (const std::string file :
       {"policies/bad.json", "policies/dynamic.yaml", "policies/link.json", "linked/good.json", "policies",
        "none.json", "../mesh.json", "policies/../../x.json", "/etc/hostname", "https://example.com/a.json",
        "file:///etc/hostname"}) {
    CAPTURE(file);
    sample.write("mesh.yaml", mesh_with("  - {kind: DataContract, file: '" + file + "'}\n"));
    const Workspace workspace = sample.load();
    CHECK(told(workspace).empty());
    REQUIRE(workspace.mesh.schemas.size() == 1);
    CHECK_FALSE(workspace.mesh.schemas.front().problem.empty());
  }
  sample.write("mesh.yaml", mesh_with("  - {kind: DataContract, file: ./policies/sub/../good.json}\n"));
  CHECK(told(sample.load()).size() == 1);
}

TEST_CASE("data: every file that is named is read, whatever its name, and each once") {
  Sample sample;
  sample.write("a.json", "[1, 2]");
  sample.write("b", "x\n---\ny\n---\n");
  sample.write("broken.json", "{");
  workspace::DataOptions options;
  for (const char* name : {"/b", "/a.json", "/broken.json", "/./a.json"})
    options.paths.push_back(sample.path() + name);
  options.jobs = 1;
  std::vector<std::string> seen;
  options.judge = [&](yaml::Node root, Findings& findings) {
    seen.push_back(root.is_sequence() ? "list" : std::string(root.text()));
    findings.add("schema/type", Level::error, root.span(), "no");
  };
  const auto loaded = workspace::load_data(options);
  REQUIRE(loaded);
  CHECK(seen == std::vector<std::string>{"list", "x", "y"});
  CHECK(loaded->manifests == 3);
  CHECK(loaded->files.size() == 3);
  CHECK(loaded->files[2].broken);
  CHECK(loaded->source(0)->bytes() == "[1, 2]");
  options.paths = {sample.path()};
  CHECK(workspace::load_data(options).error().fault == Fault::usage);
  options.paths = {sample.path() + "/none"};
  CHECK(workspace::load_data(options).error().fault == Fault::not_found);
}
