#include "core/crypto/rs256.hpp"

#include "core/base/base64.hpp"
#include "core/base/secret.hpp"
#include "core/crypto/evp.hpp"

namespace mesh::crypto {
namespace {

// The bytes between the lines that begin and end a key; "" when there are none.
std::string der_of(std::string_view pem) {
  for (const std::string_view kind : {"PRIVATE KEY-----", "RSA PRIVATE KEY-----"}) {
    const std::string first = "-----BEGIN " + std::string(kind), last = "-----END " + std::string(kind);
    const size_t begin = pem.find(first);
    if (begin == pem.npos) continue;
    const size_t end = pem.find(last, begin);
    if (end == pem.npos) return {};
    std::string text;
    for (const char c : pem.substr(begin + first.size(), end - begin - first.size()))
      if (c != '\n' && c != '\r' && c != ' ' && c != '\t') text += c;
    auto der = from_base64(text);
    wipe(text);
    return std::move(der).value_or("");
  }
  return {};
}

}  // namespace

Result<std::string> rs256(std::string_view pem, std::string_view message) {
  std::string der = der_of(pem);
  const EvpKey key = der.empty() ? nullptr : evp_rsa_of_der(der);
  wipe(der);
  if (!key)
    return fail(Fault::usage,
                "the private key is no RSA key in PEM of 2048 bits or more, without a passphrase");
  auto signature = evp_sign(key, Digest::sha256, message);
  if (!signature) return fail(Fault::usage, "the private key cannot sign");
  return std::move(*signature);
}

}  // namespace mesh::crypto
