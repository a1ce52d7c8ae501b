#pragma once

#include "core/http/client.hpp"
#include "core/store/oci.hpp"
#include "core/store/oci_reply.hpp"

#include <atomic>
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
  std::string path;  // "/v2/…", encoded, with its query; an absolute URL of another host gets no credential
  std::string scope;                       // what a token must be good for: "repository:shop/orders:pull"
  std::vector<http::Header> headers = {};  // none of them secret
  std::string_view body = {};
  uint64_t most_bytes = 16 << 20;
};

// Speaks with one registry: proves itself when it is asked to, keeps tokens for as long as they are good, and
// goes to no other place than the registry says and the rules allow. Many threads may send at one time.
class RegistrySession {
 public:
  RegistrySession(OciAddress address, std::shared_ptr<http::Client> client,
                  std::shared_ptr<RegistryLogins> logins, RegistryOptions may);

  const OciAddress& address() const { return address_; }
  // Whether a login was found, and tried.
  bool is_logged_in() const { return has_login_; }

  // The registry's reply. Sent anew with a credential where one is asked for. Where a GET or HEAD is sent on,
  // the reply from there: 200, or absent; all others are errors, since they are no word of the registry.
  Result<http::Response> send(const RegistryCall& call);

  // Of a place that the registry names in a reply to `call`, for the next request: path and query, or the URL
  // of another host.
  Result<std::string> next_path(const RegistryCall& call, std::string_view place) const;
  // The same, where no other host will do: refused.
  Result<std::string> own_path(const RegistryCall& call, std::string_view place) const;

 private:
  // A header's value, and how long it is good for.
  struct Proof {
    Secret value;
    std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max();
  };

  using Login = std::optional<RegistryLogin>;

  Result<http::Response> once(const RegistryCall& call, const Secret& authorization);
  Result<http::Response> followed(const RegistryCall& call, http::Response response);
  Result<http::Response> elsewhere(const RegistryCall& call);
  Secret known_proof(const std::string& scope);
  // What a 401 asks for; empty where there is nothing to prove oneself by. `used` was not good enough, and
  // where it is `wider`, what we need alone was not either.
  Result<Secret> prove(const RegistryCall& call, const http::Response& response, const Secret& used,
                       bool wider);
  Result<Proof> ask_for_token(const Challenge& challenge, const std::vector<std::string>& scopes);
  // `status` is what the place for tokens answered.
  Result<Proof> ask_with(const Login& login, const Challenge& challenge,
                         const std::vector<std::string>& scopes, int& status);
  Result<http::Request> token_request(const Login& login, const Challenge& challenge,
                                      const std::vector<std::string>& scopes, std::string& body) const;
  Result<Login> login();
  // Another one, where `refused` was good until now: helpers give logins that end.
  Result<Login> renewed_login(const Login& refused);
  std::mutex& asking_for(const std::string& scope);
  // Of a request to a place that the registry names: which addresses it may reach. refused where it must not
  // be made.
  Result<void> guard(http::Request& request, const http::Url& there) const;
  bool is_own(const http::Url& url) const;
  std::string origin() const;  // "https://host"

  const OciAddress address_;
  const http::Url here_;  // of `address_`
  const std::shared_ptr<http::Client> client_;
  const std::shared_ptr<RegistryLogins> logins_;
  const RegistryOptions may_;
  std::atomic<bool> is_plain_{false};                           // it speaks http, and that may be
  std::atomic<http::Network> network_{http::Network::unknown};  // that it answers from

  std::mutex mutex_;
  std::map<std::string, Proof> proofs_;  // by scope; under mutex_
  // One asks for a token of a scope, and whoever needs it too waits; under mutex_.
  std::map<std::string, std::unique_ptr<std::mutex>> asking_;
  std::mutex login_mutex_;
  std::optional<Login> login_;  // once it was looked for; under login_mutex_
  std::atomic<bool> has_login_{false};
  std::atomic<bool> has_logged_in_{false};  // the registry took it
};

}  // namespace mesh::store
