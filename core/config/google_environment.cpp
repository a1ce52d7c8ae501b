#include "core/config/google_environment.hpp"

#include "core/config/variables.hpp"

namespace mesh::config {
namespace {

class Environment final : public store::TokenProvider {
 public:
  Result<Secret> current() override {
    Secret token(variable("GOOGLE_OAUTH_ACCESS_TOKEN"));
    if (token.empty())
      return fail(Fault::usage, "there are no credentials",
                  "set GOOGLE_OAUTH_ACCESS_TOKEN to what `gcloud auth print-access-token` prints");
    if (auto good = check_plain("GOOGLE_OAUTH_ACCESS_TOKEN", token.reveal()); !good)
      return pass(std::move(good));
    return token;
  }

  // It does not change while we run.
  bool renew(const Secret&) override { return false; }
};

}  // namespace

store::GcsOptions google_settings() {
  return {variable("STORAGE_EMULATOR_HOST"), variable("CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE")};
}

std::unique_ptr<store::TokenProvider> google_environment() { return std::make_unique<Environment>(); }

}  // namespace mesh::config
