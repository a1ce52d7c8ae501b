#include "core/http/redact.hpp"

#include "core/base/base64.hpp"
#include "core/base/percent.hpp"

#include <doctest.h>

#include <string>

using namespace mesh::http;

TEST_CASE("http: a secret that is known is found however it is written") {
  const std::string secret = "CANARY+/secret~==";
  for (const size_t before : {0u, 1u, 2u, 3u, 4u})
    for (const size_t after : {0u, 1u, 2u, 3u}) {
      const std::string held = std::string(before, 'x') + secret + std::string(after, 'y');
      const std::string shown = without("a " + mesh::base64(held) + " b", secret);
      CAPTURE(mesh::base64(held));
      CHECK(shown.find("***") != std::string::npos);
      CHECK(shown.size() <= std::string_view("a  b").size() + 3 + 16);
    }
  CHECK(without("=" + secret + ";", secret) == "=***;");
  CHECK(without(mesh::percent_encoded(secret), secret) == "***");
  CHECK(without("CANARY%2b%2fsecret~%3d%3d", secret) == "***");
  CHECK(without("x43414e4152592b2f7365637265747e3d3dx", secret) == "x***x");
  CHECK(without("x43414E4152592B2F7365637265747E3D3Dx", secret) == "x***x");
  CHECK(without("abc", "b") == "abc");
  CHECK(without("abc", "") == "abc");
}

TEST_CASE("http: what names a secret has its value masked") {
  for (const char* text : {"Authorization: Bearer CANARY",
                           "authorization: AWS4-HMAC-SHA256 Credential=CANARY, Signature=CANARY",
                           "Proxy-Authorization: Basic CANARY=",
                           "Cookie: a=CANARY; b=CANARY",
                           "set-cookie: id=CANARY; Path=/",
                           "X-Api-Key: CANARY",
                           "x-amz-security-token: CANARY",
                           "X-Goog-Signature: CANARY",
                           "X-Auth-Token: CANARY",
                           "x-amz-server-side-encryption-customer-key: CANARY",
                           "Ocp-Apim-Subscription-ApiKey: CANARY",
                           "https://h/c?sv=2020&sig=CANARY&se=1",
                           "https://h/?X-Amz-Signature=CANARY",
                           "https://h/?x=1&X-Amz-Credential=CANARY%2F1",
                           "?X-Amz-Security-Token=CANARY",
                           "?X-Goog-Signature=CANARY&x=y",
                           "?X-Goog-Credential=CANARY",
                           "?x-oss-signature=CANARY",
                           "?q-signature=CANARY",
                           "next=https%3A%2F%2Fh%2F%3Fsig%3DCANARY%26x",
                           "grant_type=password&client_secret=CANARY&scope=x",
                           "password=CANARY",
                           "refresh_token=CANARY",
                           "access_token=CANARY",
                           "assertion=CANARY.x.y",
                           "client_assertion=CANARY",
                           "{\"access_token\":\"CANARY\",\"expires_in\":1}",
                           "{\"refresh_token\" : \"CANARY\"}",
                           "{'password': 'CANARY'}",
                           "{\"password\":\"a\\\"CANARY\"}",
                           "{\\\"token\\\":\\\"CANARY\\\"}",
                           "{\"clientSecret\":\"CANARY\"}",
                           "<SessionToken>CANARY</SessionToken>",
                           "<SecretAccessKey>CANARY</SecretAccessKey>",
                           "https://user:CANARY@host/path",
                           "https://CANARY@host",
                           "socks5h://u:CANARY@h:1/",
                           "https://a@b:CANARY@host/",
                           "sent Bearer CANARY to it",
                           "bearer CANARY",
                           "Basic CANARYab",
                           "a JWT eyJhbGciOiJSUzI1NiJ9.CANARY.CANARY here",
                           "aws_secret_access_key = CANARY",
                           "AccountKey=CANARY;EndpointSuffix=x",
                           "SharedAccessSignature sig=CANARY",
                           "Password: CANARY with spaces CANARY",
                           "AUTHORIZATION:CANARY"}) {
    CAPTURE(text);
    const std::string shown = redacted(text);
    CAPTURE(shown);
    CHECK(shown.find("CANARY") == std::string::npos);
    CHECK(shown.find("***") != std::string::npos);
  }
}

TEST_CASE("http: what is no secret stays") {
  for (const char* text : {"",
                           "GET https://h:1/a/b?list-type=2&prefix=x",
                           "ETag: \"abc\"",
                           "If-None-Match: *",
                           "WWW-Authenticate: Bearer realm=\"https://auth/\",service=\"r\"",
                           "the bearer token is wrong",
                           "the password is wrong",
                           "basic authentication is off",
                           "signature does not match",
                           "x@y.example",
                           "design=1&msig=2",
                           "continuation-token=abc",
                           "pageToken=abc",
                           "%",
                           "%2",
                           "://",
                           "a://b",
                           "sig",
                           "sig=",
                           "password:",
                           "Content-Type: a/b",
                           "\xff\xfe",
                           "x-amz-request-id: 1"}) {
    CAPTURE(text);
    CHECK(redacted(text) == text);
  }
}

TEST_CASE("http: what stands around a secret stays") {
  CHECK(redacted("https://h/c?sv=1&sig=abc&se=2") == "https://h/c?sv=1&sig=***&se=2");
  CHECK(redacted("A: 1\r\nAuthorization: x\r\nB: 2") == "A: 1\r\nAuthorization: ***\r\nB: 2");
  CHECK(redacted("{\"token\":\"a b\",\"x\":1}") == "{\"token\":\"***\",\"x\":1}");
  CHECK(redacted("<Token>a</Token><B>c</B>") == "<Token>***</Token><B>c</B>");
  CHECK(redacted("https://u:p@h/p@q") == "https://***@h/p@q");
  CHECK(redacted("said Bearer abcdefgh, then left") == "said Bearer ***, then left");
}

TEST_CASE("http: redacting takes time linear in the text") {
  for (const char* part : {"a", "://", "token", "token=\\", "%3D", "Bearer ", "<password>", "eyJ", "sig\""}) {
    std::string text;
    while (text.size() < (1 << 20)) text += part;
    CHECK(redacted(text).size() <= text.size());
  }
}
