#include "core/base/strings.hpp"
#include "core/store/azure.hpp"
#include "core/store/bucket.hpp"

#include <algorithm>

namespace mesh::store {
namespace {

// What follows the account in the hosts of Azure's clouds.
constexpr std::string_view kClouds[] = {".blob.core.windows.net", ".blob.core.chinacloudapi.cn",
                                        ".blob.core.usgovcloudapi.net"};
// Accounts with a DNS zone of their own: ACCOUNT.z01.blob.storage.azure.net.
constexpr std::string_view kZones = ".blob.storage.azure.net";

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_account(std::string_view name) {
  return name.size() >= 3 && name.size() <= 24 && std::ranges::all_of(name, is_letter_or_digit);
}

bool is_container(std::string_view name) {
  return name.size() >= 3 && name.size() <= 63 && is_letter_or_digit(name.front()) &&
         is_letter_or_digit(name.back()) && name.find("--") == name.npos &&
         std::ranges::all_of(name, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

struct Account {
  std::string name, host;
};

// Of the account's name or of the host that azcopy and the portal show.
Result<Account> read_account(std::string_view text) {
  const std::string host = to_lower(text);
  const std::string name = host.substr(0, host.find('.'));
  const std::string_view rest = std::string_view(host).substr(name.size());
  if (!is_account(name))
    return fail(Fault::usage, quoted(text.substr(0, 64)) + " cannot be the name of a storage account",
                "it has 3 to 24 of a-z and 0-9: write az://ACCOUNT/CONTAINER/PREFIX");
  if (rest.empty()) return Account{name, name + std::string(kClouds[0])};
  const bool is_zone =
      rest.size() > kZones.size() + 2 && rest.size() <= kZones.size() + 4 && rest.starts_with(".z") &&
      rest.ends_with(kZones) &&
      std::ranges::all_of(rest.substr(2, rest.size() - kZones.size() - 2), is_letter_or_digit);
  if (is_zone || std::ranges::find(kClouds, rest) != std::end(kClouds)) return Account{name, host};
  return fail(Fault::usage, quoted(host.substr(0, 128)) + " is no host of Azure Blob Storage",
              "write az://ACCOUNT/CONTAINER/PREFIX; a server of your own is named by BlobEndpoint in "
              "AZURE_STORAGE_CONNECTION_STRING");
}

}  // namespace

std::string AzureAddress::url() const {
  return "az://" + account + "/" + container + (prefix.empty() ? "" : "/" + prefix);
}

// The account is part of the place, as it is in the URLs of azcopy and of the portal; `az://` in front of
// such a URL's host is understood too. fsspec and rclone take the account from the environment: then one
// mesh.yaml would mean another place on each machine.
Result<AzureAddress> azure_address(std::string_view url, const AzureOptions& options) {
  constexpr std::string_view kScheme = "az://", kForm = "write az://ACCOUNT/CONTAINER/PREFIX";
  if (to_lower(url.substr(0, kScheme.size())) != kScheme)
    return fail(Fault::usage, "a target on Azure is written az://ACCOUNT/CONTAINER/PREFIX");
  if (url.find_first_of("?#") != url.npos)
    return fail(Fault::usage, "a target on Azure has no `?` and no `#`",
                "a shared access signature belongs in AZURE_STORAGE_SAS_TOKEN");
  std::string_view rest = url.substr(kScheme.size());
  const std::string_view first = rest.substr(0, rest.find('/'));
  if (first.empty()) return fail(Fault::usage, "a target on Azure names an account", std::string(kForm));
  const auto account = read_account(first);
  if (!account) return tl::unexpected(account.error());
  rest.remove_prefix(std::min(rest.size(), first.size() + 1));

  AzureAddress address;
  address.account = account->name;
  address.container = rest.substr(0, rest.find('/'));
  if (address.container.empty())
    return fail(Fault::usage, "a target on Azure names a container", std::string(kForm));
  if (!is_container(address.container))
    return fail(Fault::usage, quoted(address.container.substr(0, 128)) + " cannot be the name of a container",
                "it has 3 to 63 of a-z, 0-9 and single `-`");
  auto prefix = tidy_prefix(rest.substr(address.container.size()));
  if (!prefix) return pass(std::move(prefix));
  address.prefix = std::move(*prefix);

  if (!options.account.empty() && options.account != address.account)
    return fail(Fault::usage,
                "the target is in the account " + quoted(address.account) + ", and the credentials are of " +
                    quoted(options.account),
                "the first part of az://ACCOUNT/CONTAINER/PREFIX is the account");
  address.origin = "https://" + account->host;
  if (!options.endpoint.empty()) {
    auto endpoint = parse_endpoint(options.endpoint, "BlobEndpoint of AZURE_STORAGE_CONNECTION_STRING");
    if (!endpoint) return pass(std::move(endpoint));
    address.origin = endpoint->origin();
    address.path = endpoint->path;
  }
  address.path += "/" + address.container;
  return address;
}

}  // namespace mesh::store
