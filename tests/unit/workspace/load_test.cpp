#include "core/base/files.hpp"
#include "tests/unit/workspace/sample.hpp"
#include "tests/unit/source_dir.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

using namespace mesh;
using namespace mesh::test;
using workspace::Workspace;

namespace {

std::string corpus(const std::string& name) { return source_dir() + "/tests/corpus/" + name; }

Result<Workspace> load_paths(std::vector<std::string> paths) {
  workspace::Options options;
  options.paths = std::move(paths);
  return workspace::load(options);
}

// A folder with no repository and no mesh.yaml above it, to stand in for a while.
class Standing {
 public:
  explicit Standing(const std::string& folder) : before_(std::filesystem::current_path()) {
    std::filesystem::current_path(folder);
  }
  ~Standing() { std::filesystem::current_path(before_); }

 private:
  std::filesystem::path before_;
};

}  // namespace

TEST_CASE("manifests are found by content, others' files are passed by in silence") {
  const Sample sample;
  sample.write("a/contract.yaml", contract_text("a"));
  sample.write("a/deep/er/product.yml", product_text("p"));
  sample.write("b.json",
               R"({"apiVersion": "v3.2.0", "kind": "DataContract", "id": "b", "version": "1.0.0"})");
  sample.write("old.yaml", "datasetName: x\nquantumName: q\nuuid: u\n");
  sample.write("ci.yaml", "jobs:\n  build: {steps: []}\n");
  sample.write("package.json", R"({"name": "x", "version": "1", "schema": 1})");
  sample.write("deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n");
  sample.write("broken.yaml", "a: [1,\n  b: {{ .Values.x }}\n");
  sample.write("list.yaml", "- kind\n- apiVersion\n");
  sample.write("notes.txt", contract_text("txt"));
  const Workspace found = sample.load();
  CHECK(manifests(found) == "a/contract.yaml\na/deep/er/product.yml\nb.json\nold.yaml\n");
  CHECK(found.contracts.size() == 3);
  CHECK(found.products.size() == 1);
  CHECK(found.manifests == 4);
  CHECK(found.skipped == 5);
  CHECK(found.linked);
  CHECK_FALSE(found.has_mesh);
  CHECK(rules(found).find("ci.yaml") == std::string::npos);
}

TEST_CASE("no typing error makes a manifest vanish") {
  const Sample sample;
  sample.write("kind.yaml", "apiVersion: v3.2.0\nkind: datacontrct\nid: a\nversion: 1.0.0\n");
  sample.write("broken.yaml", "kind: DataContract\nid: broken-id\nx: [\n");
  sample.write("broken.json", "{\n  \"kind\": \"DataContract\",\n  \"id\": \"json-id\",\n}\n");
  sample.write("x.odcs.yaml", "- a list\n");
  sample.write("y.odps.yaml", "hello: world\n");
  sample.write("datacontract.yaml", "");
  sample.write("no-kind.yaml", "apiVersion: v3.1.0\nid: x\n");
  const Workspace found = sample.load();
  CHECK(found.manifests == 7);
  const std::string told = rules(found);
  CHECK(told.find("kind.yaml: schema/enum\n") != told.npos);
  CHECK(told.find("broken.yaml: yaml/") != told.npos);
  CHECK(told.find("broken.json: yaml/syntax\n") != told.npos);
  CHECK(told.find("x.odcs.yaml: manifest/not-a-mapping\n") != told.npos);
  CHECK(told.find("y.odps.yaml: manifest/unknown-kind\n") != told.npos);
  CHECK(told.find("datacontract.yaml: yaml/empty\n") != told.npos);
  CHECK(told.find("no-kind.yaml: manifest/unknown-kind\n") != told.npos);
  CHECK(found.broken_ids.contains("broken-id"));
  CHECK(found.broken_ids.contains("json-id"));
}

