#pragma once

#include "core/find/product.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Which products a consumer may mean, the best first. Case does not count, of Latin, Greek and Cyrillic
// letters.
namespace mesh::find {

// Products must satisfy all of it. Of domains and statuses one must be the product's; each tag, column and
// classification must be there. `*` stands for anything in the name of a column.
struct Query {
  std::vector<std::string> terms;
  std::vector<std::string> domains, statuses, tags, columns, classifications;

  bool is_empty() const {
    return terms.empty() && domains.empty() && statuses.empty() && tags.empty() && columns.empty() &&
           classifications.empty();
  }
};

struct Hit {
  size_t product = 0;               // index
  unsigned score = 0;               // larger is better
  std::vector<std::string> places;  // "name", "column `orders.order_id`": where the query matched, best first
};

// By score, then by address.
std::vector<Hit> search(std::span<const Product> products, const Query& query);

// For each term and filter that matches nothing at all: a word of the products that a typing error may have
// meant.
struct Suggestion {
  std::string asked, meant;
};
std::vector<Suggestion> suggestions(std::span<const Product> products, const Query& query);

// The text in small letters, of the same length.
std::string folded(std::string_view text);

}  // namespace mesh::find
