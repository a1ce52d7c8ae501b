#pragma once

// For the files of this room: libcrypto is loaded with the first digest. Linked, it would double the cost of
// every start, of `mesh version` and `mesh validate` too, which need none.
namespace mesh::crypto {

// The address of one of its functions. Where libcrypto cannot be loaded the process ends with 70: a broken
// installation.
void* libcrypto_function(const char* name);

template <class Function>
Function libcrypto(const char* name) {
  return reinterpret_cast<Function>(libcrypto_function(name));
}

}  // namespace mesh::crypto
