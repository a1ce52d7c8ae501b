#pragma once

#include "core/rules/rule.hpp"

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

// What the rules about ports ask of the graph. Where very many documents say the same, which is told by
// id/duplicate, only the first of them are given.
namespace mesh::rules {

// The contracts with an id, in path order; none when the id is not in the graph.
std::vector<const Contract*> contracts_with(const Workspace& workspace, std::string_view id);

// Those of them that a port or an input with this version may mean under mesh.yaml `contractVersions`; all
// when it names no version, or a variable.
std::vector<const Contract*> contracts_meant(const Workspace& workspace, const model::Text& id,
                                             const model::Text& version);

// The one that is meant for certain: of the very version, or the only one; nullptr when there is a choice.
const Contract* contract_meant(const Workspace& workspace, const model::Text& id, const model::Text& version);

// An output port that promises a contract.
struct Promise {
  const Product* product;
  const model::Port* port;
};
// Those that promise what an input with this version may mean, in path order.
std::vector<Promise> promises_of(const Workspace& workspace, const model::Text& id,
                                 const model::Text& version);

// What a product is made from: the contracts of its input ports, and those under `inputContracts` that no
// input port names, which is told elsewhere.
struct Input {
  const model::Text *id, *version;
};
std::vector<Input> inputs_of(const Product& product);

// Whether the versions of two ports of one contract may be the same: one names none, or a variable.
bool may_be_same(model::Mesh::Match match, const model::Text& a, const model::Text& b);

// Declared in mesh.yaml to live elsewhere, by id or glob (`*` stands for any text).
bool is_external(const Workspace& workspace, std::string_view id);

// Nothing can be said about an id that is external, a variable, or in a file that could not be read.
bool is_beyond(const Workspace& workspace, std::string_view id);

// `v1.0.0` and `1.0.0` are one version; others compare as they are written.
std::string canonical_version(std::string_view version);

// Whether a port's version is met by a contract's under mesh.yaml `contractVersions`.
bool versions_match(model::Mesh::Match match, std::string_view wanted, std::string_view offered);

// The name people know a product by.
std::string name_of(const Product& product);

// The known contract whose id an unknown id was probably meant to be.
class NearestContract {
 public:
  explicit NearestContract(const Workspace& workspace) : workspace_(workspace) {}
  const Contract* operator()(std::string_view id);

 private:
  const Workspace& workspace_;
  std::vector<std::string_view> ids_;
  std::unordered_map<std::string_view, const Contract*> found_;
};

}  // namespace mesh::rules
