#include "core/crypto/rs256.hpp"

#include "core/base/files.hpp"
#include "core/crypto/sha256.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

#include <cstdlib>

using namespace mesh;

namespace {

// A key that OpenSSL's own command makes; "" where it is not installed.
std::string key_of(const test::TempFolder& folder, const std::string& command) {
  const std::string path = folder / "key.pem";
  if (std::system((command + " > " + path + " 2> /dev/null").c_str()) != 0) return {};
  return read_file(path).value_or("");
}

}  // namespace

TEST_CASE("rs256: OpenSSL's command verifies what is signed, by a key in either form") {
  const test::TempFolder folder;
  for (const char* const form : {"openssl genrsa 2048", "openssl genrsa -traditional 2048"}) {
    const std::string pem = key_of(folder, form);
    if (pem.empty()) return;
    CAPTURE(form);
    const auto signature = crypto::rs256(pem, "message");
    REQUIRE(signature);
    REQUIRE(replace_file(folder / "message", "message"));
    REQUIRE(replace_file(folder / "signature", *signature));
    const std::string check =
        "cd " + folder.path() +
        " && openssl rsa -in key.pem -pubout -out public.pem 2> /dev/null && openssl dgst "
        "-sha256 -verify public.pem -signature signature message > /dev/null";
    CHECK(std::system(check.c_str()) == 0);
  }
}

TEST_CASE("rs256: what is no RSA key of 2048 bits is refused, without a word of it") {
  const test::TempFolder folder;
  const auto refused = [](const std::string& pem) {
    const auto signature = crypto::rs256(pem, "message");
    REQUIRE_FALSE(signature);
    CHECK(signature.error().fault == Fault::usage);
    CHECK(signature.error().message.find("hunter2") == std::string::npos);
  };
  for (const char* const text : {"", "hunter2", "-----BEGIN PRIVATE KEY-----",
                                 "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n",
                                 "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"})
    refused(text);
  for (const char* const command : {"openssl genrsa 1024", "openssl genpkey -algorithm ed25519",
                                    "openssl genrsa -aes256 -passout pass:hunter2 2048"})
    if (const std::string pem = key_of(folder, command); !pem.empty()) refused(pem);
}
