#pragma once

#include "core/store/store.hpp"

#include <functional>
#include <memory>

namespace mesh::test {

// Makes the same empty place afresh at each call; stores from one call see each other's objects.
using MakeStore = std::function<std::unique_ptr<store::Store>()>;

// What a token is made of: on some stores states of equal bytes have equal ones.
enum class Tokens { of_state, of_content };

// Checks every promise of core/store/store.hpp. `make_place` answers a maker of stores of one new, empty
// place.
void check_store(const std::function<MakeStore()>& make_place, Tokens tokens = Tokens::of_state);

}  // namespace mesh::test
