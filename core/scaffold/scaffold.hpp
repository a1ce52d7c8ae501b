#pragma once

#include "core/base/result.hpp"
#include "core/scaffold/write.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What `mesh init` and `mesh new` write, from the templates in the binary. Nothing here touches the disk: the
// plans go to `preview` and `write`. Same facts, same bytes: ids are made of names, never of chance or time.
namespace mesh::workspace {
struct Workspace;
}

namespace mesh::scaffold {

struct Owner {
  std::string team, email;
};

// Versions that new documents are written in: "3.2.0", "1.1.0".
struct Standards {
  std::string odcs = "3.2.0", odps = "1.1.0";
};

struct Plan {
  std::string root;  // the folder that the files' paths are relative to
  std::vector<File> files;
};

// `urn:shop:sales:orders`, `urn:shop:sales:orders:orders`.
std::string product_id(std::string_view mesh, std::string_view domain, std::string_view product);
std::string contract_id(std::string_view mesh, std::string_view domain, std::string_view product,
                        std::string_view contract);

// A mesh with one domain, which has one product, which has one output port. `mesh.yaml` comes last: before it
// is there, nothing is a mesh.
struct MeshFacts {
  std::string name, domain, domain_type, product;
  Owner owner;
};
Result<Plan> plan_mesh(const std::string& folder, const MeshFacts& facts);

// Additions to a mesh that is there. usage: it has no such domain or product (with the nearest one), or asks
// for a version of a standard that we have no template for. exists: it has what is to be new.
Result<Plan> plan_domain(const workspace::Workspace& mesh, std::string_view domain, std::string_view type,
                         const Owner& owner);
Result<Plan> plan_product(const workspace::Workspace& mesh, std::string_view domain, std::string_view product,
                          const std::optional<Owner>& owner);
struct ContractPlan {
  Plan plan;
  std::string product_file;       // relative to the root: where the port belongs
  std::vector<std::string> port;  // the lines to add there under `outputPorts:`
};
Result<ContractPlan> plan_contract(const workspace::Workspace& mesh, std::string_view domain,
                                   std::string_view product, std::string_view contract,
                                   const std::optional<Owner>& owner);

}  // namespace mesh::scaffold