TEST_CASE("a file that is named always gets a verdict") {
  const Sample sample;
  sample.write(".gitignore", "*.yaml\n");
  sample.write("deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\n");
  sample.write(".hidden.yaml", contract_text("hidden"));
  sample.write("list.txt", "- 1\n");
  const Workspace found = sample.load({"deployment.yaml", ".hidden.yaml", "list.txt"});
  CHECK(rules(found) == "deployment.yaml: manifest/unknown-kind\nlist.txt: manifest/not-a-mapping\n");
  CHECK(found.manifests == 3);
  CHECK_FALSE(found.linked);
}

TEST_CASE("hidden, ignored and linked files are not looked at") {
  const Sample sample;
  const std::string text = contract_text("x");
  sample.write_all({"seen.yaml", ".hidden/a.yaml", ".b.yaml", "ignored/a.yaml", "deep/meshed/a.yaml",
                    "deep/kept.yaml", "deep/other.yaml", "target/a.yaml"},
                   text);
  sample.write(".gitignore", "ignored/\n*.yaml\n!seen.yaml\n!kept.yaml\n");
  sample.write("deep/.meshignore", "meshed\n");
  std::filesystem::create_symlink(sample / "seen.yaml", sample / "link.yaml");
  std::filesystem::create_directory_symlink(sample.path(), sample / "loop");
  REQUIRE(::mkfifo((sample / "pipe.odcs.yaml").c_str(), 0600) == 0);
  CHECK(manifests(sample.load()) == "deep/kept.yaml\nseen.yaml\n");
}

TEST_CASE("what a repository ignores above the mesh is ignored in it") {
  const Sample sample;
  sample.write(".git/HEAD", "ref: refs/heads/main\n");
  sample.write(".git/info/exclude", "mine.yaml\n");
  sample.write(".gitignore", "/data/mesh/out/\n");
  sample.write("data/mesh/mesh.yaml", mesh_text());
  sample.write_all({"data/mesh/out/a.yaml", "data/mesh/mine.yaml", "data/mesh/in/a.yaml"},
                   contract_text("x"));
  CHECK(manifests(sample.load({"data/mesh"})) == "in/a.yaml\nmesh.yaml\n");
}

TEST_CASE("a folder that is named is looked at even when it is ignored") {
  const Sample sample;
  sample.write("mesh.yaml", mesh_text("exclude: [examples]\n"));
  sample.write(".gitignore", "out/\n");
  sample.write_all({"out/a.yaml", "examples/b.yaml", ".c/c.yaml", "d/d.yaml"}, contract_text("x"));
  CHECK(manifests(sample.load()) == "d/d.yaml\nmesh.yaml\n");
  CHECK(manifests(sample.load({"out", "examples", ".c"})) ==
        ".c/c.yaml\nd/d.yaml\nexamples/b.yaml\nmesh.yaml\nout/a.yaml\n");
}

TEST_CASE("include and exclude of mesh.yaml say where manifests are, owners are found everywhere") {
  const Sample sample;
  sample.write("mesh.yaml",
               mesh_text("include: [./domains/, 'extra/*.json.yaml']\nexclude: ['**/fixtures/**', old]\n"));
  sample.write("domains/sales/domain.yaml", domain_text("sales"));
  sample.write("extra/domain.yaml", domain_text("extra"));
  sample.write_all({"domains/sales/o/a.yaml", "domains/sales/fixtures/a.yaml", "domains/old/a.yaml",
                    "old/a.yaml", "extra/x.json.yaml", "extra/y.yaml", "else/a.yaml"},
                   contract_text("x"));
  CHECK(manifests(sample.load()) ==
        "domains/old/a.yaml\ndomains/sales/domain.yaml\ndomains/sales/o/a.yaml\nextra/domain.yaml\n"
        "extra/x.json.yaml\nmesh.yaml\n");
}

