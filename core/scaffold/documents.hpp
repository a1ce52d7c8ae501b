#pragma once

#include "core/scaffold/scaffold.hpp"

#include <string>
#include <string_view>
#include <vector>

// The documents of a mesh, rendered: what `mesh init` and `mesh new` put together.
namespace mesh::scaffold {

struct ProductFacts {
  std::string mesh, domain, product;
  Owner owner;
  Standards standards;
};

// Each adds its files below `into`. usage when there is no template for the version of the standard.
Result<void> add_domain(std::string_view domain, std::string_view type, const Owner& owner,
                        const std::string& into, std::vector<File>& files);
Result<void> add_product(const ProductFacts& facts, const std::string& into, std::vector<File>& files);
Result<void> add_contract(const ProductFacts& facts, std::string_view contract, const std::string& into,
                          std::vector<File>& files);

}  // namespace mesh::scaffold
