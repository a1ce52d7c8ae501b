#pragma once

#include "core/crypto/signer.hpp"

#include <cstdint>
#include <string>
#include <string_view>

// Signatures that `ssh-keygen -Y sign` and `-Y verify` make and check (OpenSSH's PROTOCOL.sshsig).
namespace mesh::crypto {

enum class HashAlgorithm : uint8_t { sha256, sha512 };
std::string_view name_of(HashAlgorithm hash);

struct SshSignature {
  PublicKey key;  // who says to have signed
  std::string name_space;
  HashAlgorithm hash = HashAlgorithm::sha512;
  std::string signature;  // in the form of the wire
};

inline constexpr uint64_t kMaxSshSignature = 64u << 10;

// corrupt: not such a signature.
Result<SshSignature> read_ssh_signature(std::string_view armored);
std::string armored(const SshSignature& signature);

// corrupt: made for another purpose, or not by this key over these bytes. Whether the key may sign is for the
// caller to say.
Result<void> check_ssh_signature(const SshSignature& signature, std::string_view name_space,
                                 std::string_view message);

Result<SshSignature> make_ssh_signature(const Signer& signer, std::string_view name_space,
                                        std::string_view message, HashAlgorithm hash = HashAlgorithm::sha512);

}  // namespace mesh::crypto
