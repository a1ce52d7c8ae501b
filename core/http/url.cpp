#include "core/http/url.hpp"

#include "core/base/percent.hpp"
#include "core/base/strings.hpp"
#include "core/http/redact.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>

namespace mesh::http {
namespace {

constexpr size_t kLongestUrl = 16 << 10;
constexpr size_t kLongestHost = 253;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_unreserved(char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

bool may_stand_in_target(char c) {
  constexpr std::string_view kOthers = "/?:@!$&'()*+,;=%[]";
  return is_unreserved(c) || kOthers.find(c) != std::string_view::npos;
}

// Whether a resolver takes it for an IPv4 address: 127.1, 0x7f000001, 2130706433 and 0 are.
bool is_ipv4(const std::string& host, in_addr& address) { return ::inet_aton(host.c_str(), &address) != 0; }

Result<void> read_host(std::string_view text, Url& url) {
  if (text.starts_with('[')) {
    if (!text.ends_with(']') || text.size() < 4)
      return fail(Fault::usage, "a URL's IPv6 address is not closed by `]`");
    url.host = to_lower(text.substr(1, text.size() - 2));
    in6_addr address{};
    if (::inet_pton(AF_INET6, url.host.c_str(), &address) != 1)
      return fail(Fault::usage, "`" + printable(text) + "` in a URL is not an IPv6 address");
    url.is_address = true;
    url.is_loopback = IN6_IS_ADDR_LOOPBACK(&address);
    return {};
  }
  const auto fits = [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_'; };
  if (text.empty()) return fail(Fault::usage, "a URL names no host");
  if (text.size() > kLongestHost || !std::all_of(text.begin(), text.end(), fits))
    return fail(Fault::usage,
                "`" + printable(text.substr(0, kLongestHost)) + "` in a URL is not the name of a host");
  url.host = to_lower(text);
  in_addr address{};
  url.is_address = is_ipv4(url.host, address);
  url.is_loopback = url.is_address ? (ntohl(address.s_addr) >> 24) == 127 : url.host == "localhost";
  return {};
}

Result<void> read_port(std::string_view text, Url& url) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), url.port);
  if (fault != std::errc{} || end != text.data() + text.size() || url.port == 0)
    return fail(Fault::usage, "`" + printable(text.substr(0, 16)) + "` in a URL is not a port: 1 to 65535");
  return {};
}

Result<void> read_authority(std::string_view text, Url& url) {
  // Never shown: it may hold a password.
  if (text.find('@') != std::string_view::npos)
    return fail(Fault::usage, "a URL has a user name or password in it",
                "take it out: credentials belong in the environment or in a profile");
  const size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  const size_t colon = bracket == std::string_view::npos ? bracket : text.find(':', bracket);
  if (auto read = read_host(text.substr(0, colon), url); !read) return read;
  if (colon == std::string_view::npos) return {};
  return read_port(text.substr(colon + 1), url);
}

}  // namespace

std::string encode_segment(std::string_view text) { return percent_encoded(text); }

std::string encode_path(std::string_view key) { return percent_encoded(key, "/"); }

std::string with_query(std::string url, const std::vector<std::pair<std::string, std::string>>& query) {
  if (!query.empty()) url += (url.find('?') == url.npos ? "?" : "&") + form_encoded(query);
  return url;
}

namespace {

// "https" of "https://host"; "" of what is relative.
std::string_view scheme_of(std::string_view text) {
  const size_t end = text.find_first_of(":/?#");
  return end == text.npos || text[end] != ':' || end == 0 ? std::string_view{} : text.substr(0, end);
}

// RFC 3986 section 5.2.4.
std::string without_dots(std::string_view path) {
  std::vector<std::string_view> parts;
  const auto all = split(path, '/');
  for (size_t i = 0; i < all.size(); ++i) {
    const bool is_last = i + 1 == all.size();
    if (all[i] == "..") {
      if (parts.size() > 1) parts.pop_back();
    } else if (all[i] != ".") {
      parts.push_back(all[i]);
      continue;
    }
    if (is_last) parts.push_back("");
  }
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? "" : "/") + std::string(parts[i]);
  return text;
}

}  // namespace

std::string resolved(std::string_view base, std::string_view reference) {
  std::string given;
  reference = trim(reference);
  for (const char c : reference.substr(0, reference.find('#'))) {
    if (may_stand_in_target(c))
      given += c;
    else
      append_percent(given, c);
  }
  if (!scheme_of(given).empty()) return given;
  const std::string_view scheme = scheme_of(base);
  if (given.starts_with("//")) return std::string(scheme) + ":" + given;
  const size_t end = std::min(base.find_first_of("/?#", scheme.size() + 3), base.size());
  const std::string origin(base.substr(0, end));
  std::string_view path = base.substr(end);
  path = path.substr(0, path.find('#'));
  const std::string_view query = path.substr(std::min(path.find('?'), path.size()));
  path.remove_suffix(query.size());
  if (given.empty()) return origin + std::string(path) + std::string(query);
  if (given.starts_with('?')) return origin + std::string(path) + given;
  if (!given.starts_with('/')) {
    const size_t slash = path.rfind('/');
    given.insert(0, slash == path.npos ? "/" : path.substr(0, slash + 1));
  }
  const size_t mark = std::min(given.find('?'), given.size());
  return origin + without_dots(std::string_view(given).substr(0, mark)) + given.substr(mark);
}

Result<Url> parse_url(std::string_view text) {
  if (text.size() > kLongestUrl) return fail(Fault::usage, "a URL is longer than 16 KiB");
  const size_t colon = text.find("://");
  const std::string scheme = to_lower(text.substr(0, std::min<size_t>(colon, 16)));
  if (colon == std::string_view::npos || (scheme != "https" && scheme != "http"))
    return fail(Fault::usage, "only https and http URLs can be requested");
  Url url;
  url.is_tls = scheme == "https";
  url.port = url.is_tls ? 443 : 80;
  const std::string_view rest = text.substr(colon + 3);
  const size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  if (auto read = read_authority(rest.substr(0, end), url); !read) return pass(std::move(read));
  url.target = rest.substr(end);
  if (url.target.find('#') != std::string_view::npos)
    return fail(Fault::usage, "a URL that is requested has no `#`: what stands behind it would not be sent");
  if (!std::all_of(url.target.begin(), url.target.end(), may_stand_in_target))
    return fail(Fault::usage, "a URL has a character in its path or query that must be percent-encoded");
  return url;
}

std::string shown_url(std::string_view url) { return printable(redacted(url)); }

}  // namespace mesh::http
