#include "core/base/files.hpp"
#include "core/rules/baseline.hpp"
#include "core/rules/waivers.hpp"
#include "tests/unit/rules/checking.hpp"
#include "tests/unit/temp_folder.hpp"

#include <algorithm>
#include <map>

using namespace mesh;

namespace {

const std::string kMesh = "apiVersion: mesh/v1\nkind: Mesh\nname: shop\noverridable: [\"status/*\"]\n";
const std::string kDomain = "apiVersion: mesh/v1\nkind: Domain\nname: sales\nowner: {team: sales-data}\n";

std::string contract(const std::string& status_line) {
  return "apiVersion: v3.2.0\nkind: DataContract\nid: urn:shop:orders\nversion: 1.0.0\n" + status_line +
         "\nschema: [{name: orders, properties: [{name: id, logicalType: integer}]}]\n";
}

std::string waivers(const std::string& rule, const std::string& target,
                    const std::string& until = "2026-12-31") {
  return "apiVersion: mesh/v1\nkind: Waivers\nwaivers:\n  - {rule: " + rule + ", target: \"" + target +
         "\", owner: sales-lead, reason: later, until: \"" + until + "\"}\n";
}

using Files = std::map<std::string, std::string>;

class Folder {
 public:
  explicit Folder(const Files& files) { write(files); }
  void write(const Files& files) {
    for (const auto& [path, text] : files) {
      const std::string whole = folder_ / path;
      REQUIRE(make_folders(whole.substr(0, whole.rfind('/'))));
      REQUIRE(replace_file(whole, text));
    }
  }
  test::Checked check(const std::string& path = "", const rules::Selection& selection = {}) const {
    return test::check_paths({path.empty() ? folder_.path() : folder_ / path}, selection);
  }
  std::string path() const { return folder_.path(); }

 private:
  test::TempFolder folder_;
};

// "rule", or "rule (waived by OWNER)"; in order, one for each finding.
std::vector<std::string> told(const test::Checked& checked) {
  std::vector<std::string> told;
  for (const Finding& finding : checked.findings)
    told.push_back(std::string(finding.rule) + (finding.waiver ? " (waived by " + finding.waiver->owner + ")" : ""));
  std::ranges::sort(told);
  return told;
}
using Told = std::vector<std::string>;

std::vector<std::string> alone(const std::string& text, const std::string& name = "a.odcs.yaml") {
  const Folder folder(Files{{name, text}});
  return told(folder.check(name));
}

std::string allow(const std::string& rest) { return " # mesh:allow " + rest; }
const std::string kGood = " until=2026-12-31 reason=later";

}  // namespace

TEST_CASE("an allowance waives the findings of its rules that begin on its line") {
  CHECK(alone(contract("status: live" + allow("status/unknown-value" + kGood))) ==
        Told{"status/unknown-value (waived by )"});
  CHECK(alone(contract("# mesh:allow status/*" + kGood + "\nstatus: live")) ==
        Told{"status/unknown-value (waived by )"});
  CHECK(alone(contract("# mesh:allow status/*" + kGood + "\nname: x\nstatus: live")) ==
        Told{"status/unknown-value", "waiver/unused"});
  CHECK(alone(contract("status: live" + allow("contract/empty" + kGood))) ==
        Told{"status/unknown-value", "waiver/unused"});
}

TEST_CASE("a waiver that is over does not count, and names its end where it is missed") {
  const Folder folder(
      Files{{"a.odcs.yaml", contract("status: live" + allow("status/* until=2026-05-31 reason=x"))}});
  const auto checked = folder.check("a.odcs.yaml");
  CHECK(told(checked) == Told{"status/unknown-value", "waiver/expired"});
  REQUIRE(checked.findings.front().notes.size() == 1);
  CHECK(checked.findings.front().notes.front().message == "its waiver ended on 2026-05-31");
}

TEST_CASE("a waiver counts on its last day, and warns two weeks before") {
  const auto until = [](const std::string& day) {
    return alone(contract("status: live" + allow("status/* until=" + day + " reason=x")));
  };
  CHECK(until("2026-06-01") == Told{"status/unknown-value (waived by )", "waiver/expires-soon"});
  CHECK(until("2026-06-15") == Told{"status/unknown-value (waived by )", "waiver/expires-soon"});
  CHECK(until("2026-06-16") == Told{"status/unknown-value (waived by )"});
  CHECK(until("2027-06-01") == Told{"status/unknown-value (waived by )"});
  CHECK(until("2027-06-02") == Told{"status/unknown-value", "waiver/too-long"});
}

