#include "core/scaffold/documents.hpp"
#include "core/scaffold/scaffold.hpp"
#include "core/scaffold/templates.hpp"

#include <algorithm>

namespace mesh::scaffold {

Result<Plan> plan_mesh(const std::string& folder, const MeshFacts& facts) {
  Plan plan{folder, {}};
  const std::string domain = "domains/" + facts.domain;
  const ProductFacts product{facts.name, facts.domain, facts.product, facts.owner, {}};
  if (auto added = add_domain(facts.domain, facts.domain_type, facts.owner, domain, plan.files); !added)
    return pass(std::move(added));
  if (auto added = add_product(product, domain + "/" + facts.product, plan.files); !added)
    return pass(std::move(added));
  if (auto added = add_template("mesh", "", {{"mesh", facts.name}}, plan.files); !added)
    return pass(std::move(added));
  std::stable_partition(plan.files.begin(), plan.files.end(),
                        [](const File& file) { return file.path != "mesh.yaml"; });
  return plan;
}

}  // namespace mesh::scaffold
