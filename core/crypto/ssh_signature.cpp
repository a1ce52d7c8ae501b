#include "core/crypto/ssh_signature.hpp"

#include "core/base/base64.hpp"
#include "core/base/strings.hpp"
#include "core/crypto/sha256.hpp"
#include "core/crypto/sha512.hpp"
#include "core/crypto/wire.hpp"

#include <algorithm>

namespace mesh::crypto {
namespace {

constexpr std::string_view kMagic = "SSHSIG";
constexpr std::string_view kBegin = "-----BEGIN SSH SIGNATURE-----\n";
constexpr std::string_view kEnd = "-----END SSH SIGNATURE-----";
constexpr uint32_t kVersion = 1;
constexpr size_t kLine = 70, kLongestNamespace = 256;

template <class Digest>
std::string text_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// What is signed in the place of the message.
std::string signed_data(std::string_view name_space, HashAlgorithm hash, std::string_view message) {
  const std::string digest =
      hash == HashAlgorithm::sha256 ? text_of(sha256({message})) : text_of(sha512({message}));
  return std::string(kMagic) + wire_string(name_space) + wire_string("") + wire_string(name_of(hash)) +
         wire_string(digest);
}

tl::unexpected<Error> not_one() { return fail(Fault::corrupt, "it is not an SSH signature, or damaged"); }

}  // namespace

std::string_view name_of(HashAlgorithm hash) { return hash == HashAlgorithm::sha256 ? "sha256" : "sha512"; }

Result<SshSignature> read_ssh_signature(std::string_view text) {
  if (text.size() > kMaxSshSignature || !text.starts_with(kBegin)) return not_one();
  text.remove_prefix(kBegin.size());
  const size_t end = text.find(kEnd);
  if (end == text.npos || end == 0 || text[end - 1] != '\n') return not_one();
  if (const auto rest = text.substr(end + kEnd.size()); !rest.empty() && rest != "\n") return not_one();
  std::string encoded(text.substr(0, end));
  std::erase(encoded, '\n');
  const auto bytes = from_base64(encoded);
  if (!bytes) return not_one();

  WireReader reader(*bytes);
  if (reader.raw(kMagic.size()) != kMagic) return not_one();
  const uint32_t version = reader.number();
  if (!reader.ok()) return not_one();
  if (version != kVersion)
    return fail(Fault::corrupt, "it is an SSH signature of version " + std::to_string(version) +
                                    ", and only version 1 is known");
  const std::string_view blob = reader.string(), name_space = reader.string();
  reader.string();  // reserved: whatever it says, it says nothing
  const std::string_view hash = reader.string(), signature = reader.string();
  if (!reader.done() || name_space.empty() || name_space.size() > kLongestNamespace ||
      signature.size() > kMaxSignature || (hash != "sha256" && hash != "sha512"))
    return not_one();
  auto key = read_public_key(blob);
  if (!key) return std::move(key).error().in("its key");
  return SshSignature{std::move(*key), std::string(name_space),
                      hash == "sha256" ? HashAlgorithm::sha256 : HashAlgorithm::sha512,
                      std::string(signature)};
}

std::string armored(const SshSignature& signature) {
  const std::string encoded =
      base64(std::string(kMagic) + wire_number(kVersion) + wire_string(signature.key.blob) +
             wire_string(signature.name_space) + wire_string("") + wire_string(name_of(signature.hash)) +
             wire_string(signature.signature));
  std::string text(kBegin);
  for (size_t i = 0; i < encoded.size(); i += kLine) text += encoded.substr(i, kLine) + "\n";
  return text + std::string(kEnd) + "\n";
}

Result<void> check_ssh_signature(const SshSignature& signature, std::string_view name_space,
                                 std::string_view message) {
  if (signature.name_space != name_space)
    return fail(Fault::corrupt, "it was made for the namespace `" + printable(signature.name_space) +
                                    "`, not for `" + std::string(name_space) + "`");
  if (!verifies(signature.key, signature.signature, signed_data(name_space, signature.hash, message)))
    return fail(Fault::corrupt,
                std::string("it is over other bytes, or not by the key it names") +
                    (is_of_hardware(signature.key.type) ? ", or nobody touched that key" : ""));
  return {};
}

Result<SshSignature> make_ssh_signature(const Signer& signer, std::string_view name_space,
                                        std::string_view message, HashAlgorithm hash) {
  auto signature = signature_of(signer, signed_data(name_space, hash, message));
  if (!signature) return pass(std::move(signature));
  return SshSignature{signer.key, std::string(name_space), hash, std::move(*signature)};
}

}  // namespace mesh::crypto
