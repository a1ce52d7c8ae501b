#include "core/config/azure_environment.hpp"

#include "core/base/strings.hpp"
#include "core/config/variables.hpp"
#include "core/base/base64.hpp"

#include <algorithm>
#include <map>

namespace mesh::config {
namespace {

using store::AzureCredentials;

constexpr const char* kConnection = "AZURE_STORAGE_CONNECTION_STRING";

// It does not change while we run.
class Fixed final : public store::AzureCredentialsProvider {
 public:
  explicit Fixed(Result<AzureCredentials> credentials) : credentials_(std::move(credentials)) {}
  Result<AzureCredentials> current() override { return credentials_; }
  bool renew(const AzureCredentials&) override { return false; }

 private:
  const Result<AzureCredentials> credentials_;
};

Result<AzureCredentials> key_of(const std::string& name, std::string_view text) {
  if (auto good = check_plain(name, text); !good) return pass(std::move(good));
  auto key = from_base64(text);
  if (!key || key->empty())
    return fail(Fault::usage, name + " is not the key of an account: those are base64");
  AzureCredentials credentials{AzureCredentials::Kind::account_key, Secret(*key)};
  wipe(*key);
  return credentials;
}

Result<AzureCredentials> signature_of(const std::string& name, std::string_view text) {
  if (auto good = check_plain(name, text); !good) return pass(std::move(good));
  if (text.starts_with('?')) text.remove_prefix(1);
  // It becomes the end of a query: nothing in it may end that, and it is of no use without its signature.
  const bool is_query = text.find_first_of("?#/\\\"<>") == text.npos &&
                        ("&" + std::string(text)).find("&sig=") != std::string::npos;
  if (!is_query)
    return fail(Fault::usage, name + " is not a shared access signature",
                "it looks like `sv=…&sp=…&sig=…`, percent-encoded, without the URL in front");
  return AzureCredentials{AzureCredentials::Kind::sas, Secret(std::string(text))};
}

Result<AzureCredentials> token_of(const std::string& name, std::string_view text) {
  if (auto good = check_plain(name, text); !good) return pass(std::move(good));
  return AzureCredentials{AzureCredentials::Kind::token, Secret(std::string(text))};
}

// `Name=value;Name=value`. Values may have `=` in them.
std::map<std::string, std::string> parts_of(std::string_view connection) {
  std::map<std::string, std::string> parts;
  for (const std::string_view part : split(connection, ';')) {
    const size_t sign = part.find('=');
    if (sign != part.npos) parts[to_lower(trim(part.substr(0, sign)))] = trim(part.substr(sign + 1));
  }
  return parts;
}

AzureEnvironment of_connection(const std::string& text) {
  const std::string name = kConnection;
  std::map<std::string, std::string> parts = parts_of(text);
  store::AzureOptions options{parts["accountname"], parts["blobendpoint"]};
  const std::string suffix = parts["endpointsuffix"];
  if (options.endpoint.empty() && !suffix.empty() && !options.account.empty()) {
    const std::string scheme = parts["defaultendpointsprotocol"];
    options.endpoint = (scheme.empty() ? "https" : scheme) + "://" + options.account + ".blob." + suffix;
  }
  Result<AzureCredentials> found =
      fail(Fault::usage, name + " has neither an account with its key nor an endpoint with a signature",
           "it has AccountName=…;AccountKey=…, or BlobEndpoint=…;SharedAccessSignature=…");
  // A signature goes where it is for, and nowhere else.
  const bool has_place = !options.account.empty() || !options.endpoint.empty();
  if (!options.account.empty() && !parts["accountkey"].empty())
    found = key_of("AccountKey in " + name, parts["accountkey"]);
  else if (has_place && !parts["sharedaccesssignature"].empty())
    found = signature_of("SharedAccessSignature in " + name, parts["sharedaccesssignature"]);
  for (auto& [part, value] : parts) wipe(value);
  return {std::move(options), std::make_shared<Fixed>(std::move(found))};
}

Result<AzureCredentials> of_variables(bool has_account) {
  constexpr std::pair<const char*, Result<AzureCredentials> (*)(const std::string&, std::string_view)>
      kKnown[] = {{"AZURE_STORAGE_KEY", key_of},
                  {"AZURE_STORAGE_SAS_TOKEN", signature_of},
                  {"AZURE_STORAGE_TOKEN", token_of}};
  for (const auto& [name, read] : kKnown) {
    std::string value = variable(name);
    if (value.empty()) continue;
    auto found = read(name, value);
    wipe(value);
    // A target's URL does not say where it goes.
    if (found && found->kind == AzureCredentials::Kind::sas && !has_account)
      return fail(Fault::usage, "AZURE_STORAGE_SAS_TOKEN is set, and AZURE_STORAGE_ACCOUNT is not",
                  "set it to the account that the signature is of: it is sent to no other");
    return found;
  }
  return fail(Fault::usage, "there are no credentials",
              "set AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN, AZURE_STORAGE_TOKEN or "
              "AZURE_STORAGE_CONNECTION_STRING");
}

}  // namespace

Result<std::shared_ptr<store::AzureCredentialsProvider>> azure_credentials_of(AzureCredentials::Kind kind,
                                                                              const std::string& name,
                                                                              const Secret& text) {
  auto found = kind == AzureCredentials::Kind::account_key ? key_of(name, text.reveal())
               : kind == AzureCredentials::Kind::sas       ? signature_of(name, text.reveal())
                                                           : token_of(name, text.reveal());
  if (!found) return pass(std::move(found));
  return std::make_shared<Fixed>(std::move(found));
}

AzureEnvironment azure_environment() {
  std::string connection = variable(kConnection);
  if (!connection.empty()) {
    AzureEnvironment found = of_connection(connection);
    wipe(connection);
    return found;
  }
  std::string account = variable("AZURE_STORAGE_ACCOUNT");
  auto found = of_variables(!account.empty());
  return {{std::move(account), {}}, std::make_shared<Fixed>(std::move(found))};
}

}  // namespace mesh::config