TEST_CASE("the root is the nearest mesh.yaml upward, no further than the repository") {
  const Sample sample;
  sample.write("mesh.yaml", mesh_text());
  sample.write("a/b/c.yaml", contract_text("c"));
  const Workspace above = sample.load({"a/b"});
  CHECK(above.has_mesh);
  CHECK(above.files.size() == 2);
  sample.write("a/.git/HEAD", "ref: refs/heads/main\n");
  const Workspace stopped = sample.load({"a/b"});
  CHECK_FALSE(stopped.has_mesh);
  CHECK(stopped.root == sample / "a/b");
}

TEST_CASE("another tool's mesh.yaml is no root") {
  const Sample sample;
  sample.write("mesh.yaml", mesh_text());
  sample.write("k8s/mesh.yaml", "apiVersion: kuma.io/v1alpha1\nkind: Mesh\nmetadata: {name: default}\n");
  sample.write("k8s/domain.yaml", "apiVersion: example.org/v1\nkind: Domain\n");
  sample.write("k8s/c.yaml", contract_text("c"));
  const Workspace found = sample.load({"k8s"});
  CHECK(found.root == sample.path());
  CHECK(manifests(found) == "k8s/c.yaml\nmesh.yaml\n");
  CHECK(rules(found).empty());
}

TEST_CASE("a path inside a mesh loads the whole graph and reports on the path") {
  const Sample sample;
  sample.write("mesh.yaml", mesh_text());
  sample.write("a/a.yaml", contract_text("a"));
  sample.write("ab/a.yaml", contract_text("ab"));
  sample.write("b/b.yaml", contract_text("b"));
  const Workspace found = sample.load({"a", "b/b.yaml"});
  CHECK(found.linked);
  CHECK(found.manifests == 2);
  std::string reported;
  for (const auto& file : found.files)
    if (file.reported) reported += file.key + " ";
  CHECK(reported == "a/a.yaml b/b.yaml ");
  CHECK(found.contracts_by_id.size() == 3);
}

TEST_CASE("paths are shown from the current folder") {
  const Sample sample;
  sample.write("mesh.yaml", mesh_text());
  sample.write("a/x/c.yaml", contract_text("c"));
  sample.write("b/d.yaml", contract_text("d"));
  const Standing in_a(sample / "a");
  const auto found = load_paths({});
  REQUIRE(found);
  CHECK(found->root == std::filesystem::canonical(sample.path()).string());
  REQUIRE(found->files.size() == 3);
  CHECK(found->files[0].path == "x/c.yaml");
  CHECK(found->files[1].path == "../b/d.yaml");
  CHECK(found->files[1].key == "b/d.yaml");
  CHECK(found->source(1)->bytes() == contract_text("d"));
  const auto part = load_paths({"x/../x/c.yaml"});
  REQUIRE(part);
  CHECK(part->manifests == 1);
}

TEST_CASE("a path that is not there is told from one that cannot go with the others") {
  const Sample sample;
  sample.write("one/mesh.yaml", mesh_text());
  sample.write("two/mesh.yaml", mesh_text());
  const auto missing = load_paths({sample / "one", sample / "nowhere\x1b"});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().fault == Fault::not_found);
  CHECK(missing.error().message.find('\x1b') == std::string::npos);
  const auto two = load_paths({sample / "one", sample / "two"});
  REQUIRE_FALSE(two);
  CHECK(two.error().fault == Fault::usage);
}

TEST_CASE("a document's domain is the nearest domain.yaml above it") {
  const Sample sample;
  sample.write("mesh.yaml", mesh_text("domains: [domains/*]\n"));
  sample.write("domains/sales/domain.yaml", domain_text("sales"));
  sample.write("domains/sales/eu/domain.yaml", domain_text("sales-eu", "parent: sales\n"));
  sample.write("domains/sales/orders/product.odps.yaml", product_text("p"));
  sample.write("domains/sales/eu/x/c.odcs.yaml", contract_text("c"));
  sample.write("domains/x.yaml", contract_text("x"));
  sample.write("lonely/domain.yaml", domain_text("lonely"));
  const Workspace found = sample.load();
  const auto domain = [&](std::string_view key) {
    for (FileId i = 0; i < found.files.size(); ++i)
      if (found.files[i].key == key)
        return found.domain_of(i) ? found.domain_of(i)->name : std::string("none");
    return std::string("no such file");
  };
  CHECK(domain("domains/sales/orders/product.odps.yaml") == "sales");
  CHECK(domain("domains/sales/eu/x/c.odcs.yaml") == "sales-eu");
  CHECK(domain("domains/x.yaml") == "none");
  CHECK(found.product_key(found.products.at(0)) == "orders");
  CHECK(found.folder(found.products.at(0).file) == "domains/sales/orders");
  REQUIRE(found.domains.size() == 3);
  CHECK(found.domains[0].is_listed);
  CHECK(found.domains[1].is_listed);
  CHECK_FALSE(found.domains[2].is_listed);
}

