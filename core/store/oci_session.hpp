#pragma once

#include "core/http/client.hpp"
#include "core/store/oci.hpp"
#include "core/store/oci_reply.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mesh::store {

struct RegistryCall {
  std::string method;
  std::string path;   // "/v2/…", encoded, with its query
  std::string scope;  // what a token must be good for: "repository:shop/orders:pull"
  std::vector<http::Header> headers = {};
  std::string_view body = {};
  uint64_t most_bytes = 16 << 20;
  bool follows =
      false;  // what is asked for may be kept elsewhere: its place is followed, without a credential
};

// Speaks with one registry: proves itself when it is asked to, keeps tokens for as long as they are good, and
// goes to no other place than the registry says and the rules allow. Many threads may send at one time.
class RegistrySession {
 public:
  RegistrySession(OciAddress address, std::shared_ptr<http::Client> client,
                  std::shared_ptr<RegistryLogins> logins);

  const OciAddress& address() const { return address_; }

  // Any reply but a redirect that was followed. Sent anew once, with a credential, where one is asked for.
  Result<http::Response> send(const RegistryCall& call);

  // Of a place that the registry names for the next request with the credential: path and query. refused when
  // it is on another host.
  Result<std::string> own_path(std::string_view place) const;

 private:
  // A header's value, and how long it is good for.
  struct Proof {
    Secret value;
    std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max();
  };

  Result<http::Response> once(const RegistryCall& call, const Secret& authorization);
  Result<http::Response> followed(const RegistryCall& call, http::Response response);
  Secret known_proof(const std::string& scope);
  // What a 401 asks for; empty where there is nothing to prove oneself by. `used` was not good enough.
  Result<Secret> prove(const RegistryCall& call, const http::Response& response, const Secret& used);
  Result<Proof> ask_for_token(const Challenge& challenge, const std::string& scope);
  Result<http::Request> token_request(const Challenge& challenge, const std::string& scope,
                                      std::string& body) const;
  Result<void> find_login();
  // Whether a request to a place that the registry names must keep to public addresses. refused where it must
  // not be made.
  Result<bool> is_guarded(const http::Url& there) const;

  const OciAddress address_;
  const std::string origin_;  // its URL with a path, parsed as `here_`
  const http::Url here_;
  const std::shared_ptr<http::Client> client_;
  const std::shared_ptr<RegistryLogins> logins_;

  std::mutex proving_;  // one asks for tokens, the others wait for what it gets
  std::mutex mutex_;
  std::map<std::string, Proof> proofs_;                // by scope; under mutex_
  std::optional<std::optional<RegistryLogin>> login_;  // once it was looked for; under proving_
};

}  // namespace mesh::store
