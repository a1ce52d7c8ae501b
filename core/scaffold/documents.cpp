#include "core/scaffold/documents.hpp"

#include "core/base/strings.hpp"
#include "core/scaffold/templates.hpp"

#include <algorithm>

namespace mesh::scaffold {
namespace {

// Engines do not like dashes in the name of a table, nor a digit at its start.
std::string table_name(std::string_view name) {
  std::string table(name);
  std::ranges::replace(table, '-', '_');
  return table[0] >= '0' && table[0] <= '9' ? "t_" + table : table;
}

Values owner_values(const Owner& owner) {
  return {{"team", owner.team}, {"email", owner.email}, {"mailto", "mailto:" + owner.email}};
}

Values product_values(const ProductFacts& facts, std::string_view contract) {
  Values values = owner_values(facts.owner);
  values["domain"] = facts.domain;
  values["product"] = facts.product;
  values["product_id"] = product_id(facts.mesh, facts.domain, facts.product);
  values["contract"] = contract;
  values["contract_id"] = contract_id(facts.mesh, facts.domain, facts.product, contract);
  values["table"] = table_name(contract);
  values["sla_element"] = table_name(contract) + ".changed_on";
  values["data_path"] = "./data/" + std::string(contract) + ".parquet";
  values["odcs"] = "v" + facts.standards.odcs;
  values["odps"] = "v" + facts.standards.odps;
  return values;
}

tl::unexpected<Error> no_template(std::string_view standard, std::string_view version, std::string_view key,
                                  std::string_view known) {
  return fail(Fault::usage,
              "there is no template for " + std::string(standard) + " `" + printable(version) +
                  "`, which `standards` asks for",
              "set `" + std::string(key) + "` in mesh.yaml to one of " + std::string(known));
}

Result<std::string> contract_template(const std::string& version) {
  if (version == "3.1.0" || version == "3.2.0") return "contract";
  if (version == "3.0.0" || version == "3.0.1" || version == "3.0.2") return "contract_v3.0";
  return no_template("ODCS", version, "odcs", "3.0.0, 3.0.1, 3.0.2, 3.1.0, 3.2.0");
}

Result<std::string> product_template(const std::string& version) {
  if (version == "1.0.0" || version == "1.1.0") return "product";
  if (version == "0.9.0") return "product_v0";
  return no_template("Bitol ODPS", version, "odps", "0.9.0, 1.0.0, 1.1.0");
}

}  // namespace

std::string product_id(std::string_view mesh, std::string_view domain, std::string_view product) {
  return "urn:" + std::string(mesh) + ":" + std::string(domain) + ":" + std::string(product);
}

std::string contract_id(std::string_view mesh, std::string_view domain, std::string_view product,
                        std::string_view contract) {
  return product_id(mesh, domain, product) + ":" + std::string(contract);
}

Result<void> add_contract(const ProductFacts& facts, std::string_view contract, const std::string& into,
                          std::vector<File>& files) {
  const auto name = contract_template(facts.standards.odcs);
  if (!name) return tl::unexpected(name.error());
  return add_template(*name, into, product_values(facts, contract), files);
}

Result<void> add_product(const ProductFacts& facts, const std::string& into, std::vector<File>& files) {
  const auto name = product_template(facts.standards.odps);
  if (!name) return tl::unexpected(name.error());
  if (auto added = add_contract(facts, facts.product, into, files); !added) return added;
  return add_template(*name, into, product_values(facts, facts.product), files);
}

Result<void> add_domain(std::string_view domain, std::string_view type, const Owner& owner,
                        const std::string& into, std::vector<File>& files) {
  Values values = owner_values(owner);
  values["domain"] = domain;
  values["domain_type"] = type;
  return add_template("domain", into, values, files);
}

}  // namespace mesh::scaffold
