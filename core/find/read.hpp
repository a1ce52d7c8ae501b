#pragma once

#include "core/find/product.hpp"
#include "core/model/details.hpp"
#include "core/text/source.hpp"

#include <optional>
#include <vector>

// From documents. Whatever is missing or of the wrong kind is left out: whether a document is right is not
// asked here.
namespace mesh::find {

// Without domain, key, releases and contracts: others know those.
Product read_product(const model::ProductDetails& details);
Contract read_contract(const model::ContractDetails& details);

// From the bytes of a published file; nothing when they cannot be read.
std::optional<Product> product_in(const Source& source);
std::vector<Contract> contracts_in(const Source& source);

}  // namespace mesh::find
