#include "core/crypto/public_key.hpp"

#include "core/base/base64.hpp"
#include "core/crypto/key_numbers.hpp"
#include "core/crypto/private_key.hpp"
#include "core/crypto/sha256.hpp"
#include "core/crypto/wire.hpp"
#include "tests/unit/crypto/keys.hpp"

using namespace mesh;
using namespace mesh::crypto;
using test::key_bytes;
using test::kKeys;

TEST_CASE("public key: a line is read and written as it is, with the fingerprint of ssh-keygen") {
  for (const char* name : kKeys) {
    const std::string line = key_bytes(std::string(name) + ".pub");
    const auto key = parse_public_key(line);
    REQUIRE_MESSAGE(key, name);
    CHECK(line_of(*key) + "\n" == line);
    CHECK(key->comment == std::string("test ") + name);
    CHECK(fingerprint(*key).size() == 7 + 43);
  }
  // ssh-keygen -lf tests/unit/crypto/keys/ed25519.pub
  CHECK(fingerprint(*parse_public_key(key_bytes("ed25519.pub"))) ==
        "SHA256:+rtWxJocR0Zf59FAnQzPSVdD+zl5m6YpQIZLPFZFFk4");
}

TEST_CASE("public key: the comment does not make another key") {
  const auto key = parse_public_key(key_bytes("ed25519.pub"));
  auto other = *key;
  other.comment = "somebody else";
  CHECK(other == *key);
  CHECK(parse_public_key("ssh-ed25519 " + base64(key->blob))->comment.empty());
}

TEST_CASE("public key: what is no line of a known key is refused") {
  const std::string line = key_bytes("ed25519.pub"), encoded = line.substr(12, 68);
  for (const std::string& wrong :
       {std::string(), std::string("ssh-ed25519"), std::string("ssh-ed25519 "), "ssh-rsa " + encoded,
        "restrict ssh-ed25519 " + encoded, "cert-authority " + line, "ssh-ed25519 " + encoded.substr(4),
        "ssh-ed25519 " + encoded + "AAAA", key_bytes("p384.pub"), std::string("ssh-dss AAAA x"),
        key_bytes("ed25519"), std::string(20000, 'A')}) {
    const auto key = parse_public_key(wrong);
    CHECK_MESSAGE(!key, wrong);
    if (!key) CHECK(key.error().fault == Fault::usage);
  }
}

TEST_CASE("public key: control characters of a comment are not shown") {
  const std::string line = key_bytes("ed25519.pub");
  const auto key = parse_public_key(line.substr(0, 81) + "a\x1b[31mb");
  REQUIRE(key);
  CHECK(key->comment.find('\x1b') == std::string::npos);
}

TEST_CASE("public key: a blob cut or changed anywhere is refused or another key") {
  for (const char* name : kKeys) {
    const std::string blob = parse_public_key(key_bytes(std::string(name) + ".pub"))->blob;
    for (size_t i = 0; i < blob.size(); ++i) {
      CHECK_FALSE(read_public_key(blob.substr(0, i)));
      std::string flipped = blob;
      flipped[i] = static_cast<char>(flipped[i] ^ 1);
      const auto key = read_public_key(flipped);
      if (key) CHECK(key->blob != blob);
    }
    CHECK_FALSE(read_public_key(blob + "x"));
  }
}

TEST_CASE(
    "public key: numbers that are too small, too large, even or written longer than needed are no RSA key") {
  const std::string good(256, '\xff'), e("\x01\x00\x01", 3);
  const auto blob = [](const std::string& exponent, const std::string& modulus) {
    return wire_string("ssh-rsa") + wire_string(exponent) + wire_string(modulus);
  };
  const std::string zero(1, '\0');
  CHECK(read_public_key(blob(e, zero + good)));
  CHECK_FALSE(read_public_key(blob(e, zero + std::string(255, '\xff'))));
  CHECK_FALSE(read_public_key(blob(e, zero + std::string(2049, '\xff'))));
  CHECK_FALSE(read_public_key(blob(e, zero + std::string(255, '\xff') + "\xfe")));
  CHECK_FALSE(read_public_key(blob(e, zero + zero + good)));
  CHECK_FALSE(read_public_key(blob(e, good)));  // negative
  CHECK_FALSE(read_public_key(blob("\x02", zero + good)));
  CHECK_FALSE(read_public_key(blob("\x01", zero + good)));
  CHECK_FALSE(read_public_key(blob("", zero + good)));
  CHECK_FALSE(read_public_key(blob(e, "")));
}

