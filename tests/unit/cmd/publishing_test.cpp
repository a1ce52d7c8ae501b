#include "cmd/publishing.hpp"

#include "tests/unit/publish/sample.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <doctest.h>

using namespace mesh;
using namespace mesh::cmd;

TEST_CASE("publishing: nothing goes anywhere while mesh.yaml cannot be opened") {
  const test::TempFolder folder;
  publish::write(folder, "mesh.yaml", "apiVersion: mesh/v1\nkind: Mesh\nname: shop\ndomains: [domains/*]\n");
  publish::write(folder, "domains/sales/domain.yaml", "apiVersion: mesh/v1\nkind: Domain\nname: sales\n");
  publish::write(
      folder, "domains/sales/orders/product.odps.yaml",
      "apiVersion: v1.0.0\nkind: DataProduct\nid: urn:o\nname: o\nstatus: active\nversion: 1.0.0\n");
  ReleaseFlags flags;
  flags.paths = {folder.path()};
  flags.to = folder / "public";
  REQUIRE(prepare(flags, Checked::no));

  constexpr uid_t kNobody = 65534;  // root reads everything
  REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
  REQUIRE(::chmod((folder / "mesh.yaml").c_str(), 0) == 0);
  const uid_t user = ::geteuid();
  if (user == 0) REQUIRE(::seteuid(kNobody) == 0);
  const auto prepared = prepare(flags, Checked::no);
  if (user == 0) REQUIRE(::seteuid(user) == 0);
  REQUIRE_FALSE(prepared);
  CHECK(prepared.error().fault == Fault::usage);
  CHECK(prepared.error().message.find("mesh.yaml: the file cannot be read") != std::string::npos);
}
