#include "core/http/proxy.hpp"

#include "core/base/strings.hpp"

#include <initializer_list>

namespace mesh::http {
namespace {

std::string first_of(const Environment& environment, std::initializer_list<const char*> names) {
  for (const char* const name : names)
    if (std::string value = environment(name); !value.empty()) return value;
  return {};
}

// "example.com" and ".example.com" stand for the name and all names below it.
bool is_listed(std::string_view host, std::string_view entry) {
  if (entry == "*") return true;
  if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
  while (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.empty() || !host.ends_with(entry)) return false;
  return host.size() == entry.size() || host[host.size() - entry.size() - 1] == '.';
}

}  // namespace

std::string proxy_for(const Url& url, const Environment& environment) {
  std::string proxy = url.is_tls ? first_of(environment, {"https_proxy", "HTTPS_PROXY"})
                                 : first_of(environment, {"http_proxy"});
  if (proxy.empty()) proxy = first_of(environment, {"all_proxy", "ALL_PROXY"});
  if (proxy.empty()) return proxy;
  std::string_view host = url.host;
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string listed = to_lower(first_of(environment, {"no_proxy", "NO_PROXY"}));
  for (char& c : listed)
    if (c == ' ' || c == '\t') c = ',';
  for (const std::string_view entry : split(listed, ','))
    if (is_listed(host, entry)) return {};
  return proxy;
}

}  // namespace mesh::http
