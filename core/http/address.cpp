#include "core/http/address.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <array>
#include <cstring>
#include <memory>

namespace mesh::http {
namespace {

struct Block4 {
  uint32_t start;
  unsigned bits;
};

constexpr uint32_t v4(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

// IANA's registry of special-purpose addresses, and multicast.
constexpr std::array<Block4, 16> kNotPublic4 = {{{v4(0, 0, 0, 0), 8},
                                                 {v4(10, 0, 0, 0), 8},
                                                 {v4(100, 64, 0, 0), 10},
                                                 {v4(127, 0, 0, 0), 8},
                                                 {v4(169, 254, 0, 0), 16},
                                                 {v4(172, 16, 0, 0), 12},
                                                 {v4(192, 0, 0, 0), 24},
                                                 {v4(192, 0, 2, 0), 24},
                                                 {v4(192, 31, 196, 0), 24},
                                                 {v4(192, 88, 99, 0), 24},
                                                 {v4(192, 168, 0, 0), 16},
                                                 {v4(192, 175, 48, 0), 24},
                                                 {v4(198, 18, 0, 0), 15},
                                                 {v4(198, 51, 100, 0), 24},
                                                 {v4(203, 0, 113, 0), 24},
                                                 {v4(224, 0, 0, 0), 3}}};

bool is_in(uint32_t address, const Block4& block) {
  return (address ^ block.start) >> (32 - block.bits) == 0;
}

bool is_public4(uint32_t address) {
  for (const Block4& block : kNotPublic4)
    if (is_in(address, block)) return false;
  // Azure's metadata and DNS service answers inside its networks at a public address.
  return address != v4(168, 63, 129, 16);
}

// Those that companies give to machines of their own, and providers to what is behind them.
constexpr std::array<Block4, 4> kPrivate4 = {
    {{v4(10, 0, 0, 0), 8}, {v4(100, 64, 0, 0), 10}, {v4(172, 16, 0, 0), 12}, {v4(192, 168, 0, 0), 16}}};

bool is_private4(uint32_t address) {
  for (const Block4& block : kPrivate4)
    if (is_in(address, block)) return true;
  return false;
}

using Bytes16 = std::array<unsigned char, 16>;

struct Block6 {
  Bytes16 start;
  unsigned bits;
};

// What of 2000::/3 is no host of the internet, or hides another address: Teredo and others in 2001::/23,
// documentation, 6to4, AS112, documentation again.
constexpr std::array<Block6, 6> kNotPublic6 = {{{{0x20, 0x01, 0x00, 0x00}, 23},
                                                {{0x20, 0x01, 0x0d, 0xb8}, 32},
                                                {{0x20, 0x02}, 16},
                                                {{0x26, 0x20, 0x00, 0x4f, 0x80, 0x00}, 48},
                                                {{0x3f, 0xff, 0x00}, 20},
                                                {{0x3f, 0xfe}, 16}}};
constexpr Block6 kUnicast6 = {{0x20}, 3};
constexpr Block6 kMapped4 = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
constexpr Block6 kNat64 = {{0x00, 0x64, 0xff, 0x9b}, 96};

bool is_in(const Bytes16& address, const Block6& block) {
  const unsigned whole = block.bits / 8, rest = block.bits % 8;
  if (std::memcmp(address.data(), block.start.data(), whole) != 0) return false;
  return rest == 0 || (address[whole] ^ block.start[whole]) >> (8 - rest) == 0;
}

uint32_t last_four(const Bytes16& address) { return v4(address[12], address[13], address[14], address[15]); }

bool is_public6(const Bytes16& address) {
  if (is_in(address, kMapped4) || is_in(address, kNat64)) return is_public4(last_four(address));
  for (const Block6& block : kNotPublic6)
    if (is_in(address, block)) return false;
  return is_in(address, kUnicast6);
}

bool is_loopback6(const Bytes16& address) {
  constexpr Bytes16 kOne = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return address == kOne || (is_in(address, kMapped4) && address[12] == 127);
}

constexpr Block6 kLink6 = {{0xfe, 0x80}, 10};
constexpr Block6 kCloudOfAws6 = {{0xfd, 0x00, 0x0e, 0xc2}, 32};

constexpr Block6 kPrivate6 = {{0xfc}, 7};

bool is_private6(const Bytes16& address) {
  if (is_in(address, kMapped4) || is_in(address, kNat64)) return is_private4(last_four(address));
  return is_in(address, kPrivate6) && !is_in(address, kCloudOfAws6);
}

bool is_link4(uint32_t address) { return address >> 16 == (169u << 8 | 254u); }

bool is_link6(const Bytes16& address) {
  if (is_in(address, kMapped4)) return is_link4(last_four(address));
  return is_in(address, kLink6) || is_in(address, kCloudOfAws6);
}

// libcurl and getaddrinfo hand over addresses at any alignment.
template <class Address>
Address copy_of(const sockaddr& address) {
  Address copy;
  std::memcpy(&copy, &address, sizeof copy);
  return copy;
}

Bytes16 bytes_of(const sockaddr& address) {
  const auto copy = copy_of<sockaddr_in6>(address);
  Bytes16 bytes;
  std::memcpy(bytes.data(), &copy.sin6_addr, bytes.size());
  return bytes;
}

uint32_t number_of(const sockaddr& address) { return ntohl(copy_of<sockaddr_in>(address).sin_addr.s_addr); }

}  // namespace

bool is_within(Reach reach, const sockaddr& address) {
  if (reach == Reach::anywhere) return true;
  if (reach == Reach::this_link && is_within(Reach::this_machine, address)) return true;
  if (reach == Reach::other_machines) {
    if (address.sa_family == AF_INET && is_private4(number_of(address))) return true;
    if (address.sa_family == AF_INET6 && is_private6(bytes_of(address))) return true;
    return is_within(Reach::public_only, address);
  }
  const bool is_public = reach == Reach::public_only, is_link = reach == Reach::this_link;
  if (is_link && address.sa_family == AF_INET) return is_link4(number_of(address));
  if (is_link && address.sa_family == AF_INET6) return is_link6(bytes_of(address));
  if (address.sa_family == AF_INET)
    return is_public ? is_public4(number_of(address)) : number_of(address) >> 24 == 127;
  if (address.sa_family == AF_INET6)
    return is_public ? is_public6(bytes_of(address)) : is_loopback6(bytes_of(address));
  return false;
}

std::string text_of(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.sa_family == AF_INET) {
    const auto copy = copy_of<sockaddr_in>(address);
    ::inet_ntop(AF_INET, &copy.sin_addr, text.data(), text.size());
  } else if (address.sa_family == AF_INET6) {
    const auto copy = copy_of<sockaddr_in6>(address);
    ::inet_ntop(AF_INET6, &copy.sin6_addr, text.data(), text.size());
  }
  return text.data();
}

Result<void> check_public_name(const std::string& host, bool may_be_unknown) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  if (failed != 0 && may_be_unknown) return {};
  if (failed != 0)
    return fail(failed == EAI_AGAIN ? Fault::temporary : Fault::refused,
                "the name `" + host + "` cannot be resolved, so it is not known whether it is public");
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next)
    if (!is_within(Reach::public_only, *one->ai_addr))
      return fail(Fault::refused, "`" + host + "` is at " + text_of(*one->ai_addr) + ", which is not public");
  return {};
}

}  // namespace mesh::http
