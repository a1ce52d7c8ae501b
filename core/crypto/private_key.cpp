#include "core/crypto/private_key.hpp"

#include "core/base/base64.hpp"
#include "core/base/descriptor.hpp"
#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/crypto/key_numbers.hpp"
#include "core/crypto/secret.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

namespace mesh::crypto {
namespace {

constexpr std::string_view kBegin = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
constexpr std::string_view kEnd = "-----END OPENSSH PRIVATE KEY-----";
constexpr std::string_view kMagic{"openssh-key-v1\0", 15};
constexpr size_t kBlock = 8;  // of the cipher `none`

tl::unexpected<Error> damaged() {
  return fail(Fault::usage, "it is not a private key of OpenSSH, or damaged");
}

tl::unexpected<Error> with_passphrase() {
  return fail(Fault::usage, "it is protected by a passphrase, which is not asked for here",
              "add the key to an agent with `ssh-add FILE`, and sign with `--sign-key agent`");
}

// Some other form of a key that people have.
tl::unexpected<Error> other_form(std::string_view text) {
  if (text.starts_with(kBegin.substr(0, kBegin.size() - 1)) && text.find('\r') != text.npos)
    return fail(Fault::usage,
                "its lines end as on Windows, with CR and LF, which OpenSSH does not read either",
                "write it with `tr -d '\\r' < FILE`, or keep it as it is where it comes from");
  if (text.find("ENCRYPTED") != text.npos) return with_passphrase();
  if (text.starts_with("-----BEGIN "))
    return fail(
        Fault::usage, "it is a key, but not in the form of OpenSSH",
        "rewrite a copy of it with `ssh-keygen -p -f FILE`, or make one with `ssh-keygen -t ed25519`");
  return fail(Fault::usage, "it is not a private key of OpenSSH");
}

// The bytes between the two lines.
Result<Secret> unarmored(std::string_view text) {
  if (!text.starts_with(kBegin)) return other_form(text);
  text.remove_prefix(kBegin.size());
  const size_t end = text.find(kEnd);
  if (end == text.npos || !trim(text.substr(end + kEnd.size())).empty()) return damaged();
  std::string joined;
  joined.reserve(end);
  std::ranges::copy_if(text.substr(0, end), std::back_inserter(joined), [](char c) { return c != '\n'; });
  const Secret encoded(std::move(joined));
  auto bytes = from_base64(encoded.bytes());
  if (!bytes) return damaged();
  return Secret(std::move(*bytes));
}

bool is_padding(std::string_view rest) {
  for (size_t i = 0; i < rest.size(); ++i)
    if (static_cast<unsigned char>(rest[i]) != i + 1) return false;
  return rest.size() < kBlock;
}

// The private fields of a key of that type; nullptr when they do not belong to the public key.
EvpKey read_fields(WireReader& reader, const KeyNumbers& key) {
  switch (key.type) {
    case KeyType::ed25519: {
      const std::string_view point = reader.string(), seed_and_point = reader.string();
      if (!reader.ok() || point != key.point || seed_and_point.size() != 64 ||
          seed_and_point.substr(32) != point)
        return nullptr;
      return evp_ed25519_private(seed_and_point.substr(0, 32));
    }
    case KeyType::ecdsa_p256: {
      const std::string_view curve = reader.string(), point = reader.string(), scalar = reader.positive();
      if (!reader.ok() || curve != "nistp256" || point != key.point || scalar.size() > 32) return nullptr;
      return evp_p256_private(point, scalar);
    }
    case KeyType::ed25519_hardware:
    case KeyType::ecdsa_hardware:
      return nullptr;  // the file holds a handle
    case KeyType::rsa: {
      const std::string_view modulus = reader.positive(), exponent = reader.positive(),
                             secret = reader.positive();
      reader.positive();  // the inverse of q, p and q: libcrypto works without them
      reader.positive();
      reader.positive();
      if (!reader.ok() || modulus != key.modulus || exponent != key.exponent ||
          secret.size() > modulus.size())
        return nullptr;
      return evp_rsa_private(modulus, exponent, secret);
    }
  }
  return nullptr;
}

Result<std::string> signed_with(const EvpKey& evp, KeyType type, std::string_view message) {
  const std::string algorithm(type == KeyType::rsa ? "rsa-sha2-512" : name_of(type));
  auto raw = evp_sign(evp, *digest_of(type, algorithm), message);
  if (raw && type == KeyType::ecdsa_p256) raw = ssh_of_der(*raw);
  if (!raw) return fail(Fault::usage, "the key cannot sign");
  return wire_string(algorithm) + wire_string(*raw);
}

}  // namespace

Result<std::string> signature_of(const Signer& signer, std::string_view message) {
  auto signature = signer.sign(message);
  if (!signature) return std::move(signature).error().in("sign with " + fingerprint(signer.key));
  if (!verifies(signer.key, *signature, message))
    return fail(Fault::usage,
                "what signs for " + fingerprint(signer.key) + " made a signature that is none of it");
  return signature;
}

Result<Signer> read_private_key(std::string_view text) {
  if (text.size() > kMaxKeyFile) return damaged();
  const auto bytes = unarmored(text);
  if (!bytes) return tl::unexpected(bytes.error());
  WireReader outer(bytes->bytes());
  if (outer.raw(kMagic.size()) != kMagic) return damaged();
  const std::string_view cipher = outer.string(), kdf = outer.string(), options = outer.string();
  const uint32_t count = outer.number();
  if (outer.ok() && cipher != "none") return with_passphrase();
  const std::string_view blob = outer.string(), secrets = outer.string();
  if (!outer.done() || kdf != "none" || !options.empty() || count != 1 || secrets.size() % kBlock != 0)
    return damaged();

  auto key = read_public_key(blob);
  if (!key) return fail(Fault::usage, key.error().message, key.error().help);
  if (is_of_hardware(key->type))
    return fail(Fault::usage, "it is that of a key in hardware, which an agent signs with",
                "add it with `ssh-add FILE`, and sign with `--sign-key FILE.pub`");
  const auto numbers = key_numbers(blob);
  WireReader inner(secrets);
  const uint32_t check = inner.number();
  if (check != inner.number() || inner.string() != name_of(key->type)) return damaged();
  const EvpKey evp = read_fields(inner, *numbers);
  key->comment = printable(inner.string());
  if (!evp || !inner.ok() || !is_padding(inner.rest())) return damaged();
  const KeyType type = key->type;
  return Signer{std::move(*key),
                [evp, type](std::string_view message) { return signed_with(evp, type, message); }};
}

Result<Signer> private_key_file(const std::string& path) {
  const std::string shown = "the key `" + printable(path) + "`";
  const Descriptor fd(uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); }));
  if (!fd) return system_failure("cannot open " + shown, errno);
  struct stat about {};
  if (::fstat(fd.get(), &about) != 0) return system_failure("cannot open " + shown, errno);
  if (!S_ISREG(about.st_mode)) return fail(Fault::usage, shown + " is not a file");
  if ((about.st_mode & 077) != 0)
    return fail(Fault::usage, shown + " can be read by others", "take their rights away: chmod 600 " + path);
  auto read = read_to_end(fd.get(), static_cast<uint64_t>(about.st_size), kMaxKeyFile);
  if (!read) return system_failure("cannot read " + shown, read.error());
  const Secret text(std::move(*read));
  auto signer = read_private_key(text.bytes());
  if (!signer) return std::move(signer).error().in(shown);
  return signer;
}

}  // namespace mesh::crypto
