#include "core/crypto/ssh_signature.hpp"

#include "core/base/base64.hpp"
#include "core/crypto/private_key.hpp"
#include "core/crypto/wire.hpp"
#include "tests/unit/crypto/keys.hpp"

#include <algorithm>

using namespace mesh;
using namespace mesh::crypto;
using test::key_bytes;
using test::kKeys;

namespace {

constexpr std::string_view kBegin = "-----BEGIN SSH SIGNATURE-----\n",
                           kEnd = "\n-----END SSH SIGNATURE-----\n";

std::string decoded(std::string text) {
  text = text.substr(kBegin.size(), text.size() - kBegin.size() - kEnd.size());
  std::erase(text, '\n');
  return *from_base64(text);
}

std::string encoded(const std::string& bytes) {
  return std::string(kBegin) + base64(bytes) + std::string(kEnd);
}

}  // namespace

TEST_CASE("ssh signature: those of ssh-keygen are right, and written again as they were") {
  for (const char* name : kKeys)
    for (const char* hash : {"sha256", "sha512"}) {
      const std::string text = key_bytes(std::string(name) + "." + hash + ".sig");
      const auto signature = read_ssh_signature(text);
      REQUIRE_MESSAGE(signature, name);
      CHECK(signature->key == *parse_public_key(key_bytes(std::string(name) + ".pub")));
      CHECK(signature->name_space == "mesh-test");
      CHECK(name_of(signature->hash) == hash);
      CHECK(check_ssh_signature(*signature, "mesh-test", key_bytes("message")));
      CHECK(armored(*signature) == text);
    }
}

TEST_CASE("ssh signature: another message, another purpose") {
  const auto signature = read_ssh_signature(key_bytes("ed25519.sha512.sig"));
  CHECK(check_ssh_signature(*signature, "mesh-test", "another").error().message ==
        "it is over other bytes, or not by the key it names");
  const auto purpose = check_ssh_signature(*signature, "mesh-release", key_bytes("message"));
  REQUIRE_FALSE(purpose);
  CHECK(purpose.error().fault == Fault::corrupt);
  CHECK(purpose.error().message == "it was made for the namespace `mesh-test`, not for `mesh-release`");
}

TEST_CASE("ssh signature: ours are right, with each key and hash") {
  for (const char* name : kKeys)
    for (const auto hash : {HashAlgorithm::sha256, HashAlgorithm::sha512}) {
      const auto signer = read_private_key(key_bytes(name));
      const auto signature = make_ssh_signature(*signer, "mesh-release", "bytes", hash);
      REQUIRE(signature);
      const auto again = read_ssh_signature(armored(*signature));
      REQUIRE(again);
      CHECK(check_ssh_signature(*again, "mesh-release", "bytes"));
      CHECK_FALSE(check_ssh_signature(*again, "mesh-release", "byte"));
    }
}

TEST_CASE("ssh signature: a signer that lies gives no signature") {
  const auto honest = read_private_key(key_bytes("ed25519"));
  Signer liar = *honest;
  liar.sign = [&](std::string_view) { return honest->sign("something else"); };
  CHECK_FALSE(make_ssh_signature(liar, "mesh-release", "bytes"));
  liar.sign = [](std::string_view) -> Result<std::string> { return std::string(); };
  CHECK_FALSE(make_ssh_signature(liar, "mesh-release", "bytes"));
}

TEST_CASE("ssh signature: cut at any byte it is none") {
  for (const char* name : kKeys) {
    const std::string text = key_bytes(std::string(name) + ".sha256.sig");
    for (size_t i = 0; i + 1 < text.size(); ++i) CHECK_FALSE(read_ssh_signature(text.substr(0, i)));
    const std::string bytes = decoded(text);
    for (size_t i = 0; i < bytes.size(); ++i) CHECK_FALSE(read_ssh_signature(encoded(bytes.substr(0, i))));
    CHECK_FALSE(read_ssh_signature(encoded(bytes + "x")));
  }
}

TEST_CASE("ssh signature: with any byte changed it is none, or not right for its key") {
  const std::string message = key_bytes("message");
  for (const char* name : kKeys) {
    const std::string bytes = decoded(key_bytes(std::string(name) + ".sha512.sig"));
    const auto key = read_ssh_signature(encoded(bytes))->key;
    for (size_t i = 0; i < bytes.size(); ++i) {
      std::string flipped = bytes;
      flipped[i] = static_cast<char>(flipped[i] ^ 1);
      const auto signature = read_ssh_signature(encoded(flipped));
      if (signature && signature->key == key)
        CHECK_FALSE(check_ssh_signature(*signature, "mesh-test", message));
    }
  }
}

TEST_CASE("ssh signature: what surrounds it is strict") {
  const std::string text = key_bytes("ed25519.sha256.sig");
  for (const std::string& wrong : {"x" + text, text + "x", text + "\n", std::string(text).insert(40, " "),
                                   std::string(text).insert(40, "\r"), text + text})
    CHECK_FALSE(read_ssh_signature(wrong));
  CHECK(read_ssh_signature(text.substr(0, text.size() - 1)));
}

TEST_CASE("ssh signature: other versions, hashes and empty namespaces are refused") {
  const auto key = *parse_public_key(key_bytes("ed25519.pub"));
  const auto made = [&](uint32_t version, const std::string& name_space, const std::string& hash) {
    return read_ssh_signature(encoded("SSHSIG" + wire_number(version) + wire_string(key.blob) +
                                      wire_string(name_space) + wire_string("") + wire_string(hash) +
                                      wire_string("sig")));
  };
  CHECK(made(1, "n", "sha256"));
  CHECK(made(2, "n", "sha256").error().message ==
        "it is an SSH signature of version 2, and only version 1 is known");
  CHECK_FALSE(made(1, "", "sha256"));
  CHECK_FALSE(made(1, "n", "sha1"));
  CHECK_FALSE(made(1, std::string(257, 'n'), "sha256"));
}

TEST_CASE("ssh signature: RSA with SHA-1 counts for nothing") {
  const auto signature = read_ssh_signature(key_bytes("rsa.sha512.sig"));
  WireReader reader(signature->signature);
  CHECK(reader.string() == "rsa-sha2-512");
  const std::string_view raw = reader.string();
  auto weak = *signature;
  weak.signature = wire_string("ssh-rsa") + wire_string(raw);
  CHECK_FALSE(check_ssh_signature(weak, "mesh-test", key_bytes("message")));
}
