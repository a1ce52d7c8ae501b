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

std::string basic(std::string_view user, const Secret& password) {
  std::string pair = std::string(user) + ":" + std::string(password.reveal());
  std::string value = "Basic " + base64(pair);
  wipe(pair);
  return value;
}

}  // namespace

RegistrySession::RegistrySession(OciAddress address, std::shared_ptr<http::Client> client,
                                 std::shared_ptr<RegistryLogins> logins)
    : address_(std::move(address)),
      origin_(address_.origin + "/"),
      here_(http::parse_url(origin_).value_or(http::Url{})),
      client_(std::move(client)),
      logins_(std::move(logins)) {}

// ---- where requests go
// -----------------------------------------------------------------------------------------------

Result<std::string> RegistrySession::own_path(std::string_view place) const {
  if (place.starts_with('/') && !place.starts_with("//")) return std::string(place);
  const auto url = http::parse_url(place);
  if (url && url->host == here_.host && url->port == here_.port && url->is_tls == here_.is_tls)
    return url->target.empty() ? std::string("/") : std::string(url->target);
  return fail(Fault::refused,
              "the registry sends us to `" + http::shown_url(place.substr(0, 256)) +
                  "`, and credentials go to the registry itself only",
              "a registry behind a proxy must be told its own address and that it is reached by https");
}

// Whatever it names, a registry must not make us reach what only this machine or its network can reach. Its
// own neighbours are those it may know better than we do: a registry in a company's network has its tokens
// and blobs there too.
Result<bool> RegistrySession::is_guarded(const http::Url& there) const {
  if (!there.is_tls && !(here_.is_loopback && there.is_loopback))
    return fail(Fault::refused, "the registry sends us to `" + printable(there.host) + "` by http");
  if (there.host == here_.host || (here_.is_loopback && there.is_loopback)) return false;
  const bool are_names = !there.is_address && !here_.is_address;
  const std::string_view parent = parent_of(here_.host);
  return !(are_names && !parent.empty() && parent == parent_of(there.host));
}

Result<http::Response> RegistrySession::once(const RegistryCall& call, const Secret& authorization) {
  http::Request request;
  request.method = call.method;
  request.url = address_.origin + call.path;
  request.headers = call.headers;
  if (!authorization.empty())
    request.headers.push_back({"authorization", std::string(authorization.reveal()), true});
  request.body = call.body;
  request.most_bytes = std::max(call.most_bytes, kLargestError);
  auto response = client_->send(request);
  if (!request.headers.empty() && request.headers.back().is_secret) wipe(request.headers.back().value);
  return response;
}

Result<http::Response> RegistrySession::followed(const RegistryCall& call, http::Response response) {
  for (int i = 0; i < kMostRedirects && is_redirect(response.status); ++i) {
    http::Request request;
    request.method = call.method;
    request.url = response.header("location");
    if (request.url.starts_with('/') && i == 0) request.url.insert(0, address_.origin);
    const auto there = http::parse_url(request.url);
    if (!there)
      return fail(Fault::refused, "the registry sends us to what is no place: " + there.error().message);
    const auto guarded = is_guarded(*there);
    if (!guarded) return tl::unexpected(guarded.error());
    request.from_manifest = *guarded;
    request.most_bytes = std::max(call.most_bytes, kLargestError);
    auto next = client_->send(request);
    if (!next) return next;
    response = std::move(*next);
  }
  return response;
}

Result<http::Response> RegistrySession::send(const RegistryCall& call) {
  Secret proof = known_proof(call.scope);
  auto response = once(call, proof);
  if (response && response->status == 401) {
    auto better = prove(call, *response, proof);
    if (!better) return pass(std::move(better));
    if (!better->empty()) response = once(call, *better);
  }
  if (response && call.follows && is_redirect(response->status)) return followed(call, std::move(*response));
  return response;
}

// ---- proofs
// -----------------------------------------------------------------------------------------------

Secret RegistrySession::known_proof(const std::string& scope) {
  const std::lock_guard guard(mutex_);
  for (const std::string& key : {kEverything, scope})
    if (const auto found = proofs_.find(key);
        found != proofs_.end() && found->second.until > std::chrono::steady_clock::now())
      return found->second.value;
  return {};
}

Result<void> RegistrySession::find_login() {
  if (login_) return {};
  auto found =
      logins_ ? logins_->login_for(address_.host) : Result<std::optional<RegistryLogin>>(std::nullopt);
  if (!found) return pass(std::move(found));
  login_ = std::move(*found);
  return {};
}

Result<Secret> RegistrySession::prove(const RegistryCall& call, const http::Response& response,
                                      const Secret& used) {
  const std::lock_guard one_at_a_time(proving_);
  if (Secret other = known_proof(call.scope); !other.empty() && !(other == used)) return other;
  if (auto found = find_login(); !found) return pass(std::move(found));
  const std::vector<Challenge> challenges = challenges_of(response);
  const auto offered = [&](std::string_view scheme) {
    const auto found = std::ranges::find(challenges, scheme, &Challenge::scheme);
    return found == challenges.end() ? nullptr : &*found;
  };
  Proof proof;
  std::string key = call.scope;
  if (const Challenge* const bearer = offered("bearer")) {
    auto token = ask_for_token(*bearer, call.scope);
    if (!token) return pass(std::move(token));
    proof = std::move(*token);
  } else if (offered("basic") && *login_ && !(*login_)->user.empty()) {
    std::string value = basic((*login_)->user, (*login_)->password);
    proof.value = Secret(value);
    wipe(value);
    key = kEverything;
  }
  if (proof.value.empty() || proof.value == used) return Secret();
  const std::lock_guard guard(mutex_);
  proofs_[key] = proof;
  return proof.value;
}

Result<http::Request> RegistrySession::token_request(const Challenge& challenge, const std::string& scope,
                                                     std::string& body) const {
  http::Request request;
  request.url = challenge.parameter("realm");
  const std::string service = challenge.parameter("service"), asked = challenge.parameter("scope");
  const auto realm = http::parse_url(request.url);
  if (!realm)
    return fail(Fault::refused, "the registry names no place that gives tokens: " + realm.error().message);
  const auto guarded = is_guarded(*realm);
  if (!guarded) return tl::unexpected(guarded.error());
  request.from_manifest = *guarded;
  request.most_bytes = kLargestError;

  const std::optional<RegistryLogin>& login = *login_;
  std::vector<std::pair<std::string, std::string>> fields;
  if (!service.empty()) fields.emplace_back("service", service);
  fields.emplace_back("scope", asked.empty() ? scope : asked);
  if (!login || login->identity_token.empty()) {
    request.url = http::with_query(std::move(request.url), fields);
    if (login) request.headers = {{"authorization", basic(login->user, login->password), true}};
    return request;
  }
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
                                                              const std::string& scope) {
  std::string body;
  const auto failure = [&](Error error) { return std::move(error).in("ask for a token"); };
  auto request = token_request(challenge, scope, body);
  if (!request) return failure(std::move(request).error());
  auto response = client_->send(*request);
  wipe(body);
  for (http::Header& header : request->headers)
    if (header.is_secret) wipe(header.value);
  if (!response) return failure(std::move(response).error());
  if (response->status != 200) {
    if (*login_)
      for (const Secret& secret : {(*login_)->password, (*login_)->identity_token})
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
