#include "core/crypto/private_key.hpp"

#include "core/base/strings.hpp"
#include "tests/unit/crypto/keys.hpp"
#include "tests/unit/temp_folder.hpp"

#include <sys/stat.h>

#include <algorithm>

using namespace mesh;
using namespace mesh::crypto;
using test::key_bytes;
using test::kKeys;

namespace {

const test::Armor kArmor("OPENSSH PRIVATE KEY");

}  // namespace

TEST_CASE("private key: signs so that its public half verifies, and nothing else") {
  for (const char* name : kKeys) {
    const auto signer = read_private_key(key_bytes(name));
    REQUIRE_MESSAGE(signer, name);
    const auto key = parse_public_key(key_bytes(std::string(name) + ".pub"));
    CHECK(signer->key == *key);
    CHECK(signer->key.comment == key->comment);
    const auto signature = signature_of(*signer, "message");
    REQUIRE_MESSAGE(signature, name);
    CHECK(verifies(*key, *signature, "message"));
    CHECK_FALSE(verifies(*key, *signature, "massage"));
    for (const char* other : kKeys)
      if (std::string(other) != name)
        CHECK_FALSE(
            verifies(*parse_public_key(key_bytes(std::string(other) + ".pub")), *signature, "message"));
    for (size_t i = 0; i < signature->size(); ++i) {
      CHECK_FALSE(verifies(*key, signature->substr(0, i), "message"));
      std::string flipped = *signature;
      flipped[i] = static_cast<char>(flipped[i] ^ 1);
      CHECK_FALSE(verifies(*key, flipped, "message"));
    }
  }
}

TEST_CASE("private key: one with a passphrase leads to the agent") {
  const auto signer = read_private_key(key_bytes("locked"));
  REQUIRE_FALSE(signer);
  CHECK(signer.error().fault == Fault::usage);
  CHECK(signer.error().message == "it is protected by a passphrase, which is not asked for here");
  CHECK(signer.error().help.find("ssh-add") != std::string::npos);
  CHECK_FALSE(read_private_key("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"));
}

TEST_CASE("private key: other forms and other types are told apart") {
  const auto pem = read_private_key("-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n");
  REQUIRE_FALSE(pem);
  CHECK(pem.error().help.find("ssh-keygen -p") != std::string::npos);
  const auto p384 = read_private_key(key_bytes("p384"));
  REQUIRE_FALSE(p384);
  CHECK(p384.error().message == "keys of type `ecdsa-sha2-nistp384` are not known");
  std::string windows = key_bytes("ed25519");
  for (size_t at = 0; (at = windows.find('\n', at)) != windows.npos; at += 2) windows.replace(at, 1, "\r\n");
  CHECK(read_private_key(windows).error().message.find("CR and LF") != std::string::npos);
  CHECK(read_private_key("hello").error().message == "it is not a private key of OpenSSH");
}

TEST_CASE("private key: cut at any byte it is refused") {
  for (const char* name : kKeys) {
    const std::string bytes = kArmor.decoded(key_bytes(name));
    for (size_t i = 0; i < bytes.size(); ++i)
      CHECK_FALSE(read_private_key(kArmor.encoded(bytes.substr(0, i))));
    CHECK(read_private_key(kArmor.encoded(bytes)));
    CHECK_FALSE(read_private_key(kArmor.encoded(bytes + '\x01')));
  }
}

TEST_CASE("private key: with any byte changed it is refused, is another comment, or does not sign") {
  for (const char* name : {"ed25519", "ecdsa"}) {
    const std::string bytes = kArmor.decoded(key_bytes(name));
    const PublicKey key = read_private_key(key_bytes(name))->key;
    for (size_t i = 0; i < bytes.size(); ++i) {
      std::string flipped = bytes;
      flipped[i] = static_cast<char>(flipped[i] ^ 1);
      const auto signer = read_private_key(kArmor.encoded(flipped));
      if (!signer) continue;
      const auto signature = signature_of(*signer, "message");
      if (signature) CHECK(signer->key == key);  // only the comment, or what is not used, was hit
    }
  }
}

TEST_CASE("private key: a file that others can read is refused") {
  const test::TempFolder folder;
  const std::string path = folder / "key";
  REQUIRE(replace_file(path, key_bytes("ed25519")));
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  const auto open = private_key_file(path);
  REQUIRE_FALSE(open);
  CHECK(open.error().fault == Fault::usage);
  CHECK(open.error().help == "take their rights away: chmod 600 " + path);
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
  CHECK(private_key_file(path));
  CHECK(private_key_file(folder / "none").error().fault == Fault::not_found);
  CHECK(private_key_file(folder.path()).error().fault == Fault::usage);
}
