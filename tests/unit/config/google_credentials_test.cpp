#include "core/config/google_credentials.hpp"

#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "tests/unit/config/variables.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

using namespace mesh;

namespace {

struct Variables : test::Variables {
  explicit Variables(const Values& wanted)
      : test::Variables({"GOOGLE_OAUTH_ACCESS_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS",
                         "GOOGLE_WORKLOAD_IDENTITY_PROVIDER", "GOOGLE_SERVICE_ACCOUNT", "CLOUDSDK_CONFIG",
                         "HOME", "MESH_ID_TOKEN", "MESH_NO_METADATA"},
                        wanted) {}
};

// Answers every request, and remembers what it was: "guarded POST https://…" where a file chose the URL.
struct Asked {
  std::vector<std::string> seen, bodies;

  config::Web web() {
    return {
        [this](const http::Request& request) -> Result<http::Response> {
          seen.push_back((request.from_manifest ? "guarded " : "") + request.method + " " + request.url);
          bodies.emplace_back(request.body);
          http::Response response;
          response.status = 200;
          response.body =
              R"({"access_token": "fed", "expires_in": 3600, "accessToken": "account", "expireTime": "2030-01-01T00:00:00Z", "id": "jwt"})";
          return response;
        },
        [](const http::Request&) -> Result<http::Response> { return fail(Fault::temporary, "nobody"); },
        {}};
  }
};

std::string token_by(Asked& asked, const std::string& file_text) {
  const test::TempFolder folder;
  const std::string path = folder / "google.json";
  REQUIRE(create_file(path, file_text));
  const Variables set(Variables::Values{{"GOOGLE_APPLICATION_CREDENTIALS", path}});
  const auto found = config::find_google(asked.web());
  REQUIRE_MESSAGE(found, found.error().message);
  const auto token = found->tokens->current();
  REQUIRE_MESSAGE(token, token.error().message);
  return std::string(token->reveal());
}

}  // namespace

TEST_CASE("google: an identity by a URL, as GitHub's action writes it, becomes a service account") {
  Asked asked;
  CHECK(token_by(asked, R"({"type": "external_account", "audience": "//iam/x",
    "subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "token_url": "https://sts.googleapis.com/v1/token",
    "service_account_impersonation_url": "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b:generateAccessToken",
    "service_account_impersonation": {"token_lifetime_seconds": 600},
    "credential_source": {"url": "https://pipelines.example.com/token?x=1", "headers": {"Authorization": "Bearer x"},
      "format": {"type": "json", "subject_token_field_name": "id"}}})") == "account");
  CHECK(asked.seen ==
        std::vector<std::string>{
            "guarded GET https://pipelines.example.com/token?x=1", "POST https://sts.googleapis.com/v1/token",
            "POST "
            "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b:generateAccessToken"});
  CHECK(asked.bodies[1].find("subject_token=jwt") != std::string::npos);
  CHECK(asked.bodies[2] ==
        R"({"lifetime":"600s","scope":["https://www.googleapis.com/auth/devstorage.read_write"]})");
}

TEST_CASE("google: every server that a file chooses is guarded, and Google's own are not") {
  Asked asked;
  CHECK(token_by(
            asked,
            R"({"type": "authorized_user", "client_id": "i", "client_secret": "s", "refresh_token": "r"})") ==
        "fed");
  CHECK(
      token_by(
          asked,
          R"({"type": "authorized_user", "client_id": "i", "refresh_token": "r", "token_uri": "https://a.example.com/t"})") ==
      "fed");
  CHECK(
      token_by(
          asked,
          R"({"type": "impersonated_service_account", "service_account_impersonation_url": "https://b.example.com/g",
    "source_credentials": {"type": "authorized_user", "client_id": "i", "refresh_token": "r"}})") ==
      "account");
  // What looks like Google's and is another's.
  CHECK(token_by(asked, R"({"type": "impersonated_service_account",
    "service_account_impersonation_url": "https://iamcredentials.googleapis.com.example.com/g",
    "source_credentials": {"type": "authorized_user", "client_id": "i", "refresh_token": "r"}})") ==
        "account");
  CHECK(asked.seen == std::vector<std::string>{
                          "POST https://oauth2.googleapis.com/token", "guarded POST https://a.example.com/t",
                          "POST https://oauth2.googleapis.com/token", "guarded POST https://b.example.com/g",
                          "POST https://oauth2.googleapis.com/token",
                          "guarded POST https://iamcredentials.googleapis.com.example.com/g"});
}

TEST_CASE("google: without a file there are gcloud's, the pipeline's, and the machine's") {
  const test::TempFolder home;
  REQUIRE(make_folders(home / ".config/gcloud"));
  REQUIRE(create_file(home / ".config/gcloud/application_default_credentials.json",
                      R"({"type": "authorized_user", "client_id": "i", "refresh_token": "r"})"));
  Asked asked;
  {
    const Variables set(Variables::Values{{"HOME", home.path()}});
    const auto found = config::find_google(asked.web());
    REQUIRE(found);
    CHECK(found->origin.starts_with("the user of `" + home.path()));
  }
  {
    const Variables set(Variables::Values{{"HOME", home.path()},
                                          {"GOOGLE_WORKLOAD_IDENTITY_PROVIDER", "projects/1/p"},
                                          {"GOOGLE_SERVICE_ACCOUNT", "a@b.iam.gserviceaccount.com"},
                                          {"MESH_ID_TOKEN", "jwt"}});
    const auto found = config::find_google(asked.web());
    REQUIRE(found);
    CHECK(found->origin == "the workload identity provider `projects/1/p`, by MESH_ID_TOKEN");
    CHECK(found->tokens->current()->reveal() == "account");
    CHECK(asked.seen.back() ==
          "POST https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"
          "a@b.iam.gserviceaccount.com:generateAccessToken");
  }
  const Variables set(Variables::Values{{"HOME", "/nowhere"}});
  const auto found = config::find_google(asked.web());
  REQUIRE(found);
  CHECK(found->tokens->current().error().message.starts_with("there are no credentials"));
}
