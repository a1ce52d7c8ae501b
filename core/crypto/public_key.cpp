#include "core/crypto/public_key.hpp"

#include "core/base/base64.hpp"
#include "core/base/strings.hpp"
#include "core/crypto/key_numbers.hpp"
#include "core/crypto/sha256.hpp"

#include <array>
#include <bit>

namespace mesh::crypto {
namespace {

constexpr std::array<std::string_view, 5> kNames{"ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa",
                                                 "sk-ssh-ed25519@openssh.com",
                                                 "sk-ecdsa-sha2-nistp256@openssh.com"};
constexpr size_t kLongestApplication = 1024;
constexpr size_t kFewestBits = 2048, kMostBits = 16384, kLongestLine = 16384;

size_t bits_of(std::string_view number) {
  if (number.empty()) return 0;
  return (number.size() - 1) * 8 + static_cast<size_t>(std::bit_width(static_cast<unsigned char>(number[0])));
}

bool is_ecdsa(KeyType type) { return type == KeyType::ecdsa_p256 || type == KeyType::ecdsa_hardware; }

bool is_usable(const KeyNumbers& numbers) {
  const auto is_odd = [](std::string_view number) { return (number.back() & 1) != 0; };
  switch (numbers.type) {
    case KeyType::ed25519:
    case KeyType::ed25519_hardware:
      return numbers.point.size() == 32 && numbers.application.size() <= kLongestApplication;
    case KeyType::ecdsa_p256:
    case KeyType::ecdsa_hardware:
      return numbers.application.size() <= kLongestApplication && numbers.point.size() == 65 &&
             numbers.point[0] == 4;
    case KeyType::rsa: {
      const size_t bits = bits_of(numbers.modulus);
      return bits >= kFewestBits && bits <= kMostBits && is_odd(numbers.modulus) &&
             is_odd(numbers.exponent) && bits_of(numbers.exponent) >= 2 && bits_of(numbers.exponent) <= 64;
    }
  }
  return false;
}

// Of an RSA key that would be good were it larger or smaller; "" for everything else.
std::string wrong_size_of(std::string_view blob) {
  WireReader reader(blob);
  const bool is_rsa = reader.string() == name_of(KeyType::rsa);
  reader.positive();
  const size_t bits = bits_of(reader.positive());
  if (!is_rsa || !reader.done() || (bits >= kFewestBits && bits <= kMostBits)) return {};
  return "it is an RSA key of " + std::to_string(bits) + " bits, and " + std::to_string(kFewestBits) +
         " to " + std::to_string(kMostBits) + " are asked for";
}

std::string text_of(const std::array<unsigned char, 32>& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// A DER integer below 128 bytes, which those of P-256 are.
std::string der_integer(std::string_view big_endian) {
  std::string value = wire_positive(big_endian).substr(4);
  return std::string{'\x02', static_cast<char>(value.size())} + value;
}

std::optional<std::string_view> take_der(std::string_view& rest, char tag) {
  if (rest.size() < 2 || rest[0] != tag || static_cast<unsigned char>(rest[1]) > 127) return std::nullopt;
  const auto size = static_cast<size_t>(rest[1]);
  if (rest.size() - 2 < size) return std::nullopt;
  const std::string_view value = rest.substr(2, size);
  rest.remove_prefix(2 + size);
  return value;
}

}  // namespace

std::string_view name_of(KeyType type) { return kNames[static_cast<size_t>(type)]; }

bool is_of_hardware(KeyType type) {
  return type == KeyType::ed25519_hardware || type == KeyType::ecdsa_hardware;
}

std::optional<KeyType> key_type_named(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<KeyType>(i);
  return std::nullopt;
}

std::optional<KeyNumbers> key_numbers(std::string_view blob) {
  WireReader reader(blob);
  const auto type = key_type_named(reader.string());
  if (!type) return std::nullopt;
  KeyNumbers numbers;
  numbers.type = *type;
  if (*type == KeyType::rsa) {
    numbers.exponent = reader.positive();
    numbers.modulus = reader.positive();
  } else {
    if (is_ecdsa(*type) && reader.string() != "nistp256") return std::nullopt;
    numbers.point = reader.string();
    if (is_of_hardware(*type)) numbers.application = reader.string();
  }
  if (!reader.done() || !is_usable(numbers)) return std::nullopt;
  return numbers;
}

EvpKey evp_of(const KeyNumbers& numbers) {
  switch (numbers.type) {
    case KeyType::ed25519:
    case KeyType::ed25519_hardware:
      return evp_ed25519(numbers.point);
    case KeyType::ecdsa_p256:
    case KeyType::ecdsa_hardware:
      return evp_p256(numbers.point);
    case KeyType::rsa:
      return evp_rsa(numbers.modulus, numbers.exponent);
  }
  return nullptr;
}

std::optional<Digest> digest_of(KeyType type, std::string_view algorithm) {
  if (type == KeyType::rsa) {
    if (algorithm == "rsa-sha2-512") return Digest::sha512;
    if (algorithm == "rsa-sha2-256") return Digest::sha256;
    return std::nullopt;  // "ssh-rsa" would be SHA-1
  }
  if (algorithm != name_of(type)) return std::nullopt;
  return is_ecdsa(type) ? Digest::sha256 : Digest::none;
}

std::optional<std::string> der_of_ssh(std::string_view ssh) {
  WireReader reader(ssh);
  const std::string_view r = reader.positive(), s = reader.positive();
  if (!reader.done() || r.size() > 32 || s.size() > 32) return std::nullopt;
  const std::string both = der_integer(r) + der_integer(s);
  return std::string{'\x30', static_cast<char>(both.size())} + both;
}

std::optional<std::string> ssh_of_der(std::string_view der) {
  auto sequence = take_der(der, '\x30');
  if (!sequence || !der.empty()) return std::nullopt;
  const auto r = take_der(*sequence, '\x02'), s = take_der(*sequence, '\x02');
  if (!r || !s || !sequence->empty()) return std::nullopt;
  return wire_positive(*r) + wire_positive(*s);
}

Result<PublicKey> read_public_key(std::string_view blob) {
  const auto numbers = key_numbers(blob);
  if (!numbers) {
    WireReader reader(blob);
    const std::string_view type = reader.string();
    if (reader.ok() && !type.empty() && type.size() < 64 && !key_type_named(type))
      return fail(Fault::corrupt, "keys of type `" + printable(type) + "` are not known",
                  "known are ssh-ed25519, ecdsa-sha2-nistp256, ssh-rsa and the first two of hardware (sk-…)");
    if (std::string wrong = wrong_size_of(blob); !wrong.empty())
      return fail(Fault::corrupt, std::move(wrong), "make another: `ssh-keygen -t ed25519`");
    return fail(Fault::corrupt, "it is not a public key");
  }
  return PublicKey{numbers->type, std::string(blob), {}};
}

Result<PublicKey> parse_public_key(std::string_view line) {
  const auto wrong = [&](const std::string& why) {
    return fail(Fault::usage,
                "`" + printable(line.substr(0, 40)) + (line.size() > 40 ? "…" : "") + "` " + why,
                "write it as in a .pub file: ssh-ed25519 AAAA… name");
  };
  if (line.size() > kLongestLine) return wrong("is too long for a public key");
  line = trim(line);
  const size_t space = line.find(' ');
  if (space == line.npos) return wrong("is not a public key of OpenSSH");
  const std::string_view type = line.substr(0, space);
  std::string_view rest = trim(line.substr(space + 1));
  const std::string_view encoded = rest.substr(0, rest.find(' '));
  if (!key_type_named(type)) return wrong("is not a public key of a type that is known");
  const auto blob = from_base64(encoded);
  auto key = blob ? read_public_key(*blob) : fail(Fault::corrupt, "");
  if (!key && blob && !wrong_size_of(*blob).empty())
    return fail(Fault::usage, "`" + printable(line.substr(0, 40)) + "…`: " + key.error().message,
                key.error().help);
  if (!key || name_of(key->type) != type) return wrong("is not a public key of OpenSSH");
  key->comment = printable(trim(rest.substr(encoded.size())));
  return key;
}

std::string line_of(const PublicKey& key) {
  std::string line = std::string(name_of(key.type)) + " " + base64(key.blob);
  if (!key.comment.empty()) line += " " + key.comment;
  return line;
}

std::string fingerprint(const PublicKey& key) {
  const auto digest = sha256({key.blob});
  std::string text = base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
  text.erase(text.find_last_not_of('=') + 1);
  return "SHA256:" + text;
}

bool verifies(const PublicKey& key, std::string_view signature, std::string_view message) {
  const auto numbers = key_numbers(key.blob);
  if (!numbers || signature.size() > kMaxSignature) return false;
  WireReader reader(signature);
  const std::string_view algorithm = reader.string();
  std::string_view raw = reader.string();
  const auto digest = digest_of(numbers->type, algorithm);
  // Hardware signs in the place of the message what it was asked for, whether it was touched, how often it
  // has signed, and a digest of the message.
  std::string of_hardware;
  if (is_of_hardware(numbers->type)) {
    constexpr unsigned char kTouched = 1;
    const std::string_view flags_and_count = reader.raw(5);
    if (!reader.ok() || !(static_cast<unsigned char>(flags_and_count[0]) & kTouched)) return false;
    of_hardware =
        text_of(sha256({numbers->application})) + std::string(flags_and_count) + text_of(sha256({message}));
    message = of_hardware;
  }
  if (!reader.done() || !digest) return false;
  std::optional<std::string> der;
  if (is_ecdsa(numbers->type)) {
    der = der_of_ssh(raw);
    if (!der) return false;
    raw = *der;
  }
  return evp_verifies(evp_of(*numbers), *digest, message, raw);
}

}  // namespace mesh::crypto