TEST_CASE("a waiver that is not in order does not count") {
  CHECK(alone(contract("status: live" + allow("status/unknown-value reason=x"))) ==
        Told{"status/unknown-value", "waiver/malformed"});
  CHECK(alone(contract("status: live" + allow("status/unknown-valu" + kGood))) ==
        Told{"status/unknown-value", "waiver/unknown-rule"});
  CHECK(alone(contract("status: live" + allow("waiver/unused" + kGood))) ==
        Told{"status/unknown-value", "waiver/not-overridable"});
}

TEST_CASE("a waiver of a mended finding that is over is only unused") {
  CHECK(alone(contract("status: active" + allow("status/* until=2026-05-31 reason=x"))) ==
        Told{"waiver/unused"});
}

TEST_CASE("what was not looked for makes no waiver unused") {
  const Folder folder(
      Files{{"a.odcs.yaml", contract("status: active" + allow("status/*" + kGood))},
            {"b.odcs.yaml", contract("status: active" + allow("id/duplicate" + kGood))},
            {"c.odcs.yaml", contract("status: active" + allow("status/*" + kGood) + "\nid: b")}});
  const auto with = [&](std::vector<std::string> only, std::vector<model::LevelSetting> settings = {}) {
    return told(folder.check("a.odcs.yaml", {std::move(only), std::move(settings)}));
  };
  CHECK(with({}) == Told{"waiver/unused"});
  CHECK(with({"waiver/*"}).empty());
  CHECK(with({}, {{"status/unknown-value", Level::off, {}}}).empty());
  // With a file alone nobody looks for its id in others.
  CHECK(told(folder.check("b.odcs.yaml")).empty());
  CHECK(told(folder.check("c.odcs.yaml")) == Told{"yaml/duplicate-key"});
}

TEST_CASE("in a mesh a domain waives what is overridable, the mesh everything that can be read") {
  Folder folder(Files{{"mesh.yaml", kMesh},
                      {"sales/domain.yaml", kDomain},
                      {"sales/orders/a.odcs.yaml", contract("status: live" + allow("status/*" + kGood) +
                                                            "\nname: 1" + allow("schema/type" + kGood))}});
  CHECK(told(folder.check()) ==
        Told{"schema/type", "status/unknown-value (waived by sales-data)", "waiver/not-overridable"});
  folder.write({{"sales/orders/a.odcs.yaml", contract("status: live\nname: 1")},
                {"sales/waivers.yaml", waivers("\"*/*\"", "orders")}});
  CHECK(told(folder.check()) ==
        Told{"schema/type", "status/unknown-value (waived by sales-lead)", "waiver/not-overridable"});
  folder.write({{"sales/waivers.yaml", waivers("status/*", "orders")},
                {"waivers.yaml", waivers("schema/type", "sales")}});
  CHECK(told(folder.check()) ==
        Told{"schema/type (waived by sales-lead)", "status/unknown-value (waived by sales-lead)"});
  folder.write({{"sales/orders/b.odcs.yaml", "kind: DataContract\na: [\n"},
                {"waivers.yaml", waivers("yaml/syntax", "sales")}});
  const Told broken = told(folder.check());
  CHECK(std::ranges::count(broken, "waiver/not-overridable") == 1);
  CHECK(std::ranges::count(broken, "yaml/syntax") == 1);
}

