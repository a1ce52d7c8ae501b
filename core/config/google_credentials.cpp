#include "core/config/google_credentials.hpp"

#include "core/base/base64.hpp"
#include "core/base/files.hpp"
#include "core/base/percent.hpp"
#include "core/base/strings.hpp"
#include "core/config/google_environment.hpp"
#include "core/config/identity_token.hpp"
#include "core/config/variables.hpp"
#include "core/crypto/rs256.hpp"

#include <algorithm>

namespace mesh::config {
namespace {

using oci::Json;
using Token = Result<LentToken>;

struct Source {
  std::string origin;
  std::function<Token()> lend;
};

constexpr uint64_t kMostBytes = 1 << 20;
constexpr const char* kScope = "https://www.googleapis.com/auth/devstorage.read_write";
// Who is to become a service account may ask for that, and the account's tokens are for storage alone.
constexpr const char* kWideScope = "https://www.googleapis.com/auth/iam";
constexpr const char* kTokenUrl = "https://oauth2.googleapis.com/token";
constexpr const char* kExchangeUrl = "https://sts.googleapis.com/v1/token";

std::string text_at(const Json& json, std::string_view key) {
  const std::string* const text = json.string_at(key);
  return text ? *text : "";
}

std::string base64url(std::string_view bytes) {
  std::string text = base64(bytes);
  while (text.ends_with('=')) text.pop_back();
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

// A URL and whether a file chose it: then it must be one that everybody can reach.
struct Place {
  std::string url;
  bool is_chosen = false;
};

Result<http::Response> send(const Web& web, const Place& place, http::Request request) {
  request.from_manifest = place.is_chosen;
  auto response = web.send(request);
  if (response || !place.is_chosen || response.error().fault != Fault::refused) return response;
  Error error = std::move(response).error();
  error.help =
      "the URL stands in a file of credentials, and such files are handed around; one of your own may be "
      "`tokenEndpoint` of a profile in credentials.yaml";
  return tl::unexpected(std::move(error));
}

// What a file says unless that is Google's own; `override` is the user's.
Place place_of(const std::string& said, const std::string& usual, const std::string& override = {}) {
  if (!override.empty()) return {override};
  if (said.empty() || said == usual) return {usual};
  return {said, true};
}

struct Wanted {
  std::string token_endpoint;  // the user's own, in the place of what a file says
  std::string scope = kScope;
};

Token exchanged(const Web& web, const Place& place, const std::string& doing, std::string body) {
  const auto response = send(web, place, post_form(place.url, body));
  wipe(body);
  if (!response) return Error(response.error()).in(doing);
  auto token = token_of_reply(*response);
  if (!token) return std::move(token).error().in(doing);
  return token;
}

// ---- a service account's key

struct AccountKey {
  std::string email, id;
  Secret key;  // PEM
  Place place;
  std::string audience;
};

Token by_key(const Web& web, const AccountKey& account, const std::string& scope) {
  const std::string doing = "ask for a token of the service account " + quoted(account.email);
  const int64_t now = now_in_seconds().time_since_epoch().count();
  constexpr int64_t kLife = 3600;
  const std::string header = oci::write_json(Json::object_of(
      account.id.empty()
          ? std::map<std::string, std::string>{{"alg", "RS256"}, {"typ", "JWT"}}
          : std::map<std::string, std::string>{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", account.id}}));
  Json claims = Json::object_of({{"iss", account.email}, {"scope", scope}, {"aud", account.audience}});
  claims.members["iat"] = Json::number(static_cast<uint64_t>(now));
  claims.members["exp"] = Json::number(static_cast<uint64_t>(now + kLife));
  const std::string told = base64url(header) + "." + base64url(oci::write_json(claims));
  const auto signature = crypto::rs256(account.key.reveal(), told);
  if (!signature) return Error(signature.error()).in(doing);
  return exchanged(web, account.place, doing,
                   form_encoded({{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"},
                                 {"assertion", told + "." + base64url(*signature)}}));
}

// ---- identities of others

struct Exchange {
  Place place;  // of the security token service
  std::string audience, subject_type;
  IdentityToken identity;
  Place account;  // that is impersonated; no URL: none
  std::string seconds;
};

// `generateAccessToken` of a service account, by a token of who may do that.
Token impersonated(const Web& web, const Place& place, const std::string& scope, const std::string& seconds,
                   const Secret& by) {
  const std::string doing = "become a service account";
  Json body = Json::object_of({{"lifetime", (seconds.empty() ? "3600" : seconds) + "s"}});
  body.members["scope"] = Json::array();
  body.members["scope"].items.push_back(Json::string(scope));
  const std::string text = oci::write_json(body);
  http::Request request = post_json(place.url, text);
  request.headers.push_back({"authorization", "Bearer " + std::string(by.reveal()), true});
  const auto response = send(web, place, std::move(request));
  if (!response) return Error(response.error()).in(doing);
  const auto json = json_object(*response);
  if (!json) return Error(json.error()).in(doing);
  LentToken token{Secret(text_at(*json, "accessToken")), parse_instant(text_at(*json, "expireTime"))};
  if (token.secret.empty() || !token.expiry || !check_plain("", token.secret.reveal()))
    return fail(Fault::corrupt, doing + ": the answer holds no token");
  return token;
}

Token by_exchange(const Web& web, const Exchange& exchange, const std::string& scope) {
  const auto subject = exchange.identity.current();
  if (!subject) return tl::unexpected(subject.error());
  const bool becomes = !exchange.account.url.empty();
  auto token =
      exchanged(web, exchange.place, "exchange a token of identity at Google",
                form_encoded({{"grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"},
                              {"audience", exchange.audience},
                              {"scope", becomes ? kWideScope : scope},
                              {"requested_token_type", "urn:ietf:params:oauth:token-type:access_token"},
                              {"subject_token_type", exchange.subject_type},
                              {"subject_token", std::string(subject->reveal())}}));
  if (!token || !becomes) return token;
  return impersonated(web, exchange.account, scope, exchange.seconds, token->secret);
}

// `credential_source.format`: the token is all of the text, or a member of a JSON object.
Result<Secret> subject_in(std::string_view text, const Json& source, const std::string& where) {
  const Json* const format = source.find("format");
  std::string subject(trim(text));
  if (format && text_at(*format, "type") == "json") {
    const auto json = oci::read_json(text);
    const std::string* const member =
        json ? json->string_at(text_at(*format, "subject_token_field_name")) : nullptr;
    subject = member ? *member : "";
  }
  Secret token(subject);
  wipe(subject);
  if (token.empty() || !check_plain("", token.reveal()))
    return fail(Fault::usage, where + " holds no token of identity");
  return token;
}

Result<IdentityToken> identity_of_source(const Web& web, const Json& source, const std::string& where) {
  if (const std::string file = text_at(source, "file"); !file.empty()) {
    const std::string shown = "the token in " + quoted(file);
    return IdentityToken{shown, [file, source, shown]() -> Result<Secret> {
                           auto text = read_file(file, kMostBytes);
                           if (!text) return std::move(text).error().in("read a token of identity");
                           auto token = subject_in(*text, source, shown);
                           wipe(*text);
                           return token;
                         }};
  }
  const std::string url = text_at(source, "url");
  if (url.empty() || source.find("environment_id") || source.find("executable") || source.find("certificate"))
    return fail(Fault::usage, where + " takes its token from neither a `file` nor a `url`",
                "sources by AWS, programs and certificates are not known to this version");
  const std::string shown = "a token of " + quoted(http::shown_url(url));
  return IdentityToken{shown, [web, url, source, shown]() -> Result<Secret> {
                         http::Request request;
                         request.url = url;
                         request.most_bytes = kMostBytes;

                         if (const Json* const headers = source.find("headers"))
                           for (const auto& [name, value] : headers->members)
                             request.headers.push_back({to_lower(name), value.text, true});
                         const auto response = send(web, {url, true}, std::move(request));
                         if (!response) return Error(response.error()).in("ask for a token of identity");
                         if (response->status != 200)
                           return http::error_of(*response).in("ask for a token of identity");
                         return subject_in(response->body, source, shown);
                       }};
}

// ---- files

Result<Source> source_of(const Web& web, const Json& json, const std::string& where, const Wanted& wanted,
                         bool may_become);

Result<Source> of_account_key(const Web& web, const Json& json, const std::string& where,
                              const Wanted& wanted) {
  AccountKey account{text_at(json, "client_email"),
                     text_at(json, "private_key_id"),
                     Secret(text_at(json, "private_key")),
                     place_of(text_at(json, "token_uri"), kTokenUrl, wanted.token_endpoint),
                     {}};
  account.audience = text_at(json, "token_uri").empty() ? kTokenUrl : text_at(json, "token_uri");
  if (account.email.empty() || account.key.empty())
    return fail(Fault::usage, where + " has no `client_email` or no `private_key`");
  return Source{"the service account " + printable(account.email) + " of " + where,
                [web, account, scope = wanted.scope] { return by_key(web, account, scope); }};
}

Result<Source> of_user(const Web& web, const Json& json, const std::string& where, const Wanted& wanted) {
  const Place place = place_of(text_at(json, "token_uri"), kTokenUrl, wanted.token_endpoint);
  const std::string id = text_at(json, "client_id");
  const Secret secret(text_at(json, "client_secret")), refresh(text_at(json, "refresh_token"));
  if (id.empty() || refresh.empty())
    return fail(Fault::usage, where + " has no `client_id` or no `refresh_token`",
                "`gcloud auth application-default login` makes it anew");
  return Source{"the user of " + where, [web, place, id, secret, refresh] {
                  return exchanged(web, place, "ask for a token of the user",
                                   form_encoded({{"grant_type", "refresh_token"},
                                                 {"client_id", id},
                                                 {"client_secret", std::string(secret.reveal())},
                                                 {"refresh_token", std::string(refresh.reveal())}}));
                }};
}

std::string seconds_of(const Json& json) {
  const Json* const options = json.find("service_account_impersonation");
  const Json* const seconds = options ? options->find("token_lifetime_seconds") : nullptr;
  return seconds && seconds->kind == Json::Kind::number ? seconds->text : "";
}

Result<Source> of_external(const Web& web, const Json& json, const std::string& where, const Wanted& wanted) {
  const Json* const source = json.find("credential_source");
  if (!source || source->kind != Json::Kind::object)
    return fail(Fault::usage, where + " has no `credential_source`");
  auto identity = identity_of_source(web, *source, where);
  if (!identity) return pass(std::move(identity));
  Exchange exchange{place_of(text_at(json, "token_url"), kExchangeUrl, wanted.token_endpoint),
                    text_at(json, "audience"),
                    text_at(json, "subject_token_type"),
                    std::move(*identity),
                    {},
                    seconds_of(json)};
  if (const std::string url = text_at(json, "service_account_impersonation_url"); !url.empty())
    exchange.account = {url, !url.starts_with("https://iamcredentials.googleapis.com/")};
  if (exchange.audience.empty() || exchange.subject_type.empty())
    return fail(Fault::usage, where + " has no `audience` or no `subject_token_type`");
  return Source{"the federated identity of " + where + ", by " + exchange.identity.origin,
                [web, exchange, scope = wanted.scope] { return by_exchange(web, exchange, scope); }};
}

Result<Source> of_impersonation(const Web& web, const Json& json, const std::string& where,
                                const Wanted& wanted) {
  const Json* const by = json.find("source_credentials");
  const std::string url = text_at(json, "service_account_impersonation_url");
  if (!by || url.empty())
    return fail(Fault::usage,
                where + " has no `source_credentials` or no `service_account_impersonation_url`");
  auto source = source_of(web, *by, where, {wanted.token_endpoint, kWideScope}, false);
  if (!source) return source;
  const Place place{url, !url.starts_with("https://iamcredentials.googleapis.com/")};
  return Source{"a service account, by " + source->origin,
                [web, place, lend = source->lend, scope = wanted.scope]() -> Token {
                  const auto token = lend();
                  if (!token) return token;
                  return impersonated(web, place, scope, {}, token->secret);
                }};
}

Result<Source> source_of(const Web& web, const Json& json, const std::string& where, const Wanted& wanted,
                         bool may_become) {
  const std::string type = text_at(json, "type");
  if (type == "service_account") return of_account_key(web, json, where, wanted);
  if (type == "authorized_user") return of_user(web, json, where, wanted);
  if (type == "external_account") return of_external(web, json, where, wanted);
  if (type == "impersonated_service_account" && may_become) return of_impersonation(web, json, where, wanted);
  return fail(
      Fault::usage, where + (type.empty() ? " has no `type`" : " is of a `type` that is not known"),
      "known are service_account, authorized_user, external_account and impersonated_service_account");
}

Result<Source> source_of_file(const Web& web, const std::string& path, const Wanted& wanted) {
  const std::string where = quoted(path);
  auto text = read_file(path, kMostBytes);
  if (!text) return std::move(text).error().in("read credentials of Google");
  const auto json = oci::read_json(*text);
  wipe(*text);
  if (!json || json->kind != Json::Kind::object)
    return fail(Fault::usage, where + " holds no credentials of Google: it is no JSON object");
  return source_of(web, *json, where, wanted, true);
}

// ---- the machine

Source of_metadata(const Web& web) {
  return {"the metadata server of Google", [web]() -> Token {
            std::string host = variable("GCE_METADATA_HOST");
            if (host.empty()) host = variable("GCE_METADATA_IP");
            if (host.empty()) host = "169.254.169.254";
            const Error none{
                Fault::usage,
                "there are no credentials: neither the environment nor a file has any, and no metadata "
                "server of Google answers",
                "set GOOGLE_APPLICATION_CREDENTIALS to a file of credentials, or "
                "GOOGLE_OAUTH_ACCESS_TOKEN to what `gcloud auth print-access-token` prints"};
            if (to_lower(variable("NO_GCE_CHECK")) == "true" || !variable("MESH_NO_METADATA").empty())
              return tl::unexpected(none);
            http::Request request;
            request.url = "http://" + host +
                          "/computeMetadata/v1/instance/service-accounts/default/token?scopes=" +
                          percent_encoded(kScope);
            request.headers = {{"metadata-flavor", "Google"}};
            request.is_metadata = true;
            request.most_bytes = kMostBytes;
            const auto response = web.ask_cloud(request);
            if (!response && response.error().fault == Fault::usage) return tl::unexpected(response.error());
            // Another cloud has something else there.
            if (!response || response->header("metadata-flavor") != "Google") return tl::unexpected(none);
            auto token = token_of_reply(*response);
            if (!token) return std::move(token).error().in("ask the metadata server of Google for a token");
            return token;
          }};
}

std::string well_known_path() {
  if (const std::string folder = variable("CLOUDSDK_CONFIG"); !folder.empty())
    return folder + "/application_default_credentials.json";
  const std::string home = variable("HOME");
  return home.empty() ? "" : home + "/.config/gcloud/application_default_credentials.json";
}

Source of_provider(const Web& web, const std::string& provider, const std::string& account,
                   IdentityToken identity, const std::string& token_endpoint) {
  Exchange exchange{place_of("", kExchangeUrl, token_endpoint),
                    "//iam.googleapis.com/" + provider,
                    "urn:ietf:params:oauth:token-type:jwt",
                    std::move(identity),
                    {},
                    {}};
  if (!account.empty())
    exchange.account = {"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/" +
                        percent_encoded(account, "@") + ":generateAccessToken"};
  return {"the workload identity provider " + quoted(provider) + ", by " + exchange.identity.origin,
          [web, exchange] { return by_exchange(web, exchange, kScope); }};
}

// What Google's providers expect a token to be for, unless they are told otherwise.
std::string audience_of(const std::string& provider) { return "https://iam.googleapis.com/" + provider; }

GoogleFound found(Source source, store::GcsOptions options) {
  return {std::move(source.origin), std::make_shared<GoogleTokens>(std::move(source.lend)),
          std::move(options)};
}

}  // namespace

Result<GoogleFound> find_google(const Web& web) {
  store::GcsOptions options = google_settings();
  if (!variable("GOOGLE_OAUTH_ACCESS_TOKEN").empty())
    return found({"GOOGLE_OAUTH_ACCESS_TOKEN of the environment",
                  []() -> Token {
                    auto token = google_environment()->current();
                    if (!token) return pass(std::move(token));
                    return LentToken{std::move(*token), {}};
                  }},
                 std::move(options));
  const auto named = file_named_by("GOOGLE_APPLICATION_CREDENTIALS");
  if (!named) return tl::unexpected(named.error());
  if (!named->empty()) {
    auto source = source_of_file(web, *named, {});
    if (!source) return std::move(source).error().in("GOOGLE_APPLICATION_CREDENTIALS");
    return found(std::move(*source), std::move(options));
  }
  if (const std::string provider = variable("GOOGLE_WORKLOAD_IDENTITY_PROVIDER"); !provider.empty()) {
    IdentityToken identity = identity_of_pipeline(web, audience_of(provider));
    if (identity.origin.empty())
      return fail(Fault::usage,
                  "GOOGLE_WORKLOAD_IDENTITY_PROVIDER is set, and this pipeline has no token of identity",
                  "set MESH_ID_TOKEN by `id_tokens` on GitLab, or give the job `id-token: write` on GitHub");
    return found(of_provider(web, provider, variable("GOOGLE_SERVICE_ACCOUNT"), std::move(identity), {}),
                 std::move(options));
  }
  if (const std::string path = well_known_path(); !path.empty() && is_file(path)) {
    auto source = source_of_file(web, path, {});
    if (!source) return pass(std::move(source));
    return found(std::move(*source), std::move(options));
  }
  return found(of_metadata(web), std::move(options));
}

Result<GoogleFound> find_google_profile(const Web& web, const Profile& profile) {
  const std::string origin = profile.origin();
  store::GcsOptions options;
  options.endpoint = profile.text("endpoint");
  const auto told = [&](Source source) {
    source.origin = origin + ": " + source.origin;
    return found(std::move(source), options);
  };
  if (profile.has("token")) {
    const Secret token = profile.secret("token");
    if (auto good = check_plain("the token of " + origin, token.reveal()); !good)
      return pass(std::move(good));
    return told({"a token", [token]() -> Token { return LentToken{token, {}}; }});
  }
  if (profile.has("file")) {
    auto source = source_of_file(web, profile.text("file"), {profile.text("tokenEndpoint")});
    if (!source) return std::move(source).error().in(origin);
    return told(std::move(*source));
  }
  if (const std::string provider = profile.text("workloadIdentityProvider"); !provider.empty()) {
    IdentityToken identity = profile.has("tokenFile") ? identity_of_file(profile.text("tokenFile"))
                                                      : identity_of_pipeline(web, audience_of(provider));
    if (identity.origin.empty())
      return fail(
          Fault::usage, origin + " has no token of identity",
          "give it a `tokenFile`; in a pipeline, set MESH_ID_TOKEN or give the job `id-token: write`");
    return told(of_provider(web, provider, profile.text("serviceAccount"), std::move(identity),
                            profile.text("tokenEndpoint")));
  }
  if (profile.text("metadata") == "true") return told(of_metadata(web));
  if (profile.text("source") == "environment") {
    auto other = find_google(web);
    if (!other) return std::move(other).error().in(origin);
    other->origin = origin + ": " + other->origin;
    other->options = options;
    return other;
  }
  return fail(
      Fault::usage, origin + " has no credentials of Google",
      "give it `file`, `token`, `workloadIdentityProvider`, `metadata: true` or `source: environment`");
}

}  // namespace mesh::config
