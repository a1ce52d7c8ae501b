#pragma once

#include "core/config/credentials_file.hpp"
#include "core/config/renewed.hpp"
#include "core/config/web.hpp"
#include "core/store/gcs.hpp"

#include <memory>
#include <string>

// Where the tokens for Google Cloud come from.
namespace mesh::config {

// Tokens that are lent again before they end, once for all threads.
class GoogleTokens final : public store::TokenProvider {
 public:
  explicit GoogleTokens(Renewed<LentToken>::Lend lend) : tokens_(std::move(lend)) {}
  Result<Secret> current() override {
    auto token = tokens_.current();
    if (!token) return tl::unexpected(token.error());
    return std::move(token->secret);
  }
  bool renew(const Secret& expired) override {
    return tokens_.renew([&](const LentToken& token) { return token.secret == expired; });
  }
  Result<LentToken> token() { return tokens_.current(); }

 private:
  Renewed<LentToken> tokens_;
};

struct GoogleFound {
  std::string
      origin;  // for people: "the service account ci@shop.iam.gserviceaccount.com of `/home/ann/key.json`"
  std::shared_ptr<GoogleTokens> tokens;
  store::GcsOptions options;
};

// The first that is there: GOOGLE_OAUTH_ACCESS_TOKEN; the file that GOOGLE_APPLICATION_CREDENTIALS names; the
// identity of a pipeline with GOOGLE_WORKLOAD_IDENTITY_PROVIDER; what `gcloud auth application-default login`
// left; the metadata server. Nothing is sent.
Result<GoogleFound> find_google(const Web& web);

// A profile of `credentials.yaml`.
Result<GoogleFound> find_google_profile(const Web& web, const Profile& profile);

}  // namespace mesh::config