TEST_CASE("a target is a path, the id of a document, or the key of a product") {
  Folder folder(Files{{"mesh.yaml", kMesh},
                      {"domains/sales/domain.yaml", kDomain},
                      {"domains/sales/orders/product.odps.yaml",
                       "apiVersion: v1.0.0\nkind: DataProduct\nid: urn:p\nstatus: active\n"},
                      {"domains/sales/orders/a.odcs.yaml", contract("status: live")}});
  const auto waives = [&](const std::string& file, const std::string& target) {
    folder.write({{file, waivers("status/*", target)}});
    const Told got = told(folder.check("domains"));
    folder.write({{file, "apiVersion: mesh/v1\nkind: Waivers\nwaivers: []\n"}});
    return std::ranges::count(got, "status/unknown-value (waived by sales-lead)") == 1;
  };
  for (const char* target :
       {"domains", "domains/sales/orders/", "./domains/*/orders", "domains/sales/orders/a.odcs.yaml",
        "**/a.odcs.yaml", ".", "**", "urn:shop:orders", "sales/orders"})
    CHECK_MESSAGE(waives("waivers.yaml", target), target);
  for (const char* target : {"orders", "a.odcs.yaml", "urn:p", "sales/order", "domain", "*"})
    CHECK_MESSAGE((std::string(target) == "*") == waives("waivers.yaml", target), target);
  for (const char* target :
       {"orders", "orders/a.odcs.yaml", "sales/orders", "*/*.odcs.yaml", "urn:shop:orders", "."})
    CHECK_MESSAGE(waives("domains/sales/waivers.yaml", target), target);
  CHECK_FALSE(waives("domains/sales/waivers.yaml", "domains"));
}

TEST_CASE("a domain waives nothing outside of its own files") {
  Folder folder(Files{{"mesh.yaml", kMesh},
                      {"sales/domain.yaml", kDomain},
                      {"sales/waivers.yaml", waivers("status/*", "urn:shop:orders")},
                      {"hr/domain.yaml", "apiVersion: mesh/v1\nkind: Domain\nname: hr\nowner: {team: hr}\n"},
                      {"hr/a.odcs.yaml", contract("status: live")}});
  CHECK(told(folder.check()) == Told{"status/unknown-value", "waiver/unused"});
}

TEST_CASE("who asks about a part learns of the waivers that are for it, and of no others") {
  Folder folder(Files{{"mesh.yaml", kMesh},
                      {"sales/domain.yaml", kDomain},
                      {"sales/a.odcs.yaml", contract("status: live")},
                      {"other/b.odcs.yaml",
                       "apiVersion: v3.2.0\nkind: DataContract\nid: b\nversion: 1.0.0\nstatus: active\n"
                       "schema: [{name: b, properties: [{name: id, logicalType: integer}]}]\n"},
                      {"waivers.yaml", waivers("status/*", "sales", "2026-05-31")}});
  CHECK(told(folder.check("sales")) == Told{"status/unknown-value", "waiver/expired"});
  CHECK(told(folder.check("other")).empty());
}

TEST_CASE("waivers elsewhere are not in use, and that is told") {
  const Folder folder(Files{{"mesh.yaml", kMesh},
                            {"sales/domain.yaml", kDomain},
                            {"sales/orders/waivers.yaml", waivers("status/*", ".")},
                            {"sales/orders/a.odcs.yaml", contract("status: live")}});
  CHECK(told(folder.check()) == Told{"manifest/misplaced", "status/unknown-value"});
}

TEST_CASE("another tool's waivers.yaml is none of ours") {
  const Folder folder(
      Files{{"mesh.yaml", kMesh},
            {"sales/domain.yaml", kDomain},
            {"sales/waivers.yaml", "apiVersion: policy.example.com/v1\nkind: Waivers\nwaivers: [x]\n"}});
  CHECK(told(folder.check()).empty());
}

TEST_CASE("a day that does not exist is malformed, one of the wrong form is the schema's") {
  Folder folder(Files{{"mesh.yaml", kMesh},
                      {"a.odcs.yaml", contract("status: live")},
                      {"waivers.yaml", waivers("status/*", ".", "2026-02-30")}});
  CHECK(told(folder.check()) == Told{"status/unknown-value", "waiver/malformed"});
  folder.write({{"waivers.yaml", waivers("status/*", ".", "soon")}});
  CHECK(told(folder.check()) == Told{"schema/pattern", "status/unknown-value"});
}

// ---- baselines

namespace {

rules::Baseline baseline_of(const test::Checked& checked) {
  return rules::Baseline::of(checked.workspace, checked.findings, checked.workspace.root);
}

size_t left_after(test::Checked& checked, const rules::Baseline& baseline) {
  baseline.apply(checked.workspace, checked.findings);
  return static_cast<size_t>(
      std::ranges::count_if(checked.findings, [](const Finding& finding) { return !finding.waiver; }));
}

const auto kNothingThere = [](const std::string&) { return false; };

std::string message_of(const std::string& text) {
  const auto read = rules::Baseline::read(Source("b.json", text), "/");
  return read ? "" : read.error().message;
}

}  // namespace

