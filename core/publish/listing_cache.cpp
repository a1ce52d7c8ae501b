#include "core/publish/listing_cache.hpp"

#include "core/base/files.hpp"
#include "core/crypto/sha256.hpp"
#include "core/publish/listing.hpp"

#include <sys/stat.h>

namespace mesh::publish {
namespace {

constexpr std::string_view kHead = "mesh listing 1 ";
constexpr size_t kMostToken = 4096;
constexpr size_t kDigest = 64;

}  // namespace

std::string ListingCache::file_of(std::string_view url, std::string_view domain) const {
  return folder_ + "/" + crypto::sha256_hex(std::string(url) + "\n" + std::string(domain));
}

// mesh listing 1 DIGEST, a line with the token, the listing; the digest is that of all after its line.
std::optional<store::Object> ListingCache::find(std::string_view url, std::string_view domain) const {
  if (folder_.empty()) return std::nullopt;
  const auto file = read_file(file_of(url, domain), kMaxListing + kMostToken + kHead.size() + kDigest + 2);
  if (!file) return std::nullopt;
  std::string_view rest = *file;
  if (!rest.starts_with(kHead) || rest.size() <= kHead.size() + kDigest) return std::nullopt;
  const std::string_view digest = rest.substr(kHead.size(), kDigest);
  rest.remove_prefix(kHead.size() + kDigest);
  if (rest[0] != '\n') return std::nullopt;
  rest.remove_prefix(1);
  const size_t line = rest.find('\n');
  if (line == rest.npos || crypto::sha256_hex(rest) != digest) return std::nullopt;
  return store::Object{std::string(rest.substr(line + 1)), store::Token(rest.substr(0, line))};
}

void ListingCache::keep(std::string_view url, std::string_view domain, const store::Object& listing) const {
  if (folder_.empty() || listing.token.size() > kMostToken || listing.token.find('\n') != std::string::npos)
    return;
  if (!make_folders(folder_)) return;
  // What is published for some must not be read by all who use this machine.
  ::chmod(folder_.c_str(), 0700);
  std::string bytes = listing.token + "\n" + listing.bytes;
  const std::string digest = crypto::sha256_hex(bytes);
  bytes.insert(0, std::string(kHead) + digest + "\n");
  const auto written = replace_file(file_of(url, domain), bytes);
  static_cast<void>(written);
}

}  // namespace mesh::publish
