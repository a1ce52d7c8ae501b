#include "core/base/strings.hpp"
#include "core/store/oci.hpp"

#include <algorithm>

namespace mesh::store {
namespace {

constexpr std::string_view kForm = "write oci://HOST/REPOSITORY, with a port behind HOST where it is not 443";
// Of a repository with DOMAIN/PRODUCT behind it, as registries take it.
constexpr size_t kLongestName = 255, kLongestRoot = kLongestName - 2 * 64;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// Letters and digits, between them `.`, `_`, `__` or any number of `-`.
bool is_part(std::string_view part) {
  if (part.empty() || !is_letter_or_digit(part.front()) || !is_letter_or_digit(part.back())) return false;
  for (size_t i = 0; i < part.size();) {
    if (is_letter_or_digit(part[i])) {
      ++i;
      continue;
    }
    const size_t end = std::min(part.find_first_not_of(part[i], i), part.size());
    const bool fits = part[i] == '-' || (part[i] == '.' && end - i == 1) || (part[i] == '_' && end - i <= 2);
    if (!fits || !is_letter_or_digit(part[end])) return false;
    i = end;
  }
  return true;
}

}  // namespace

bool is_repository(std::string_view name) {
  return name.size() <= kLongestName && std::ranges::all_of(split(name, '/'), is_part);
}

Result<OciAddress> oci_address(std::string_view url) {
  constexpr std::string_view kScheme = "oci://";
  if (to_lower(url.substr(0, kScheme.size())) != kScheme)
    return fail(Fault::usage, "a target in a registry is written oci://HOST/REPOSITORY");
  if (url.find_first_of("?#") != url.npos)
    return fail(Fault::usage, "a target in a registry has no `?` and no `#`");
  const std::string_view rest = url.substr(kScheme.size());
  const std::string_view place = rest.substr(0, rest.find('/'));
  if (place.empty()) return fail(Fault::usage, "a target in a registry names a host", std::string(kForm));
  const std::string https = "https://" + std::string(place);
  const auto host = http::parse_url(https);
  if (!host) return tl::unexpected(host.error());

  OciAddress address;
  const std::string name = host->host.find(':') == std::string::npos ? host->host : "[" + host->host + "]";
  const bool has_port = place.ends_with(":" + std::to_string(host->port));
  address.host = has_port && host->port != 443 ? name + ":" + std::to_string(host->port) : name;
  address.origin = (host->is_loopback ? "http://" : "https://") + address.host;
  if (host->host == "docker.io" || host->host.ends_with(".docker.io"))
    return fail(Fault::usage, "Docker Hub cannot hold a mesh: its repositories have two parts",
                "a product is at REPOSITORY/DOMAIN/PRODUCT: use a registry that takes three parts and more");

  std::string_view root = rest.substr(place.size());
  while (root.starts_with('/')) root.remove_prefix(1);
  while (root.ends_with('/')) root.remove_suffix(1);
  if (root.empty())
    return fail(Fault::usage, "a target in a registry names a repository", std::string(kForm));
  if (root.size() > kLongestRoot)
    return fail(Fault::usage, "the repository of a target has a name of more than " +
                                  std::to_string(kLongestRoot) + " bytes");
  if (!is_repository(root)) {
    const std::string lower = to_lower(root);
    return fail(Fault::usage, "`" + printable(root) + "` cannot be the name of a repository",
                is_repository(lower) ? "names are in lower case: `" + lower + "`"
                                     : "its parts have a-z and 0-9, and single `.`, `_` or `-` between them");
  }
  address.root = root;
  return address;
}

}  // namespace mesh::store
