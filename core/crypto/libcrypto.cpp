#include "core/crypto/libcrypto.hpp"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

namespace mesh::crypto {

[[noreturn]] static void broken_installation() {
  std::fprintf(stderr, "error: cannot load libcrypto.so.3: %s\n", ::dlerror());
  std::_Exit(70);
}

void* libcrypto_function(const char* name) {
  static void* const kLibrary = ::dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
  if (kLibrary == nullptr) broken_installation();
  void* const function = ::dlsym(kLibrary, name);
  if (function == nullptr) broken_installation();
  return function;
}

}  // namespace mesh::crypto