TEST_CASE("a paths entry owns files where they lie; the longer claim wins") {
  const Sample sample;
  sample.write("mesh.yaml", mesh_text("domains:\n- {name: legacy, paths: [src/old, 'src/*/legacy/**']}\n"
                                      "- {name: top, paths: ['**']}\n- domains/*\n"));
  sample.write("src/domain.yaml", domain_text("src"));
  sample.write_all({"src/old/c.yaml", "src/new/c.yaml", "other/c.yaml"}, contract_text("c"));
  const Workspace found = sample.load();
  std::string domains;
  for (FileId i = 0; i < found.files.size(); ++i)
    domains += found.files[i].key + "=" + found.domain_of(i)->name + " ";
  CHECK(domains ==
        "mesh.yaml=top other/c.yaml=top src/domain.yaml=src src/new/c.yaml=src src/old/c.yaml=legacy ");
  CHECK(found.domains.size() == 3);
}

TEST_CASE("mesh.yaml and domain.yaml may lie in one folder") {
  const Sample sample;
  sample.write("mesh.yaml", mesh_text("domains: [elsewhere/*]\n"));
  sample.write("domain.yaml", domain_text("sales"));
  sample.write("orders/product.odps.yaml", product_text("p"));
  const Workspace found = sample.load();
  REQUIRE(found.domains.size() == 1);
  CHECK(found.domains[0].is_listed);
  CHECK(found.domain_of(found.products.at(0).file)->name == "sales");
  CHECK(rules(found).empty());
}

TEST_CASE("a broken mesh.yaml is a finding, and the load goes on") {
  const Sample sample;
  sample.write("mesh.yaml", "apiVersion: mesh/v1\nkind: Mesh\nname: [\n");
  sample.write("c/c.yaml", contract_text("c"));
  const Workspace found = sample.load({"c"});
  CHECK(found.has_mesh);
  CHECK(rules(found).starts_with("mesh.yaml: yaml/"));
  CHECK(found.files.at(1).key == "mesh.yaml");
  CHECK(found.files.at(1).reported);  // though only `c` was asked about
  CHECK(found.files.at(1).broken);
  CHECK(found.manifests == 1);

  sample.write("mesh.yaml", "name: shop\nkind: Mash\n");
  CHECK(rules(sample.load()) == "mesh.yaml: schema/required\nmesh.yaml: schema/enum\n");
  sample.write("mesh.yaml", "- mesh\n");
  CHECK(rules(sample.load()) == "mesh.yaml: manifest/not-a-mapping\n");
  sample.write("mesh.yaml", mesh_text("rules: {a/b: off}\nhooks: {}\n"));
  CHECK(rules(sample.load()) == "mesh.yaml: schema/unknown-property\n");
}

TEST_CASE("a broken domain.yaml still owns what is below it") {
  const Sample sample;
  sample.write("mesh.yaml", mesh_text());
  sample.write("domain.yaml", domain_text("outer"));
  sample.write("sales/domain.yaml", "name: sales-eu # the\nkind: [\n");
  sample.write("ops/domain.yaml", "");
  sample.write_all({"sales/p/product.odps.yaml", "ops/p/product.odps.yaml"}, product_text("p"));
  const Workspace found = sample.load();
  REQUIRE(found.products.size() == 2);
  CHECK(found.domain_of(found.products[0].file)->name == "ops");
  CHECK(found.domain_of(found.products[1].file)->name == "sales-eu");
}

