#pragma once

#include "core/base/packed.hpp"
#include "core/base/pieces.hpp"
#include "core/oci/json.hpp"
#include "core/store/store.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

// `<domain>/listing.json` as a document. A domain may have thousands of products: it is read and written
// entry by entry.
namespace mesh::publish {

inline constexpr uint64_t kMaxListing = 64u << 20;

std::string listing_key(std::string_view domain);

// By the product's name: its entry as canonical JSON.
using Entries = std::map<std::string, Packed>;

oci::Json entry_in(const Packed& entry);

// Calls `add` for each entry, as they stand, and gives the members of the document that we do not know.
// corrupt: it is no listing; some entries may have been added before that was seen.
Result<oci::Json> each_entry(
    std::string_view listing,
    const std::function<void(const std::string& product, const oci::Json& entry)>& add);

struct Listing {
  std::optional<store::Token> token;  // none: there is no object yet
  std::string digest;                 // sha256 of its bytes
  bool usable = false;
  Entries products;
  oci::Json rest = oci::Json::object();  // members we do not know, kept as they are

  // Whether the store has these bytes.
  bool is(const Pieces& text) const;
};

Result<Listing> read_listing(store::Store& store, const std::string& key);

// The canonical document, entry by entry, made of `products` as long as they live; without the contracts
// where nobody would read it otherwise.
Pieces listing_text(std::string_view domain, const oci::Json& rest, const Entries& products);

}  // namespace mesh::publish
