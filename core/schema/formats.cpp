#include "core/schema/formats.hpp"

#include "core/schema/pattern.hpp"

#include <arpa/inet.h>

#include <array>
#include <string>
#include <utility>

namespace mesh::schema {
namespace {

constexpr std::array<std::pair<std::string_view, Format>, 12> kNames{
    {{"date-time", Format::date_time},
     {"date", Format::date},
     {"time", Format::time},
     {"uri", Format::uri},
     {"uri-reference", Format::uri_reference},
     {"email", Format::email},
     {"uuid", Format::uuid},
     {"hostname", Format::hostname},
     {"ipv4", Format::ipv4},
     {"ipv6", Format::ipv6},
     {"json-pointer", Format::json_pointer},
     {"regex", Format::regex}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_one_of(char c, std::string_view set) { return set.find(c) != set.npos; }

template <class Test>
bool all_are(std::string_view text, const Test& test) {
  for (const char c : text)
    if (!test(c)) return false;
  return true;
}

// Takes pieces off the front of a text; once one is missing, nothing more succeeds.
class Pieces {
 public:
  explicit Pieces(std::string_view text) : rest_(text) {}

  int digits(size_t count) {
    int value = 0;
    if (!good_ || rest_.size() < count || !all_are(rest_.substr(0, count), is_digit)) return fail();
    for (const char c : rest_.substr(0, count)) value = value * 10 + (c - '0');
    rest_.remove_prefix(count);
    return value;
  }
  bool one_of(std::string_view set) {
    if (!good_ || rest_.empty() || !is_one_of(rest_[0], set)) return fail();
    rest_.remove_prefix(1);
    return true;
  }
  bool next_is(std::string_view set) const { return good_ && !rest_.empty() && is_one_of(rest_[0], set); }
  bool at_end() const { return good_ && rest_.empty(); }
  bool good() const { return good_; }
  bool fail() { return good_ = false; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

bool take_date(Pieces& pieces) {
  constexpr std::array<int, 12> kDays{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int year = pieces.digits(4);
  pieces.one_of("-");
  const int month = pieces.digits(2);
  pieces.one_of("-");
  const int day = pieces.digits(2);
  if (!pieces.good() || month < 1 || month > 12 || day < 1) return pieces.fail();
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  const int last = month == 2 && !leap ? 28 : kDays[static_cast<size_t>(month - 1)];
  return day <= last || pieces.fail();
}

bool take_time(Pieces& pieces) {
  constexpr int kDay = 24 * 60;
  const int hour = pieces.digits(2);
  pieces.one_of(":");
  const int minute = pieces.digits(2);
  pieces.one_of(":");
  const int second = pieces.digits(2);
  if (!pieces.good() || hour > 23 || minute > 59 || second > 60) return pieces.fail();
  if (pieces.next_is(".")) {
    pieces.one_of(".");
    pieces.digits(1);
    while (pieces.next_is("0123456789")) pieces.digits(1);
  }
  int offset = 0;
  if (pieces.next_is("+-")) {
    const int sign = pieces.next_is("+") ? 1 : -1;
    pieces.one_of("+-");
    const int hours = pieces.digits(2);
    pieces.one_of(":");
    const int minutes = pieces.digits(2);
    if (!pieces.good() || hours > 23 || minutes > 59) return pieces.fail();
    offset = sign * (hours * 60 + minutes);
  } else {
    pieces.one_of("Zz");
  }
  // A leap second is the last one of a day in UTC.
  const int utc = ((hour * 60 + minute - offset) % kDay + kDay) % kDay;
  return second < 60 || utc == kDay - 1 || pieces.fail();
}

bool is_date_time(std::string_view text) {
  Pieces pieces(text);
  take_date(pieces);
  pieces.one_of("Tt");
  take_time(pieces);
  return pieces.at_end();
}

bool is_date(std::string_view text) {
  Pieces pieces(text);
  take_date(pieces);
  return pieces.at_end();
}

bool is_time(std::string_view text) {
  Pieces pieces(text);
  take_time(pieces);
  return pieces.at_end();
}

bool is_address(int family, std::string_view text) {
  constexpr size_t kLongest = 45;
  if (text.empty() || text.size() > kLongest || text.find('\0') != text.npos) return false;
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(family, std::string(text).c_str(), bytes.data()) == 1;
}
bool is_ipv4(std::string_view text) { return is_address(AF_INET, text); }
bool is_ipv6(std::string_view text) { return is_address(AF_INET6, text); }

bool is_hostname(std::string_view text) {
  constexpr size_t kLongest = 253, kLongestLabel = 63;
  if (text.empty() || text.size() > kLongest) return false;
  while (true) {
    const size_t dot = std::min(text.find('.'), text.size());
    const std::string_view label = text.substr(0, dot);
    const bool fine = !label.empty() && label.size() <= kLongestLabel && label.front() != '-' &&
                      label.back() != '-' &&
                      all_are(label, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
    if (!fine) return false;
    // Reserved for encodings of names in other scripts, of which only `xn--` is in use (RFC 5891, 4.2.3.1).
    if (label.size() >= 4 && label[2] == '-' && label[3] == '-' &&
        !((label[0] | 0x20) == 'x' && (label[1] | 0x20) == 'n'))
      return false;
    if (dot == text.size()) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_email(std::string_view text) {
  constexpr std::string_view kAtom = "!#$%&'*+-/=?^_`{|}~";
  const size_t at = text.rfind('@');
  if (at == text.npos || at == 0) return false;
  const std::string_view local = text.substr(0, at), domain = text.substr(at + 1);
  if (local.size() >= 2 && local.front() == '"' && local.back() == '"') {
    const std::string_view inside = local.substr(1, local.size() - 2);
    for (size_t i = 0; i < inside.size(); ++i) {
      if (inside[i] == '\\' && ++i == inside.size()) return false;
      if (inside[i] < ' ' || inside[i] > '~' || (inside[i] == '"' && (i == 0 || inside[i - 1] != '\\')))
        return false;
    }
  } else {
    if (local.front() == '.' || local.back() == '.' || local.find("..") != local.npos) return false;
    if (!all_are(local,
                 [&](char c) { return is_letter(c) || is_digit(c) || c == '.' || is_one_of(c, kAtom); }))
      return false;
  }
  if (domain.size() < 2 || domain.front() != '[' || domain.back() != ']') return is_hostname(domain);
  const std::string_view address = domain.substr(1, domain.size() - 2);
  constexpr std::string_view kIpv6 = "IPv6:";
  return address.starts_with(kIpv6) ? is_ipv6(address.substr(kIpv6.size())) : is_ipv4(address);
}

bool is_uuid(std::string_view text) {
  constexpr size_t kSize = 36;
  if (text.size() != kSize) return false;
  for (size_t i = 0; i < kSize; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

bool is_json_pointer(std::string_view text) {
  if (!text.empty() && text[0] != '/') return false;
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == '~' && (i + 1 == text.size() || !is_one_of(text[i + 1], "01"))) return false;
  return true;
}

// ---- URIs

constexpr std::string_view kSubDelims = "!$&'()*+,;=";

// Unreserved characters, sub-delims, percent-encoded bytes and what else is allowed.
bool is_made_of(std::string_view text, std::string_view others) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (text.size() - i < 3 || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
      i += 2;
    } else if (!is_letter(c) && !is_digit(c) && !is_one_of(c, "-._~") && !is_one_of(c, kSubDelims) &&
               !is_one_of(c, others)) {
      return false;
    }
  }
  return true;
}

bool is_authority(std::string_view text) {
  if (const size_t at = text.rfind('@'); at != text.npos) {
    if (!is_made_of(text.substr(0, at), ":")) return false;
    text.remove_prefix(at + 1);
  }
  size_t host_end = 0;
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == text.npos) return false;
    const std::string_view literal = text.substr(1, close - 1);
    const bool future = !literal.empty() && (literal[0] | 0x20) == 'v';
    if (future) {
      const size_t dot = literal.find('.');
      const bool fine = dot != literal.npos && dot > 1 && all_are(literal.substr(1, dot - 1), is_hex) &&
                        dot + 1 < literal.size() && literal.find('%') == literal.npos &&
                        is_made_of(literal.substr(dot + 1), ":");
      if (!fine) return false;
    } else if (!is_ipv6(literal)) {
      return false;
    }
    host_end = close + 1;
  } else {
    host_end = std::min(text.find(':'), text.size());
    if (!is_made_of(text.substr(0, host_end), "")) return false;
  }
  const std::string_view port = text.substr(host_end);
  return port.empty() || (port[0] == ':' && all_are(port.substr(1), is_digit));
}

bool is_uri(std::string_view text, bool needs_scheme) {
  if (const size_t hash = text.find('#'); hash != text.npos) {
    if (!is_made_of(text.substr(hash + 1), ":@/?")) return false;
    text = text.substr(0, hash);
  }
  if (const size_t query = text.find('?'); query != text.npos) {
    if (!is_made_of(text.substr(query + 1), ":@/?")) return false;
    text = text.substr(0, query);
  }
  const size_t colon = text.find(':');
  const bool has_scheme = colon != text.npos && text.find('/') > colon;
  if (has_scheme) {
    const std::string_view scheme = text.substr(0, colon);
    const bool fine = !scheme.empty() && is_letter(scheme[0]) && all_are(scheme, [](char c) {
      return is_letter(c) || is_digit(c) || is_one_of(c, "+-.");
    });
    // The first step of a relative path holds no colon.
    if (!fine) return false;
    text.remove_prefix(colon + 1);
  } else if (needs_scheme) {
    return false;
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const size_t end = std::min(text.find('/'), text.size());
    if (!is_authority(text.substr(0, end))) return false;
    text.remove_prefix(end);
  }
  return is_made_of(text, ":@/");
}

}  // namespace

std::optional<Format> format_named(std::string_view name) {
  for (const auto& [known, format] : kNames)
    if (known == name) return format;
  return std::nullopt;
}

bool has_format(Format format, std::string_view text) {
  switch (format) {
    case Format::date_time:
      return is_date_time(text);
    case Format::date:
      return is_date(text);
    case Format::time:
      return is_time(text);
    case Format::uri:
      return is_uri(text, true);
    case Format::uri_reference:
      return is_uri(text, false);
    case Format::email:
      return is_email(text);
    case Format::uuid:
      return is_uuid(text);
    case Format::hostname:
      return is_hostname(text);
    case Format::ipv4:
      return is_ipv4(text);
    case Format::ipv6:
      return is_ipv6(text);
    case Format::json_pointer:
      return is_json_pointer(text);
    case Format::regex: {
      const Pattern pattern(text);
      return pattern.error().empty() || pattern.is_beyond_us();
    }
  }
  return true;
}

bool has_variable(std::string_view text) {
  const size_t open = text.find("${");
  return open != text.npos && text.find('}', open) != text.npos;
}

bool has_placeholder(std::string_view text) {
  const size_t open = text.find('{');
  return open != text.npos && text.find('}', open) != text.npos;
}

FormatWords words_of(Format format) {
  switch (format) {
    case Format::date_time:
      return {"a date with a time and an offset", "2024-01-31T12:00:00Z"};
    case Format::date:
      return {"a date", "2024-01-31"};
    case Format::time:
      return {"a time with an offset", "12:00:00Z"};
    case Format::uri:
      return {"a URI", "https://example.com/orders"};
    case Format::uri_reference:
      return {"a URI or a part of one", "../orders"};
    case Format::email:
      return {"an email address", "orders@example.com"};
    case Format::uuid:
      return {"a UUID", "53581432-6c55-4ba2-a65f-72344a91553a"};
    case Format::hostname:
      return {"the name of a host", "db.example.com"};
    case Format::ipv4:
      return {"an IPv4 address", "192.0.2.1"};
    case Format::ipv6:
      return {"an IPv6 address", "2001:db8::1"};
    case Format::json_pointer:
      return {"a JSON pointer", "/orders/0/id"};
    case Format::regex:
      return {"a regular expression", "^[a-z]+$"};
  }
  return {};
}

}  // namespace mesh::schema
