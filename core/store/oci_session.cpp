#include "core/store/oci_session.hpp"

#include "core/base/base64.hpp"
#include "core/base/percent.hpp"
#include "core/base/strings.hpp"
#include "core/http/redact.hpp"

#include <algorithm>

namespace mesh::store {
namespace {

constexpr uint64_t kLargestError = 1 << 20;
constexpr int kMostRedirects = 5;
constexpr size_t kMostScopes = 8, kLongestPlace = 8 << 10;  // that a registry may name
constexpr std::string_view kTellIt =
    "a registry behind a proxy must be told its own address, and that it is reached by https";
constexpr std::string_view kPull = ":pull", kPullAndPush = ":pull,push";
// What is good for every scope: a user name and password.
const std::string kEverything = "*";

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// "example.com" of "registry.example.com"; "" of what has no two parts.
std::string_view parent_of(std::string_view host) {
  const size_t last = host.rfind('.');
  if (last == host.npos || last == 0) return {};
  const size_t before = host.rfind('.', last - 1);
  return before == host.npos ? host : host.substr(before + 1);
}

// "repository:shop/orders" of "repository:shop/orders:pull,push".
std::string_view subject_of(std::string_view scope) { return scope.substr(0, scope.rfind(':')); }

// Adds what one scope allows to those that are there.
void add_scope(std::vector<std::string>& scopes, std::string_view scope) {
  const auto same = std::ranges::find_if(
      scopes, [&](const std::string& one) { return subject_of(one) == subject_of(scope); });
  if (same == scopes.end()) {
    scopes.emplace_back(scope);
    return;
  }
  const std::string_view subject = subject_of(scope);
  if (subject.size() == scope.size()) return;
  for (const std::string_view action : split(scope.substr(subject.size() + 1), ',')) {
    const auto known = split(std::string_view(*same).substr(subject.size() + 1), ',');
    if (!action.empty() && std::ranges::find(known, action) == known.end())
      *same += "," + std::string(action);
  }
}

http::Request request_of(const RegistryCall& call, std::string url) {
  http::Request request;
  request.method = call.method;
  request.url = std::move(url);
  request.headers = call.headers;
  request.body = call.body;
  request.most_bytes = std::max(call.most_bytes, kLargestError);
  return request;
}

std::string basic(std::string_view user, const Secret& password) {
  std::string pair = std::string(user) + ":" + std::string(password.reveal());
  std::string value = "Basic " + base64(pair);
  wipe(pair);
  return value;
}

}  // namespace

RegistrySession::RegistrySession(OciAddress address, std::shared_ptr<http::Client> client,
                                 std::shared_ptr<RegistryLogins> logins, RegistryOptions may)
    : address_(std::move(address)),
      here_(http::parse_url(address_.origin).value_or(http::Url{})),
      client_(std::move(client)),
      logins_(std::move(logins)),
      may_(may) {}

// ---- where requests go
// -----------------------------------------------------------------------------------------------

// Behind a proxy that takes TLS off, a registry often thinks that it is reached by http. The way there stays
// the one that we came.
bool RegistrySession::is_own(const http::Url& url) const {
  if (url.host != here_.host) return false;
  if (is_plain_) return url.port == here_.port;
  if (url.is_tls == here_.is_tls) return url.port == here_.port;
  return here_.is_tls && (url.port == here_.port || url.port == 80);
}

Result<std::string> RegistrySession::next_path(const RegistryCall& call, std::string_view place) const {
  if (trim(place).empty()) return fail(Fault::temporary, "the registry does not say where to go on");
  std::string next = http::resolved(origin() + call.path, place);
  if (next.size() > kLongestPlace)
    return fail(Fault::refused, "the registry sends us to a place with a name of more than 8 KiB");
  const auto url = http::parse_url(next);
  if (!url) return fail(Fault::refused, "the registry sends us to what is no place: " + url.error().message);
  if (is_own(*url))
    return url->target.starts_with('/') ? std::string(url->target) : "/" + std::string(url->target);
  return next;
}

Result<std::string> RegistrySession::own_path(const RegistryCall& call, std::string_view place) const {
  auto next = next_path(call, place);
  if (!next || next->starts_with('/')) return next;
  return fail(Fault::refused,
              "the registry sends us to `" + http::shown_url(std::string_view(*next).substr(0, 256)) +
                  "`, and credentials go to the registry itself only",
              std::string(kTellIt));
}

// Whatever it names, a registry must not make us reach what only this machine or its network can reach. One
// that is in such a network itself may know better, and so may its neighbours by name: in a company tokens
// and blobs are there too.
Result<void> RegistrySession::guard(http::Request& request, const http::Url& there) const {
  if (!there.is_tls && !is_plain_ && !(here_.is_loopback && there.is_loopback))
    return fail(Fault::refused, "the registry sends us to `" + printable(there.host) + "` by http",
                std::string(kTellIt));
  if (there.host == here_.host || (here_.is_loopback && there.is_loopback)) return {};
  const http::Network network = network_;
  const std::string_view parent = parent_of(here_.host);
  const bool is_neighbour =
      !there.is_address && !here_.is_address && !parent.empty() && parent == parent_of(there.host);
  if (is_neighbour && (network == http::Network::this_machine || network == http::Network::unknown))
    return {};
  request.from_manifest = true;
  request.private_too = is_neighbour || network == http::Network::inside;
  request.proxy_resolves = true;
  return {};
}

Result<http::Response> RegistrySession::once(const RegistryCall& call, const Secret& authorization) {
  http::Request request = request_of(call, origin() + call.path);
  if (!authorization.empty())
    request.headers.push_back({"authorization", std::string(authorization.reveal()), true});
  auto response = client_->send(request);
  // Only where that was allowed, and nothing was sent so far.
  if (!response && may_.speak_http && !is_plain_ && response.error().message.ends_with(http::kSpeaksNoTls)) {
    is_plain_ = true;
    request.url = origin() + call.path;
    response = client_->send(request);
  }
  if (!request.headers.empty() && request.headers.back().is_secret) wipe(request.headers.back().value);
  if (response) network_ = response->network;
  return response;
}

std::string RegistrySession::origin() const {
  return is_plain_ ? "http://" + address_.host : address_.origin;
}

// To another host, without a credential.
Result<http::Response> RegistrySession::elsewhere(const RegistryCall& call) {
  http::Request request = request_of(call, call.path);
  const auto there = http::parse_url(request.url);
  if (!there)
    return fail(Fault::refused, "the registry sends us to what is no place: " + there.error().message);
  if (auto guarded = guard(request, *there); !guarded) return pass(std::move(guarded));
  return client_->send(request);
}

Result<http::Response> RegistrySession::followed(const RegistryCall& call, http::Response response) {
  RegistryCall next = call;
  std::string at = origin() + call.path;
  for (int i = 0; i < kMostRedirects && is_redirect(response.status); ++i) {
    next.path = http::resolved(at, response.header("location"));
    if (const auto own = http::parse_url(next.path); own && is_own(*own))
      next.path = origin() + std::string(own->target);
    if (next.path == at) break;
    auto there = elsewhere(next);
    if (!there) return there;
    response = std::move(*there);
    at = next.path;
    // On its own host it may want to know who asks there too.
    if (const auto own = http::parse_url(at); response.status == 401 && own && is_own(*own)) {
      next.path = own->target;
      auto again = once(next, known_proof(call.scope));
      if (!again) return again;
      response = std::move(*again);
    }
  }
  if (response.status == 200 || is_absent(response)) return response;
  const auto place = http::parse_url(at);
  const Error told = http::error_of(response, {});
  const bool is_temporary = told.fault == Fault::temporary || response.status / 100 == 2;
  return tl::unexpected(Error{is_temporary ? Fault::temporary : Fault::refused,
                              "the registry sends us to `" +
                                  (place ? printable(place->host) : std::string()) + "`, which answers " +
                                  told.message,
                              {},
                              told.retry_after});
}

Result<http::Response> RegistrySession::send(const RegistryCall& call) {
  if (!call.path.starts_with('/')) return elsewhere(call);
  Secret proof = known_proof(call.scope);
  bool had_proof = !proof.empty();
  auto response = once(call, proof);
  for (const bool wider : {false, true}) {
    if (!response || response->status != 401) break;
    auto better = prove(call, *response, proof, wider);
    if (!better) return pass(std::move(better));
    if (better->empty()) break;
    proof = std::move(*better);
    had_proof = true;
    response = once(call, proof);
  }
  if (had_proof && response && response->status != 401) has_logged_in_ = true;
  const bool may_follow = call.method == "GET" || call.method == "HEAD";
  if (response && may_follow && is_redirect(response->status)) return followed(call, std::move(*response));
  return response;
}

// ---- proofs
// -----------------------------------------------------------------------------------------------

Secret RegistrySession::known_proof(const std::string& scope) {
  const std::lock_guard guard(mutex_);
  std::vector<std::string> keys = {kEverything, scope};
  // Who may push may pull.
  if (scope.ends_with(kPull)) keys.push_back(std::string(subject_of(scope)) + std::string(kPullAndPush));
  for (const std::string& key : keys)
    if (const auto found = proofs_.find(key);
        found != proofs_.end() && found->second.until > std::chrono::steady_clock::now())
      return found->second.value;
  return {};
}

std::mutex& RegistrySession::asking_for(const std::string& scope) {
  const std::lock_guard guard(mutex_);
  auto& asking = asking_[scope];
  if (!asking) asking = std::make_unique<std::mutex>();
  return *asking;
}

Result<RegistrySession::Login> RegistrySession::login() {
  const std::lock_guard guard(login_mutex_);
  if (login_) return *login_;
  auto found = logins_ ? logins_->login_for(address_.host) : Result<Login>(std::nullopt);
  if (found) login_ = *found;
  has_login_ = found && *found;
  return found;
}

Result<RegistrySession::Login> RegistrySession::renewed_login(const Login& refused) {
  const std::lock_guard guard(login_mutex_);
  if (login_ && *login_ != refused) return *login_;  // somebody was faster
  if (!has_logged_in_.exchange(false) || !logins_) return refused;
  auto found = logins_->login_for(address_.host);
  if (found) login_ = *found;
  has_login_ = found && *found;
  return found;
}

Result<Secret> RegistrySession::prove(const RegistryCall& call, const http::Response& response,
                                      const Secret& used, bool wider) {
  const std::lock_guard one_at_a_time(asking_for(call.scope));
  if (Secret other = known_proof(call.scope); !other.empty() && !(other == used)) return other;
  const std::vector<Challenge> challenges = challenges_of(response);
  const auto offered = [&](std::string_view scheme) {
    const auto found = std::ranges::find(challenges, scheme, &Challenge::scheme);
    return found == challenges.end() ? nullptr : &*found;
  };
  Proof proof;
  std::string key = call.scope;
  if (const Challenge* const bearer = offered("bearer")) {
    // What we need, in the registry's own words where it has some for that. Others it may say for no reason
    // (GitHub's names a repository `user/image`), so they count only when ours do not do.
    std::vector<std::string> needed = {call.scope}, all = needed;
    const std::string said = bearer->parameter("scope");
    for (const std::string_view scope : split(said, ' ')) {
      if (scope.empty()) continue;
      if (all.size() == kMostScopes) break;
      add_scope(all, scope);
      if (subject_of(scope) == subject_of(call.scope)) add_scope(needed, scope);
    }
    if (may_.make_repositories && call.scope.ends_with(kPull))
      add_scope(all, std::string(subject_of(call.scope)) + std::string(kPullAndPush));
    if (wider && all == needed) return Secret();
    auto token = ask_for_token(*bearer, wider ? all : needed);
    const bool is_denied = !token && token.error().fault == Fault::refused;
    if (is_denied && wider) return Secret();
    if (is_denied && all != needed)
      if (auto other = ask_for_token(*bearer, all)) token = std::move(other);
    if (!token) return pass(std::move(token));
    proof = std::move(*token);
  } else if (offered("basic")) {
    if (wider) return Secret();
    auto found = login();
    if (!found) return pass(std::move(found));
    const auto value_of = [](const Login& login) {
      if (!login || login->user.empty()) return Secret();
      std::string value = basic(login->user, login->password);
      Secret secret(value);
      wipe(value);
      return secret;
    };
    proof.value = value_of(*found);
    if (!proof.value.empty() && proof.value == used) {
      auto renewed = renewed_login(*found);
      if (!renewed) return pass(std::move(renewed));
      proof.value = value_of(*renewed);
    }
    key = kEverything;
  }
  if (proof.value.empty() || proof.value == used) return Secret();
  const std::lock_guard guard(mutex_);
  proofs_[key] = proof;
  return proof.value;
}

Result<http::Request> RegistrySession::token_request(const Login& login, const Challenge& challenge,
                                                     const std::vector<std::string>& scopes,
                                                     std::string& body) const {
  http::Request request;
  request.url = challenge.parameter("realm");
  const std::string service = challenge.parameter("service");
  if (request.url.size() + service.size() > kLongestPlace)
    return fail(Fault::refused, "the registry names a place for tokens with a name of more than 8 KiB");
  const auto realm = http::parse_url(request.url);
  if (!realm)
    return fail(Fault::refused, "the registry names no place that gives tokens: " + realm.error().message);
  if (auto guarded = guard(request, *realm); !guarded) return pass(std::move(guarded));
  request.most_bytes = kLargestError;

  std::vector<std::pair<std::string, std::string>> fields;
  if (!service.empty()) fields.emplace_back("service", service);
  if (!login || login->identity_token.empty()) {
    for (const std::string& scope : scopes) fields.emplace_back("scope", scope);
    request.url = http::with_query(std::move(request.url), fields);
    if (login) request.headers = {{"authorization", basic(login->user, login->password), true}};
    return request;
  }
  fields.emplace_back("scope", join(scopes, " "));
  fields.insert(fields.end(), {{"grant_type", "refresh_token"}, {"client_id", "mesh"}});
  fields.emplace_back("refresh_token", login->identity_token.reveal());
  body = form_encoded(fields);
  wipe(fields.back().second);
  request.method = "POST";
  request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
  request.body = body;
  return request;
}

Result<RegistrySession::Proof> RegistrySession::ask_for_token(const Challenge& challenge,
                                                              const std::vector<std::string>& scopes) {
  const auto found = login();
  if (!found) return tl::unexpected(found.error());
  int status = 0;
  auto token = ask_with(*found, challenge, scopes, status);
  if (token) {
    has_logged_in_ = true;
    return token;
  }
  if (status != 401 || !*found) return token;
  const auto renewed = renewed_login(*found);
  if (!renewed) return tl::unexpected(renewed.error());
  const bool is_other = *renewed && *renewed != *found;
  return is_other ? ask_with(*renewed, challenge, scopes, status) : token;
}

Result<RegistrySession::Proof> RegistrySession::ask_with(const Login& login, const Challenge& challenge,
                                                         const std::vector<std::string>& scopes,
                                                         int& status) {
  std::string body;
  const auto failure = [&](Error error) { return std::move(error).in("ask for a token"); };
  auto request = token_request(login, challenge, scopes, body);
  if (!request) return failure(std::move(request).error());
  auto response = client_->send(*request);
  wipe(body);
  for (http::Header& header : request->headers)
    if (header.is_secret) wipe(header.value);
  if (!response) return failure(std::move(response).error());
  status = response->status;
  if (status != 200) {
    if (login)
      for (const Secret& secret : {login->password, login->identity_token})
        response->body = http::without(std::move(response->body), secret.reveal());
    Error error = registry_failure(*response, address_.host);
    if (error.fault == Fault::refused && response->status == 400) error.help.clear();
    return failure(std::move(error));
  }
  auto read = read_token(response->body);
  wipe(response->body);
  if (!read) return failure(std::move(read).error());
  std::string value = "Bearer " + std::string(read->token.reveal());
  Proof proof{Secret(value), std::chrono::steady_clock::now() + std::chrono::seconds(read->seconds * 9 / 10)};
  wipe(value);
  return proof;
}

}  // namespace mesh::store