TEST_CASE("unreadable files and folders are findings and never stop the others") {
  const Sample sample;
  sample.write_all({"locked.yaml", "folder/c.yaml", "open.yaml"}, contract_text("x"));
  REQUIRE(::chmod(sample.path().c_str(), 0755) == 0);
  REQUIRE(::chmod((sample / "locked.yaml").c_str(), 0) == 0);
  REQUIRE(::chmod((sample / "folder").c_str(), 0) == 0);
  constexpr uid_t kNobody = 65534;  // root reads everything
  const uid_t before = ::geteuid();
  if (before == 0) REQUIRE(::seteuid(kNobody) == 0);
  const Workspace found = sample.load();
  if (before == 0) REQUIRE(::seteuid(before) == 0);
  REQUIRE(::chmod((sample / "folder").c_str(), 0700) == 0);
  CHECK(rules(found) == "folder: yaml/unreadable\nlocked.yaml: yaml/unreadable\n");
  CHECK(found.manifests == 1);
}

TEST_CASE("folders nested past the limit are told, not followed") {
  const Sample sample;
  std::string deep;
  for (int i = 0; i < 120; ++i) deep += "d/";
  sample.write(deep + "c.yaml", contract_text("c"));
  sample.write("near.yaml", contract_text("near"));
  const Workspace found = sample.load();
  CHECK(found.manifests == 1);
  CHECK(found.findings.size() == 1);
  CHECK(found.findings.all()[0].rule == "yaml/unreadable");
}

TEST_CASE("a file past the size limit is told when it is a manifest, and passed by when not") {
  const Sample sample;
  const std::string filler(11u << 20, 'x');
  sample.write("data.json", "{\"kind\": 1, \"x\": \"" + filler + "\"}");
  sample.write("big.yaml", "# made\nkind: DataContract\nid: a\ntext: " + filler + "\n");
  sample.write("big.odcs.json", "{\"x\": \"" + filler + "\"}");
  const Workspace found = sample.load();
  CHECK(rules(found) == "big.odcs.json: yaml/limit\nbig.yaml: yaml/limit\n");
}

TEST_CASE("hostile names are files like others") {
  const Sample sample;
  sample.write("new\nline.yaml", contract_text("a"));
  sample.write("esc\x1b[31m.yaml", contract_text("b"));
  sample.write("bytes\xff\xfe.yaml", contract_text("c"));
  sample.write("-rf.yaml", contract_text("d"));
  sample.write(" .yaml", contract_text("e"));
  CHECK(sample.load().contracts.size() == 5);
}

TEST_CASE("every document of a file is checked and modelled") {
  const Sample sample;
  sample.write("two.yaml", contract_text("a") + "---\n" + contract_text("b") + "colour: red\n---\n");
  sample.write("mixed.yaml", "apiVersion: v1\nkind: Secret\n---\n" + contract_text("c"));
  const Workspace found = sample.load();
  CHECK(found.contracts.size() == 3);
  CHECK(found.contracts_by_id.contains("b"));
  const std::string told = rules(found);
  CHECK(told.find("two.yaml: schema/unknown-property") != told.npos);
  CHECK(told.find("unknown-kind") == told.npos);
}

TEST_CASE("a contract with duplicate keys or schema errors is still in the graph") {
  const Sample sample;
  sample.write("a.yaml", contract_text("a") + "status: draft\n");
  sample.write("b.yaml", contract_text("b") + "unknown: 1\n");
  const Workspace found = sample.load();
  CHECK(found.contracts_by_id.size() == 2);
  CHECK(rules(found).find("a.yaml: yaml/duplicate-key") != std::string::npos);
}

