#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// URLs of requests. Their grammar here is narrow, so that nobody after us can read one in another way.
namespace mesh::http {

// RFC 3986: letters, digits and `-._~` stay, every other byte becomes %XX.
std::string encode_segment(std::string_view text);

// A key: each part between `/` by itself. Nothing is normalised.
std::string encode_path(std::string_view key);

// The URL, or its end, with these behind what it asks for already.
std::string with_query(std::string url, const std::vector<std::pair<std::string, std::string>>& query);

// What a server means by a `Location` or `Link` in its reply to a request for `base`, an absolute URL:
// absolute too, without a fragment, and encoded where it is not. Whether it is a URL that can be requested is
// still to be seen.
std::string resolved(std::string_view base, std::string_view reference);

struct Url {
  bool is_tls = true;  // https, else http
  std::string host;    // lower case, an IPv6 address without its brackets
  uint16_t port = 443;
  bool is_loopback = false;  // `localhost` or an address of this machine: what http may be spoken with
  bool is_address = false;   // an IP address in any notation that a resolver takes, no name
  std::string_view target;   // path and query, a view of the text
};

// usage, with a message that shows no part of the URL that may be secret: no http or https URL; user name or
// password in it; a fragment, which would not be sent; a character that must be percent-encoded.
Result<Url> parse_url(std::string_view text);

// "https://host:port/path?query" fit to be shown: secrets in it masked, nothing that upsets a terminal.
std::string shown_url(std::string_view url);

}  // namespace mesh::http
