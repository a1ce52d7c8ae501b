#include "core/publish/target.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::publish;

namespace {

model::Mesh mesh_with(std::initializer_list<std::pair<const char*, const char*>> targets) {
  model::Mesh mesh;
  for (const auto& [name, url] : targets) mesh.targets.push_back({name, url, "", "", "", {}});
  return mesh;
}

}  // namespace

TEST_CASE("target: a name is looked up in mesh.yaml, relative to its folder") {
  const auto mesh = mesh_with({{"dev", "file:./public"}, {"prod", "s3://bucket"}});
  CHECK(*find_target(mesh, "/root", nullptr, "dev") == TargetPlace{"file:./public", "/root"});
}

TEST_CASE("target: anything with a slash, dot or colon is a URL or path from the current folder") {
  for (const char* url : {"./public", "public/", "/srv/mesh", "file:x", "..", "s3://bucket"}) {
    CAPTURE(url);
    CHECK(*find_target(mesh_with({}), "/root", nullptr, url) == TargetPlace{url, ""});
  }
}

TEST_CASE("target: a domain overrides the URL, relative to its own folder") {
  model::Domain domain;
  domain.folder = "domains/sales";
  domain.targets = {{"dev", "file:./mine", "", "", "", {}}, {"prod", "", "", "sales", "", {}}};
  const auto mesh = mesh_with({{"dev", "file:./public"}, {"prod", "file:./prod"}});
  CHECK(*find_target(mesh, "/root", &domain, "dev") == TargetPlace{"file:./mine", "/root/domains/sales"});
  CHECK(*find_target(mesh, "/root", &domain, "prod") == TargetPlace{"file:./prod", "/root", "", "sales"});
}

TEST_CASE("target: a profile is the domain's own, else the one that mesh.yaml has for the name") {
  model::Domain domain;
  domain.targets = {{"dev", "", "", "sales", "", {}}, {"prod", "s3://sales", "", "", "", {}}};
  model::Mesh mesh;
  mesh.targets = {{"dev", "s3://mesh", "", "all", "", {}}, {"prod", "s3://mesh", "", "all", "", {}}};
  CHECK(find_target(mesh, "/root", nullptr, "dev")->profile == "all");
  CHECK(find_target(mesh, "/root", &domain, "dev")->profile == "sales");
  CHECK(find_target(mesh, "/root", &domain, "prod")->profile == "all");
  CHECK(find_target(mesh, "/root", &domain, "s3://other")->profile == "");
}

TEST_CASE("target: a region is the domain's own, else the one that mesh.yaml has for the name") {
  model::Domain domain;
  domain.targets = {{"dev", "", "", "", "eu-west-1", {}}, {"prod", "s3://sales", "", "", "", {}}};
  model::Mesh mesh;
  mesh.targets = {{"dev", "s3://mesh", "", "", "us-east-1", {}},
                  {"prod", "s3://mesh", "", "", "us-east-2", {}}};
  CHECK(*find_target(mesh, "/root", nullptr, "dev") == TargetPlace{"s3://mesh", "/root", "us-east-1"});
  CHECK(*find_target(mesh, "/root", &domain, "dev") == TargetPlace{"s3://mesh", "/root", "eu-west-1"});
  CHECK(find_target(mesh, "/root", &domain, "prod")->region == "us-east-2");
}

TEST_CASE("target: without a name the only target is meant, and never one of several") {
  CHECK(*find_target(mesh_with({{"dev", "file:x"}}), "/root", nullptr, "") == TargetPlace{"file:x", "/root"});
  CHECK(find_target(mesh_with({}), "/root", nullptr, "").error().fault == Fault::usage);
  const auto several = find_target(mesh_with({{"dev", "x"}, {"prod", "y"}}), "/root", nullptr, "");
  CHECK(several.error().help.find("`dev`, `prod`") != std::string::npos);
}

TEST_CASE("target: an unknown word is not taken for a folder") {
  const auto unknown = find_target(mesh_with({{"prod", "x"}}), "/root", nullptr, "prdo");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().fault == Fault::usage);
  CHECK(unknown.error().help.find("did you mean `prod`") != std::string::npos);
  CHECK(unknown.error().help.find("`./prdo`") != std::string::npos);
}