TEST_CASE("ids of contracts of other standards are known") {
  const Sample sample;
  sample.write("datacontract.yaml",
               "dataContractSpecification: 1.2.1\nid: urn:dcs\ninfo: {title: t, version: 1.0.0}\n");
  CHECK(sample.load().broken_ids.contains("urn:dcs"));
}

TEST_CASE("the outcome does not depend on the thread count") {
  const auto told = [](unsigned jobs) {
    workspace::Options options;
    options.paths = {corpus("traps"), corpus("invalid")};
    options.jobs = jobs;
    const auto loaded = workspace::load(options);
    REQUIRE(loaded);
    std::string text;
    for (const Finding& finding : loaded->findings.all())
      text += loaded->path(finding.at.file) + ":" + std::to_string(finding.at.span.begin) + " " +
              finding.message + "\n";
    for (const auto& contract : loaded->contracts) text += contract.id.str() + "\n";
    return text;
  };
  const std::string one = told(1);
  CHECK(one.size() > 1000);
  CHECK(told(4) == one);
  CHECK(told(9) == one);
}

TEST_CASE("a hook sees every document while its tree is alive") {
  const Sample sample;
  sample.write("two.yaml", contract_text("a") + "---\n" + contract_text("b"));
  workspace::Options options;
  options.paths = {sample.path()};
  options.jobs = 1;
  options.on_document = [](const Workspace&) {
    return [](const workspace::Document& document, Findings& findings) {
      CHECK(document.identified.standard == schema::Standard::odcs);
      CHECK(document.contract->id == document.root.find("id")->text());
      CHECK((*document.contract_details)[model::RootKey::id] == *document.root.find("id"));
      findings.add("test/seen", Level::note, document.root.span(), document.contract->id.str());
    };
  };
  const auto found = workspace::load(options);
  REQUIRE(found);
  CHECK(rules(*found).find("two.yaml: test/seen\ntwo.yaml: test/seen\n") != std::string::npos);
}

TEST_CASE("meshes of the corpus load whole") {
  for (const char* folder : {"invalid/contract-unresolved", "invalid/lineage-cycle",
                             "invalid/duplicate-product-id", "traps/p00-good", "traps/p06-dup-port"}) {
    CAPTURE(folder);
    const auto found = load_paths({corpus(folder)});
    REQUIRE(found);
    CHECK(found->linked);
    CHECK(found->products.size() >= 1);
    CHECK(found->contracts.size() >= 1);
    CHECK(found->findings.empty());
    CHECK(found->manifests == found->files.size());
  }
}

TEST_CASE("what is being written and cannot be parsed is known by its keys") {
  const Sample sample;
  sample.write("lf.yaml", "schema: https://x\nversion: 4.1\nproduct:\n  a: [\n");
  sample.write("old.yaml", "datasetName: x\nuuid: u\nx: [\n");
  sample.write("other.yaml", "schema: https://x\nversion: 4.1\nx: [\n");
  sample.write("indented.yaml", "x:\n  kind: DataContract\n  y: [\n");
  CHECK(manifests(sample.load()) == "lf.yaml\nold.yaml\n");
}

TEST_CASE("a link that is named stands for what it leads to") {
  const Sample sample;
  sample.write("mesh.yaml", mesh_text());
  sample.write("domains/sales/c.yaml", contract_text("c"));
  std::filesystem::create_directory_symlink("domains/sales", sample / "link");
  std::filesystem::create_symlink("domains/sales/c.yaml", sample / "c.yaml");
  const Workspace found = sample.load({"link", "c.yaml"});
  CHECK(manifests(found) == "domains/sales/c.yaml\nmesh.yaml\n");
  CHECK(found.manifests == 1);
}

TEST_CASE("the mesh.yaml at the root may be a link") {
  const Sample sample;
  sample.write("real/settings.yaml", mesh_text("exclude: [real]\n"));
  sample.write("mesh/c.yaml", contract_text("c"));
  std::filesystem::create_symlink("../real/settings.yaml", sample / "mesh/mesh.yaml");
  CHECK(sample.load({"mesh"}).mesh.exclude.size() == 1);
}
