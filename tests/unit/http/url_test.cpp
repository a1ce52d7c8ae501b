#include "core/http/url.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::http;

TEST_CASE("http: segments and paths are percent-encoded") {
  CHECK(encode_segment("azAZ09-._~") == "azAZ09-._~");
  CHECK(encode_segment("a/b c+d=e&f?g#h%i") == "a%2Fb%20c%2Bd%3De%26f%3Fg%23h%25i");
  CHECK(encode_segment("\xc3\xa9\x7f") == "%C3%A9%7F");
  CHECK(encode_segment(std::string_view("\0", 1)) == "%00");
  CHECK(encode_segment("").empty());
  CHECK(encode_path("dt=2026-01-01/a b//../c:@") == "dt%3D2026-01-01/a%20b//../c%3A%40");
}

TEST_CASE("http: a query goes behind the one that is there") {
  CHECK(with_query("https://a/b", {}) == "https://a/b");
  CHECK(with_query("https://a/b", {{"c", "d e"}, {"f", "/"}}) == "https://a/b?c=d%20e&f=%2F");
  CHECK(with_query("/b?c=d", {{"e", "f"}}) == "/b?c=d&e=f");
}

TEST_CASE("http: what a reply refers to is resolved against what was asked for") {
  const std::string base = "https://host:5000/v2/shop/orders/blobs/uploads/?a=b";
  const auto of = [&](std::string_view reference) { return resolved(base, reference); };
  CHECK(of("https://Other/x?y=z#part") == "https://Other/x?y=z");
  CHECK(of("//other/x") == "https://other/x");
  CHECK(of("/v2/x?_state=a%2Fb==") == "https://host:5000/v2/x?_state=a%2Fb==");
  CHECK(of("7?s=1") == "https://host:5000/v2/shop/orders/blobs/uploads/7?s=1");
  CHECK(of("./../7/./x/..") == "https://host:5000/v2/shop/orders/blobs/7/");
  CHECK(of("../../../../../../../x") == "https://host:5000/x");
  CHECK(of("/a/../b?c=/../d") == "https://host:5000/b?c=/../d");
  CHECK(of("?n=2") == "https://host:5000/v2/shop/orders/blobs/uploads/?n=2");
  CHECK(of("") == base);
  CHECK(of(" /x ") == "https://host:5000/x");
  CHECK(of("/a b|\"\xc3\xa9?{x}") == "https://host:5000/a%20b%7C%22%C3%A9?%7Bx%7D");
  CHECK(of("mailto:x") == "mailto:x");
  CHECK(of("x/y:z") == "https://host:5000/v2/shop/orders/blobs/uploads/x/y:z");
  CHECK(resolved("https://host", "x") == "https://host/x");
  CHECK(resolved("https://host?a", "x") == "https://host/x");
}

TEST_CASE("http: a URL's parts") {
  auto url = parse_url("HTTPS://Store.Example.COM/a/b?c=d");
  REQUIRE(url);
  CHECK(url->is_tls);
  CHECK(url->host == "store.example.com");
  CHECK(url->port == 443);
  CHECK(url->target == "/a/b?c=d");
  CHECK_FALSE(url->is_address);
  CHECK_FALSE(url->is_loopback);
  url = parse_url("http://[::1]:9000");
  REQUIRE(url);
  CHECK_FALSE(url->is_tls);
  CHECK(url->host == "::1");
  CHECK(url->port == 9000);
  CHECK(url->target.empty());
  CHECK(url->is_loopback);
  CHECK(parse_url("http://x?y")->target == "?y");
  CHECK(parse_url("http://localhost/")->is_loopback);
  for (const char* text : {"http://127.0.0.1/", "http://0x7f.1/", "http://2130706433/", "http://[0:0::1]/"}) {
    CHECK(parse_url(text)->is_loopback);
    CHECK(parse_url(text)->is_address == (std::string_view(text) != "http://localhost/"));
  }
  for (const char* text : {"http://0/", "http://10.1/", "http://[fe80::1]/"}) {
    CHECK_FALSE(parse_url(text)->is_loopback);
    CHECK(parse_url(text)->is_address);
  }
  CHECK_FALSE(parse_url("http://localhost.example.com/")->is_loopback);
}

TEST_CASE("http: URLs that can be read in two ways are refused, without their secrets") {
  using namespace std::string_literals;
  for (const std::string& text : {""s,
                                  "https"s,
                                  "https:"s,
                                  "https:/a"s,
                                  "https://"s,
                                  "https:///a"s,
                                  "ftp://a/"s,
                                  "a.example/"s,
                                  "//a/"s,
                                  "https://user:s3cr3t@a/"s,
                                  "https://s3cr3t@a/"s,
                                  "https://@a/"s,
                                  "https://a:s3cr3t/"s,
                                  "https://a:0/"s,
                                  "https://a:65536/"s,
                                  "https://a:-1/"s,
                                  "https://a:/"s,
                                  "https://a:1:2/"s,
                                  "https://a\\@b/"s,
                                  "https://a b/"s,
                                  "https://a%2eb/"s,
                                  "https://\xc3\xa9.example/"s,
                                  "https://[::1/"s,
                                  "https://::1/"s,
                                  "https://[::1]x/"s,
                                  "https://[fe80::1%25eth0]/"s,
                                  "https://[]/"s,
                                  "https://[1.2.3.4]/"s,
                                  "https://a/b c"s,
                                  "https://a/b\nc"s,
                                  "https://a/\xc3\xa9"s,
                                  "https://a/#b"s,
                                  "https://a#b"s,
                                  "https://a/b\\c"s,
                                  "https://a/b\"c"s,
                                  "https://a/<"s,
                                  "https://a/b\0c"s,
                                  " https://a/"s,
                                  "https://a /"s,
                                  "https://a/"s + std::string(20000, 'x'),
                                  "https://"s + std::string(300, 'x') + "/"}) {
    CAPTURE(text);
    const auto url = parse_url(text);
    REQUIRE_FALSE(url);
    CHECK(url.error().fault == Fault::usage);
    if (text.find('@') != std::string::npos) CHECK(url.error().message.find("s3cr3t") == std::string::npos);
  }
}

TEST_CASE("http: a URL is shown without secrets and without control characters") {
  CHECK(shown_url("https://user:pass@h/p?X-Amz-Signature=abc&k=v") ==
        "https://***@h/p?X-Amz-Signature=***&k=v");
  CHECK(shown_url("https://h/\x1b[31m").find('\x1b') == std::string::npos);
}
