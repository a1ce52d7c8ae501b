#include "core/config/azure_credentials.hpp"

#include "core/base/percent.hpp"
#include "core/base/strings.hpp"
#include "core/config/azure_environment.hpp"
#include "core/config/identity_token.hpp"
#include "core/config/variables.hpp"
#include "core/http/url.hpp"

#include <algorithm>

namespace mesh::config {
namespace {

using Token = Result<LentToken>;

struct Source {
  std::string origin;
  std::function<Token()> lend;
};

constexpr uint64_t kMostBytes = 1 << 20;
constexpr const char* kScope = "https://storage.azure.com/.default";
constexpr const char* kResource = "https://storage.azure.com";
constexpr const char* kAuthority = "https://login.microsoftonline.com";
constexpr const char* kAudience = "api://AzureADTokenExchange";

struct Client {
  std::string tenant, id;
  std::string authority;  // "": Azure's public one
};

Result<std::string> token_url(const Client& client) {
  std::string authority = client.authority.empty() ? kAuthority : client.authority;
  while (authority.ends_with('/')) authority.pop_back();
  if (authority.find("://") == authority.npos) authority.insert(0, "https://");
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  if (client.tenant.empty() || !std::ranges::all_of(client.tenant, is_plain))
    return fail(Fault::usage, "`" + printable(client.tenant) + "` cannot be a tenant of Entra");
  return authority + "/" + client.tenant + "/oauth2/v2.0/token";
}

Token asked(const Web& web, const Client& client, std::vector<std::pair<std::string, std::string>> proof) {
  const auto url = token_url(client);
  if (!url) return tl::unexpected(url.error());
  proof.insert(proof.end(),
               {{"client_id", client.id}, {"scope", kScope}, {"grant_type", "client_credentials"}});
  std::string body = form_encoded(proof);
  for (auto& [name, value] : proof) wipe(value);
  const auto response = web.send(post_form(*url, body));
  wipe(body);
  const std::string doing = "ask Entra for a token of the client " + quoted(client.id);
  if (!response) return Error(response.error()).in(doing);
  auto token = token_of_reply(*response);
  if (!token) return std::move(token).error().in(doing);
  return token;
}

std::string described(const Client& client) { return "the client " + quoted(client.id) + " of Entra"; }

Source by_secret(const Web& web, const Client& client, const Secret& secret) {
  return {described(client) + ", by its secret", [web, client, secret] {
            return asked(web, client, {{"client_secret", std::string(secret.reveal())}});
          }};
}

Source by_identity(const Web& web, const Client& client, IdentityToken identity) {
  const std::string origin = described(client) + ", by " + identity.origin;
  return {origin, [web, client, identity = std::move(identity)]() -> Token {
            const auto token = identity.current();
            if (!token) return tl::unexpected(token.error());
            return asked(web, client,
                         {{"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
                          {"client_assertion", std::string(token->reveal())}});
          }};
}

Error none_there(const std::string& why) {
  return {Fault::usage, "there are no credentials: the environment has none, and " + why,
          "set AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN, AZURE_STORAGE_TOKEN or "
          "AZURE_STORAGE_CONNECTION_STRING; or AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"};
}

// App Service, Functions and Container Apps name their own; elsewhere it is at the address of the metadata.
Token of_machine(const Web& web, const std::string& client) {
  const std::string endpoint = variable("IDENTITY_ENDPOINT"), header = variable("IDENTITY_HEADER");
  http::Request request;
  std::vector<std::pair<std::string, std::string>> query{{"resource", kResource}};
  if (!client.empty()) query.emplace_back("client_id", client);
  if (!endpoint.empty() && !header.empty()) {
    query.emplace_back("api-version", "2019-08-01");
    request.url = endpoint;
    request.headers = {{"x-identity-header", header, true}};
  } else if (!endpoint.empty()) {
    return fail(Fault::usage, "IDENTITY_ENDPOINT is set, and IDENTITY_HEADER is not",
                "identities of Azure Arc are not known to this version");
  } else {
    if (!variable("MESH_NO_METADATA").empty())
      return tl::unexpected(none_there("the metadata of the machine is not to be asked"));
    std::string host = variable("AZURE_POD_IDENTITY_AUTHORITY_HOST");
    while (host.ends_with('/')) host.pop_back();
    query.emplace_back("api-version", "2018-02-01");
    request.url = (host.empty() ? "http://169.254.169.254" : host) + "/metadata/identity/oauth2/token";
    request.headers = {{"metadata", "true"}};
  }
  request.url = http::with_query(std::move(request.url), query);
  request.is_metadata = true;
  request.most_bytes = kMostBytes;
  const auto response = web.ask_cloud(request);
  if (!response && response.error().fault == Fault::usage) return tl::unexpected(response.error());
  if (!response && endpoint.empty()) return tl::unexpected(none_there("no metadata of Azure answers"));
  const std::string doing = "ask for a token of the managed identity";
  if (!response) return Error(response.error()).in(doing);
  auto token = token_of_reply(*response);
  // Another cloud has something else at that address, and a machine may have no identity.
  const auto json = oci::read_json(response->body);
  const bool is_azure = json && json->kind == oci::Json::Kind::object;
  if (!token && endpoint.empty() && (!is_azure || response->status == 400 || response->status == 404))
    return tl::unexpected(none_there("this machine has no managed identity"));
  if (!token) return std::move(token).error().in(doing);
  return token;
}

Source of_managed_identity(const Web& web, const std::string& client) {
  return {
      "the managed identity of this machine" + (client.empty() ? "" : ", of the client " + quoted(client)),
      [web, client] { return of_machine(web, client); }};
}

AzureFound found(Source source, store::AzureOptions options) {
  auto tokens = std::make_shared<AzureTokens>(std::move(source.lend));
  return {std::move(source.origin), tokens, tokens, std::move(options)};
}

constexpr std::pair<const char*, const char*> kOfStorage[] = {
    {"AZURE_STORAGE_CONNECTION_STRING", "AZURE_STORAGE_CONNECTION_STRING of the environment"},
    {"AZURE_STORAGE_KEY", "AZURE_STORAGE_KEY of the environment"},
    {"AZURE_STORAGE_SAS_TOKEN", "AZURE_STORAGE_SAS_TOKEN of the environment"},
    {"AZURE_STORAGE_TOKEN", "AZURE_STORAGE_TOKEN of the environment"}};

}  // namespace

Result<AzureFound> find_azure(const Web& web) {
  for (const auto& [name, origin] : kOfStorage)
    if (!variable(name).empty()) {
      AzureEnvironment environment = azure_environment();
      return AzureFound{origin, std::move(environment.credentials), nullptr, std::move(environment.options)};
    }
  store::AzureOptions options{variable("AZURE_STORAGE_ACCOUNT"), {}};
  const Client client{variable("AZURE_TENANT_ID"), variable("AZURE_CLIENT_ID"),
                      variable("AZURE_AUTHORITY_HOST")};
  if (!client.tenant.empty() && !client.id.empty()) {
    if (Secret secret(variable("AZURE_CLIENT_SECRET")); !secret.empty())
      return found(by_secret(web, client, secret), std::move(options));
    const auto path = file_named_by("AZURE_FEDERATED_TOKEN_FILE");
    if (!path) return tl::unexpected(path.error());
    IdentityToken identity = path->empty() ? identity_of_pipeline(web, kAudience) : identity_of_file(*path);
    if (!identity.origin.empty())
      return found(by_identity(web, client, std::move(identity)), std::move(options));
  }
  return found(of_managed_identity(web, client.id), std::move(options));
}

Result<AzureFound> find_azure_profile(const Web& web, const Profile& profile) {
  const std::string origin = profile.origin();
  store::AzureOptions options{profile.text("account"), profile.text("endpoint")};
  if (!options.endpoint.empty() && options.account.empty())
    return fail(Fault::usage, origin + " has an `endpoint` and no `account`",
                "the server is that of one account");
  for (const auto& [key, kind] : {std::pair{"key", store::AzureCredentials::Kind::account_key},
                                  std::pair{"sas", store::AzureCredentials::Kind::sas}})
    if (profile.has(key)) {
      if (options.account.empty())
        return fail(Fault::usage, origin + " has a `" + key + "` and no `account`", "it is of one account");
      auto credentials =
          azure_credentials_of(kind, std::string("`") + key + "` of " + origin, profile.secret(key));
      if (!credentials) return pass(std::move(credentials));
      return AzureFound{origin, std::move(*credentials), nullptr, std::move(options)};
    }
  if (profile.has("token")) {
    auto credentials = azure_credentials_of(store::AzureCredentials::Kind::token, "`token` of " + origin,
                                            profile.secret("token"));
    if (!credentials) return pass(std::move(credentials));
    return AzureFound{origin, std::move(*credentials), nullptr, std::move(options)};
  }
  const auto told = [&](Source source) {
    source.origin = origin + ": " + source.origin;
    return found(std::move(source), options);
  };
  const Client client{profile.text("tenant"), profile.text("clientId"), profile.text("authority")};
  if (profile.text("managedIdentity") == "true") return told(of_managed_identity(web, client.id));
  if (client.tenant.empty() || client.id.empty())
    return fail(Fault::usage, origin + " has no credentials of Azure",
                "give it `key` or `sas` with `account`, `token`, `tenant` with `clientId`, or "
                "`managedIdentity: true`");
  if (profile.has("clientSecret")) return told(by_secret(web, client, profile.secret("clientSecret")));
  IdentityToken identity = profile.has("tokenFile") ? identity_of_file(profile.text("tokenFile"))
                                                    : identity_of_pipeline(web, kAudience);
  if (identity.origin.empty())
    return fail(Fault::usage, origin + " has a client of Entra, and nothing to prove it by",
                "give it `clientSecret` or `tokenFile`; in a pipeline, set MESH_ID_TOKEN or give the job "
                "`id-token: write`");
  return told(by_identity(web, client, std::move(identity)));
}

}  // namespace mesh::config
