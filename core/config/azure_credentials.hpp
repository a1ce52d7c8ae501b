#pragma once

#include "core/config/credentials_file.hpp"
#include "core/config/renewed.hpp"
#include "core/config/web.hpp"
#include "core/store/azure.hpp"

#include <memory>
#include <string>

// Where the credentials for Azure come from.
namespace mesh::config {

// Tokens of Entra that are lent again before they end, once for all threads.
class AzureTokens final : public store::AzureCredentialsProvider {
 public:
  explicit AzureTokens(Renewed<LentToken>::Lend lend) : tokens_(std::move(lend)) {}
  Result<store::AzureCredentials> current() override {
    auto token = tokens_.current();
    if (!token) return tl::unexpected(token.error());
    return store::AzureCredentials{store::AzureCredentials::Kind::token, std::move(token->secret)};
  }
  bool renew(const store::AzureCredentials& expired) override {
    return tokens_.renew([&](const LentToken& token) { return token.secret == expired.secret; });
  }
  Result<LentToken> token() { return tokens_.current(); }

 private:
  Renewed<LentToken> tokens_;
};

struct AzureFound {
  std::string origin;  // for people
  std::shared_ptr<store::AzureCredentialsProvider> credentials;
  std::shared_ptr<AzureTokens> tokens;  // the same, where they are tokens that are lent
  store::AzureOptions options;
};

// The first that is there: AZURE_STORAGE_…; AZURE_TENANT_ID and AZURE_CLIENT_ID with AZURE_CLIENT_SECRET,
// with AZURE_FEDERATED_TOKEN_FILE or with the identity of a pipeline; the managed identity of the machine.
// Nothing is sent.
Result<AzureFound> find_azure(const Web& web);

// A profile of `credentials.yaml`.
Result<AzureFound> find_azure_profile(const Web& web, const Profile& profile);

}  // namespace mesh::config
