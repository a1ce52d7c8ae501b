// The plain functions: the EVP ones load providers and read a configuration file first, a millisecond more.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "core/crypto/sha256.hpp"

#include <openssl/sha.h>

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

namespace mesh::crypto {
namespace {

struct Functions {
  decltype(&SHA256_Init) init;
  decltype(&SHA256_Update) update;
  decltype(&SHA256_Final) final;
};

[[noreturn]] void broken_installation() {
  std::fprintf(stderr, "error: cannot load libcrypto.so.3: %s\n", ::dlerror());
  std::_Exit(70);
}

// Loaded with the first digest: linked, libcrypto would double the cost of every start, of `mesh version` and
// `mesh validate` too, which need none.
Functions load() {
  void* library = ::dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) broken_installation();
  const auto function = [&]<class F>(F& address, const char* name) {
    address = reinterpret_cast<F>(::dlsym(library, name));
    if (address == nullptr) broken_installation();
  };
  Functions found{};
  function(found.init, "SHA256_Init");
  function(found.update, "SHA256_Update");
  function(found.final, "SHA256_Final");
  return found;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  static const Functions libcrypto = load();
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256_CTX context;
  libcrypto.init(&context);
  libcrypto.update(&context, bytes.data(), bytes.size());
  libcrypto.final(digest, &context);
  constexpr char kHex[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * sizeof digest);
  for (const unsigned char byte : digest) {
    hex += kHex[byte >> 4];
    hex += kHex[byte & 15];
  }
  return hex;
}

}  // namespace mesh::crypto
