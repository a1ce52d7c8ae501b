#pragma once

#include "core/rules/rule.hpp"

#include <string_view>
#include <vector>

// What the rules about ports ask of the graph.
namespace mesh::rules {

// The contracts with an id, in path order; none when the id is not in the graph.
std::vector<const Contract*> contracts_with(const Workspace& workspace, std::string_view id);

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

}  // namespace mesh::rules
