#pragma once

#include "core/model/details.hpp"
#include "core/model/facts.hpp"
#include "core/yaml/tree.hpp"

// Documents into facts. What has the wrong shape is left out: the schema has told it. Names and ids may be
// any scalar, so that a reference to an id of the wrong type is not reported on top.
namespace mesh::model {

// ODCS of every version; the keys of v2 are read where those of v3 are missing.
Contract read_contract(const ContractDetails& details, FileId file);

Product read_product(const ProductDetails& details, FileId file);

Mesh read_mesh(yaml::Node root, FileId file);

// The name is as written, whatever the schema says of it.
Domain read_domain(yaml::Node root, FileId file, std::string folder);

// [a-z0-9]+(-[a-z0-9]+)*, at most 63: names of domains, and of the folders that are keys of products.
bool is_slug(std::string_view name);

// `mesh`, `index` and `listing` have a meaning of their own where products are published.
bool is_reserved(std::string_view name);

}  // namespace mesh::model