TEST_CASE("public key: a point that is not on the curve verifies nothing") {
  std::string blob = parse_public_key(key_bytes("ecdsa.pub"))->blob;
  blob.back() = static_cast<char>(blob.back() ^ 1);
  const auto key = read_public_key(blob);
  REQUIRE(key);
  CHECK_FALSE(verifies(
      *key, wire_string("ecdsa-sha2-nistp256") + wire_string(wire_positive("a") + wire_positive("b")), "m"));
}

TEST_CASE("public key: the two forms of an ECDSA signature") {
  const std::string ssh = wire_positive("\x80") + wire_positive("\x01\x02");
  const auto der = der_of_ssh(ssh);
  REQUIRE(der);
  CHECK(*der == std::string("\x30\x08\x02\x02\x00\x80\x02\x02\x01\x02", 10));
  CHECK(ssh_of_der(*der) == ssh);
  for (size_t i = 0; i < der->size(); ++i) CHECK_FALSE(ssh_of_der(der->substr(0, i)));
  for (size_t i = 0; i < ssh.size(); ++i) CHECK_FALSE(der_of_ssh(ssh.substr(0, i)));
  CHECK_FALSE(der_of_ssh(wire_positive(std::string(33, 'x')) + wire_positive("x")));
}

TEST_CASE("public key: hardware signs for an application, once it was touched") {
  for (const bool ecdsa : {false, true}) {
    CAPTURE(ecdsa);
    const auto signer = read_private_key(key_bytes(ecdsa ? "ecdsa" : "ed25519"));
    REQUIRE(signer);
    const std::string type = ecdsa ? "sk-ecdsa-sha2-nistp256@openssh.com" : "sk-ssh-ed25519@openssh.com";
    const auto with = [&](std::string_view application) {
      return wire_string(type) + (ecdsa ? wire_string("nistp256") : "") +
             wire_string(key_numbers(signer->key.blob)->point) + wire_string(application);
    };
    const auto key = parse_public_key(type + " " + base64(with("ssh:")) + " key ring");
    REQUIRE(key);
    CHECK(line_of(*key) == type + " " + base64(with("ssh:")) + " key ring");
    CHECK(is_of_hardware(key->type));
    CHECK_FALSE(is_of_hardware(signer->key.type));

    const auto hashed = [](std::string_view text) {
      const auto digest = sha256({text});
      return std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
    };
    const auto signature = [&](const std::string& flags_and_count, std::string_view name) {
      const auto made = signer->sign(hashed("ssh:") + flags_and_count + hashed("message"));
      WireReader reader(*made);
      reader.string();
      return wire_string(name) + wire_string(reader.string()) + flags_and_count;
    };
    const std::string touched("\x01\0\0\0\x07", 5), untouched("\0\0\0\0\x07", 5);
    const std::string good = signature(touched, type);
    CHECK(verifies(*key, good, "message"));
    CHECK(verifies(*key, signature(std::string("\x05\xff\xff\xff\xff", 5), type), "message"));
    CHECK_FALSE(verifies(*key, good, "messages"));
    CHECK_FALSE(verifies(*key, signature(untouched, type), "message"));
    CHECK_FALSE(verifies(*key, signature(touched, name_of(signer->key.type)), "message"));
    CHECK_FALSE(verifies(*key, good + "x", "message"));
    CHECK_FALSE(verifies(*key, good.substr(0, good.size() - 1), "message"));
    CHECK_FALSE(verifies(*read_public_key(with("ssh:other")), good, "message"));
    CHECK_FALSE(verifies(signer->key, good, "message"));
    CHECK_FALSE(verifies(*key, *signer->sign("message"), "message"));
    for (size_t i = 0; i < good.size(); ++i) {
      std::string flipped = good;
      flipped[i] = static_cast<char>(flipped[i] ^ 1);
      CHECK_FALSE(verifies(*key, flipped, "message"));
    }
    for (size_t i = 0; i < key->blob.size(); ++i) CHECK_FALSE(read_public_key(key->blob.substr(0, i)));
    CHECK_FALSE(read_public_key(with(std::string(2000, 'x'))));
  }
}

TEST_CASE("public key: an RSA key of too few bits is told to be one") {
  std::string modulus(128, '\x11');
  modulus[0] = '\x7f';
  const std::string blob = wire_string("ssh-rsa") + wire_string("\x03") + wire_string(modulus);
  const std::string wanted = "it is an RSA key of 1023 bits, and 2048 to 16384 are asked for";
  CHECK(read_public_key(blob).error().message == wanted);
  const auto line = parse_public_key("ssh-rsa " + base64(blob) + " old");
  CHECK(line.error().message.find("`: " + wanted) != std::string::npos);
  CHECK(line.error().help.find("ssh-keygen -t ed25519") != std::string::npos);
}
