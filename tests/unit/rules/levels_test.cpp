#include "core/rules/levels.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::rules;
using model::LevelSetting;

static constexpr Listed kDuplicate{"id/duplicate", "", Level::error};
static constexpr Listed kNoPort{"product/no-output-port", "", Level::warning};

static Workspace workspace_with_domain(std::vector<LevelSetting> mesh, std::vector<LevelSetting> domain,
                                       std::vector<std::string> overridable = {}) {
  Workspace workspace;
  workspace.has_mesh = true;
  workspace.mesh.rules = std::move(mesh);
  workspace.mesh.overridable = std::move(overridable);
  workspace.domains.push_back({});
  workspace.domains[0].name = "sales";
  workspace.domains[0].rules = std::move(domain);
  workspace.files.push_back({.path = "a", .key = "a", .domain = 0});
  workspace.files.push_back({.path = "b", .key = "b"});
  return workspace;
}

static Level level(const Workspace& workspace, std::string_view rule, FileId file,
                   const Selection& selection = {}) {
  const Levels levels(workspace, selection);
  return levels.of(levels.index_of(rule).value(), file);
}

TEST_CASE("a star in a rule pattern stands for any text, across groups") {
  CHECK(matches_rule("id/duplicate", "id/duplicate"));
  CHECK(matches_rule("*", "id/duplicate"));
  CHECK(matches_rule("id/*", "id/duplicate"));
  CHECK(matches_rule("*duplicate*", "name/duplicate-port"));
  CHECK(matches_rule("{id,name}/*", "name/duplicate-port"));
  CHECK_FALSE(matches_rule("id", "id/duplicate"));
  CHECK_FALSE(matches_rule("id/*", "product/no-output-port"));
}

TEST_CASE("of several settings the exact id decides, then the longer glob, then the later one") {
  const std::vector<LevelSetting> settings{{"id/duplicate", Level::note, {}},
                                           {"product/no-*", Level::note, {}},
                                           {"product/*", Level::error, {}},
                                           {"*", Level::off, {}},
                                           {"id/*", Level::warning, {}}};
  CHECK(deciding(settings, "id/duplicate") == &settings[0]);
  CHECK(deciding(settings, "product/no-output-port") == &settings[1]);
  CHECK(deciding(settings, "id/not-uuid") == &settings[4]);
  CHECK(deciding(settings, "name/duplicate-port") == &settings[3]);
  const std::vector<LevelSetting> twice{{"id/*", Level::off, {}}, {"id/*", Level::note, {}}};
  CHECK(deciding(twice, "id/duplicate") == &twice[1]);
  CHECK(deciding({}, "id/duplicate") == nullptr);
}

TEST_CASE("the mesh changes a rule everywhere, a domain only in its own files") {
  const Workspace workspace =
      workspace_with_domain({{"product/*", Level::note, {}}}, {{"product/no-output-port", Level::error, {}}});
  CHECK(level(workspace, "product/no-output-port", 0) == Level::error);
  CHECK(level(workspace, "product/no-output-port", 1) == Level::note);
  CHECK(level(workspace, "product/no-output-port", kNoFile) == Level::note);
}

TEST_CASE("a domain loosens only what the mesh lists as overridable") {
  const std::vector<LevelSetting> softer{{"id/duplicate", Level::warning, {}}};
  const Workspace strict = workspace_with_domain({}, softer);
  CHECK(level(strict, "id/duplicate", 0) == Level::error);
  CHECK(refused(strict.mesh, strict.domains[0], kDuplicate) == &strict.domains[0].rules[0]);
  const Workspace open = workspace_with_domain({}, softer, {"id/*"});
  CHECK(level(open, "id/duplicate", 0) == Level::warning);
  CHECK(refused(open.mesh, open.domains[0], kDuplicate) == nullptr);
}

TEST_CASE("what a domain may loosen is measured against the mesh's level, not the built-in one") {
  const Workspace workspace = workspace_with_domain({{"product/no-output-port", Level::error, {}}},
                                                    {{"product/*", Level::warning, {}}});
  CHECK(refused(workspace.mesh, workspace.domains[0], kNoPort) != nullptr);
  CHECK(level(workspace, "product/no-output-port", 0) == Level::error);
}

TEST_CASE("the command line is stronger than mesh and domain") {
  const Workspace workspace = workspace_with_domain({{"id/*", Level::warning, {}}}, {});
  CHECK(level(workspace, "id/duplicate", 1, {{}, {{"id/duplicate", Level::off, {}}}}) == Level::off);
  CHECK(level(workspace, "id/duplicate", 0, {{}, {{"*", Level::note, {}}}}) == Level::note);
}