TEST_CASE("a baseline covers what was there, wherever it moves, and nothing more") {
  Folder folder(Files{{"a.odcs.yaml", contract("status: live")}});
  const rules::Baseline baseline = baseline_of(folder.check());
  CHECK(baseline.size() == 1);
  folder.write({{"a.odcs.yaml", "# moved\n\n" + contract("name: x\nstatus: live")}});
  auto moved = folder.check();
  CHECK(left_after(moved, baseline) == 0);
  folder.write({{"a.odcs.yaml", contract("status: wild")}});
  auto other = folder.check();
  CHECK(left_after(other, baseline) == 1);
  folder.write({{"a.odcs.yaml", contract("status: live")}, {"b.odcs.yaml", contract("status: live")}});
  auto more = folder.check();
  CHECK(left_after(more, baseline) > 0);
}

TEST_CASE("a baseline is written and read back as the same bytes") {
  Folder folder(
      Files{{"a \"b\".odcs.yaml", contract("status: live")}, {"c.odcs.yaml", contract("version: x")}});
  const rules::Baseline baseline = baseline_of(folder.check());
  const auto read = rules::Baseline::read(Source("b.json", baseline.text()), folder.path());
  REQUIRE(read);
  CHECK(read->text() == baseline.text());
  CHECK(read->size() == baseline.size());
  CHECK(rules::Baseline("/").text() == "{\n  \"schemaVersion\": 1,\n  \"findings\": []\n}\n");
}

TEST_CASE("a baseline only shrinks, and only by what was looked for") {
  Folder folder(Files{{"a.odcs.yaml", contract("status: live")}, {"b.odcs.yaml", contract("status: wild")}});
  rules::Baseline baseline = baseline_of(folder.check());
  const size_t all = baseline.size();
  folder.write({{"a.odcs.yaml", contract("status: active")}, {"b.odcs.yaml", contract("status: active")}});
  const auto shrink = [&](const std::string& path, const rules::Selection& selection) {
    rules::Baseline own = baseline;
    auto checked = folder.check(path, selection);
    own.apply(checked.workspace, checked.findings);
    return own.shrink(checked.workspace, selection, checked.findings,
                      [](const std::string&) { return true; });
  };
  CHECK(shrink("", {{"id/*"}, {}}) == 0);
  CHECK(shrink("", {}) == 2);
  // With files alone rules over all of them do not run, and the other file is not looked at.
  CHECK(shrink("a.odcs.yaml", {}) <= 1);
  auto nothing = folder.check();
  baseline.apply(nothing.workspace, nothing.findings);
  CHECK(baseline.shrink(nothing.workspace, {}, nothing.findings, kNothingThere) == 2);
  CHECK(baseline.size() == all - 2);
}

TEST_CASE("a baseline of files that are gone shrinks by them") {
  Folder folder(Files{{"a.odcs.yaml", contract("status: live")}});
  rules::Baseline baseline = baseline_of(folder.check());
  const Folder other(Files{{"b.odcs.yaml", contract("status: active")}});
  const auto checked = other.check();
  CHECK(baseline.shrink(checked.workspace, {}, checked.findings, kNothingThere) == 1);
  CHECK(baseline.size() == 0);
}

TEST_CASE("a malformed baseline is told with its place") {
  CHECK(message_of("{\"schemaVersion\": 1, \"findings\": []}").empty());
  CHECK(message_of("{").starts_with("b.json:1:"));
  CHECK(message_of("[]") == "b.json:1:1: a baseline is an object");
  CHECK(message_of("{\"schemaVersion\": 2, \"findings\": []}") ==
        "b.json:1:19: a baseline says `\"schemaVersion\": 1`");
  CHECK(message_of("{\"schemaVersion\": 1}") == "b.json:1:1: a baseline has a list of `findings`");
  CHECK(message_of("{\"schemaVersion\": 1, \"findings\": [{\"path\": \"a\", \"rule\": \"b\"}]}") ==
        "b.json:1:35: the entry has no `message`");
  CHECK(message_of(
            "{\"schemaVersion\": 1, \"findings\": [{\"path\": \"a\", \"rule\": \"b\", \"message\": \"c\", "
            "\"count\": 0}]}")
            .ends_with("`count` must be a number from 1 on"));
  CHECK(message_of("{\"schemaVersion\": 1, \"findings\": [], \"more\": 1}")
            .ends_with("`more` is not a key of a baseline"));
}
