#pragma once

#include "core/http/client.hpp"
#include "core/oci/descriptor.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What registries answer, read with suspicion.
namespace mesh::store {

// "HTTP 403: DENIED: …" with the fault that callers act on, and what to do about it. `host` is for the help.
Error registry_failure(const http::Response& response, std::string_view host);

// Whether a reply says that there is no such manifest, blob or repository.
bool is_absent(const http::Response& response);

// One way to prove oneself that a 401 offers.
struct Challenge {
  std::string scheme;                             // in lower case
  std::map<std::string, std::string> parameters;  // names in lower case

  std::string parameter(const std::string& name) const;  // "" when it is not there
};
std::vector<Challenge> challenges_of(const http::Response& response);

struct RegistryToken {
  Secret token;
  uint32_t seconds = 60;  // it is good for
};
Result<RegistryToken> read_token(std::string_view body);

// Of a list that comes in pages: where the next is; "" at the end.
std::string next_page(const http::Response& response);

// The strings of {"tags": […]} or {"repositories": […]}; none where it is null or absent.
Result<std::vector<std::string>> read_names(std::string_view body, std::string_view member);

// The descriptors of an index: of referrers.
Result<std::vector<oci::Descriptor>> read_referrers(std::string_view body);

// What HEAD says of a manifest; nothing where it does not say all of it.
std::optional<oci::Descriptor> described_by(const http::Response& response);

}  // namespace mesh::store
