#pragma once

#include "core/find/product.hpp"
#include "core/oci/json.hpp"

#include <string_view>

// Products as JSON: what `--format json` shows and what an entry of a listing holds, under the standards' own
// names.
namespace mesh::find {

// brief: as a listing holds it, of which a search reads thousands: without servers, long texts cut.
enum class Extent : bool { brief, full };
oci::Json to_json(const Product& product, Extent extent);

// The inverse. Whoever wrote the entry: what has the wrong kind is taken as missing. `domain` and `key` are
// as written, to be checked by the caller.
Product from_json(const oci::Json& entry);

}  // namespace mesh::find