TEST_CASE("--only runs just the matching rules, at the level they have, and switches on those that are off") {
  const Workspace workspace =
      workspace_with_domain({{"product/*", Level::off, {}}, {"id/*", Level::note, {}}}, {});
  const Selection selection{{"product/no-output-port", "id/*"}, {}};
  CHECK(level(workspace, "product/no-output-port", 1, selection) == Level::warning);
  CHECK(level(workspace, "id/duplicate", 1, selection) == Level::note);
  CHECK(level(workspace, "version/not-semver", 1, selection) == Level::off);
  const Selection but_one{{"*"}, {{"id/duplicate", Level::off, {}}}};
  CHECK(level(workspace, "id/duplicate", 1, but_one) == Level::off);
}

TEST_CASE("a pattern without any rule is a usage error that names the nearest one") {
  CHECK(check_selection({{"id/*", "*"}, {{"product/no-output-port", Level::off, {}}}}));
  const auto typo = check_selection({{"id/duplicat"}, {}});
  REQUIRE_FALSE(typo);
  CHECK(typo.error().fault == Fault::usage);
  CHECK(typo.error().message == "no rule matches `id/duplicat`");
  CHECK(typo.error().help == "did you mean `id/duplicate`?");
  CHECK(check_selection({{"product"}, {}}).error().help == "did you mean `product/*`?");
  CHECK(check_selection({{}, {{"prodct/*", Level::off, {}}}}).error().help == "did you mean `product/*`?");
  CHECK(check_selection({{"zzzzzzzz"}, {}}).error().help == "`mesh rules` lists them");
}

// ---- `when`

static LevelSetting when(std::string pattern, Level level, std::vector<std::string> statuses,
                         std::vector<std::string> domains = {}) {
  return {std::move(pattern), level, {}, std::move(statuses), std::move(domains)};
}

TEST_CASE("a level with `when` holds where its conditions do, before one without") {
  const std::vector<LevelSetting> settings{when("id/duplicate", Level::note, {"Active", "draft"}),
                                           when("id/duplicate", Level::off, {"active"}, {"sales"}),
                                           {"id/duplicate", Level::warning, {}}};
  const auto level = [&](const Circumstance& where) {
    return deciding(settings, "id/duplicate", where)->level;
  };
  CHECK(level({"active", "hr"}) == Level::note);
  CHECK(level({"draft", "sales"}) == Level::note);
  CHECK(level({"active", "sales"}) == Level::off);
  CHECK(level({"retired", "sales"}) == Level::warning);
  CHECK(level({}) == Level::warning);
  CHECK(deciding({when("id/*", Level::off, {"active"})}, "id/duplicate", {}) == nullptr);
}

TEST_CASE("an exact id without `when` counts before a glob with it") {
  const std::vector<LevelSetting> settings{{"id/duplicate", Level::warning, {}},
                                           when("id/*", Level::off, {"active"})};
  CHECK(deciding(settings, "id/duplicate", {"active", ""})->level == Level::warning);
}

TEST_CASE("a domain may not loosen for one status what the mesh sets for it") {
  model::Mesh mesh;
  mesh.rules = {when("product/no-output-port", Level::error, {"active"}),
                {"product/no-output-port", Level::note, {}}};
  model::Domain domain;
  domain.name = "sales";
  domain.rules = {{"product/no-output-port", Level::warning, {}}};
  CHECK(refused(mesh, domain, kNoPort, "active") == &domain.rules.front());
  CHECK(refused(mesh, domain, kNoPort, "draft") == nullptr);
  CHECK(statuses_of_interest(mesh, {domain}) == std::vector<std::string>{"", "active"});
}

TEST_CASE("the level of a rule follows the status of the document that a finding is in") {
  Workspace workspace = workspace_with_domain({when("id/duplicate", Level::off, {"draft"})}, {});
  for (const uint32_t begin : {0u, 100u}) {
    model::Contract& contract = workspace.contracts.emplace_back();
    contract.file = 1;
    contract.root = {begin, begin + 90};
    contract.status = contract.pool.keep(begin == 0 ? "active" : "Draft", {});
  }
  const Levels levels(workspace, {});
  const size_t rule = *levels.index_of("id/duplicate");
  CHECK(levels.of(rule, Place{1, {10, 12}}) == Level::error);
  CHECK(levels.of(rule, Place{1, {110, 112}}) == Level::off);
  CHECK(levels.of(rule, Place{1, {300, 300}}) == Level::error);
  CHECK(levels.of(rule, FileId{1}) == Level::error);
}
