#pragma once

#include "tests/unit/store/conformance.hpp"

namespace mesh::test {

// Checks what publishing rests on with the keys and the bytes that it uses: blobs under their digests,
// indexes that list what is there, listings. For stores that keep nothing else, and for all others.
void check_store_of_products(const std::function<MakeStore()>& make_place);

}  // namespace mesh::test
