#pragma once

#include "core/http/client.hpp"
#include "core/store/oci_credentials.hpp"
#include "core/store/store.hpp"

#include <memory>
#include <string>
#include <string_view>

// Products in a registry of the OCI distribution specification: one repository each, releases under the tags
// of their versions, what is said of them as referrers (design section 6, catalogs.md 2.6).
namespace mesh::store {

// Where the repositories of a store are.
struct OciAddress {
  std::string host;    // "registry.example.com:5000", as credentials are kept under it
  std::string origin;  // "https://registry.example.com:5000"; by http on this machine only
  std::string root;    // "shop/mesh": what is before DOMAIN/PRODUCT

  std::string url() const { return "oci://" + host + "/" + root; }
};

// `url` is oci://HOST[:PORT]/REPOSITORY[/PREFIX]. usage: a host or the name of a repository that cannot be
// one.
Result<OciAddress> oci_address(std::string_view url);

struct RegistryOptions {
  // Some registries hide whether a repository is there from all but those who may write to it, and make it
  // when these come: only for publishers they are asked so.
  bool make_repositories = false;
  // Of another machine that speaks no TLS too; the client must allow it.
  bool speak_http = false;
};

// Whether a text may be the name of a repository: parts of lower-case letters, digits and single separators.
bool is_repository(std::string_view name);

// A registry has neither conditional writes nor objects, so not all promises of a store can be kept:
//   - keys are those of products and listings:
//   `<domain>/<product>/{index.json,oci-layout,blobs/sha256/<hex>}`
//     and `<domain>/listing.json`; all others are usage;
//   - `index.json` is made of what the registry has when it is read, and a swap writes what changed: what is
//     said of a release first, then its tag. A release appears at once; changes of several releases do not;
//   - a swap looks before it writes and after it. Who publishes other versions at the same moment loses
//   nothing.
//     Of two who write the same tag in the time of one request the later wins, and the earlier may not be
//     told;
//   - nothing is removed and no blobs are listed: registries collect their garbage by themselves.
Result<std::unique_ptr<Store>> oci_store(std::string_view url, std::shared_ptr<http::Client> client,
                                         std::shared_ptr<RegistryLogins> logins, RegistryOptions may = {});

}  // namespace mesh::store
