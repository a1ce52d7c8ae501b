#pragma once

#include "core/find/product.hpp"

namespace mesh::find {

// A manifest may hold what it should not, and publishing refuses that; whoever shows it passes it on all the
// same. Puts `***` in place of it.
void hide_secrets(Product& product);

}  // namespace mesh::find
