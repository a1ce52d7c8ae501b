// What core/crypto reads of keys, signatures and agents. The first byte says what the others are: a signature
// (s), a line of a public key (k), a private key file (p), what an agent says (a, g), or what stands between
// the lines of a signature (b) or private key (q), so that base64 does not stand in the way.
#include "core/base/base64.hpp"
#include "core/crypto/private_key.hpp"
#include "core/crypto/ssh_agent.hpp"
#include "core/crypto/ssh_signature.hpp"

#include <cstdlib>
#include <string>

using namespace mesh;
using namespace mesh::crypto;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_key(const PublicKey& key) {
  const auto again = read_public_key(key.blob);
  require(again && *again == key && again->type == key.type);
  const auto line = parse_public_key(line_of(key));
  require(line && *line == key);
}

void check_signature(std::string_view text) {
  const auto signature = read_ssh_signature(text);
  if (!signature) return;
  check_key(signature->key);
  const auto again = read_ssh_signature(armored(*signature));
  require(again && again->key == signature->key && again->signature == signature->signature &&
          again->name_space == signature->name_space && again->hash == signature->hash);
  (void)check_ssh_signature(*signature, signature->name_space, "message");
  require(!check_ssh_signature(*signature, signature->name_space + "x", "message"));
}

void check_private_key(std::string_view text) {
  const auto signer = read_private_key(text);
  if (!signer) return;
  check_key(signer->key);
  const auto signature = signature_of(*signer, "message");
  if (signature) require(verifies(signer->key, *signature, "message"));
}

std::string armored_as(const char* what, std::string_view bytes) {
  const std::string line = std::string(what) + "-----\n";
  return "-----BEGIN " + line + base64(bytes) + "\n-----END " + line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 's':
      check_signature(bytes);
      break;
    case 'b':
      check_signature(armored_as("SSH SIGNATURE", bytes));
      break;
    case 'k':
      if (const auto key = parse_public_key(bytes)) check_key(*key);
      break;
    case 'p':
      check_private_key(bytes);
      break;
    case 'q':
      check_private_key(armored_as("OPENSSH PRIVATE KEY", bytes));
      break;
    case 'a':
      if (const auto keys = read_identities(bytes))
        for (const PublicKey& key : *keys) check_key(key);
      break;
    case 'g':
      if (const auto signature = read_signature(bytes)) require(signature->size() <= kMaxSignature);
      break;
    default:
      break;
  }
  return 0;
}
