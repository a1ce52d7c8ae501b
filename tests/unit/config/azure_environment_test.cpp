#include "core/config/azure_environment.hpp"

#include "tests/unit/config/variables.hpp"

#include <doctest.h>

using namespace mesh;
using Kind = store::AzureCredentials::Kind;

namespace {

using Values = test::Variables::Values;

struct Found {
  store::AzureOptions options;
  Result<store::AzureCredentials> credentials;
};

Found found(const Values& values) {
  const test::Variables set({"AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_KEY", "AZURE_STORAGE_SAS_TOKEN",
                             "AZURE_STORAGE_TOKEN", "AZURE_STORAGE_CONNECTION_STRING"},
                            values);
  const auto environment = config::azure_environment();
  return {environment.options, environment.credentials->current()};
}

std::string secret(const Found& one) {
  REQUIRE(one.credentials);
  return std::string(one.credentials->secret.reveal());
}

void check_usage(const Values& values, std::string_view message) {
  const Found one = found(values);
  REQUIRE_FALSE(one.credentials);
  const Error& error = one.credentials.error();
  CHECK(error.fault == Fault::usage);
  CHECK_MESSAGE(error.message.find(message) != std::string::npos, error.message);
  CHECK((error.message + error.help).find("hunter2") == std::string::npos);
}

}  // namespace

TEST_CASE("azure environment: a key, else a signature, else a token, and whose it is") {
  const Values all{{"AZURE_STORAGE_ACCOUNT", "shop"},
                   {"AZURE_STORAGE_KEY", "a2V5"},
                   {"AZURE_STORAGE_SAS_TOKEN", "?sv=1&sig=a%2Bb%3D"},
                   {"AZURE_STORAGE_TOKEN", "eyJ0"}};
  const Found key = found(all);
  CHECK(key.options.account == "shop");
  CHECK(key.options.endpoint.empty());
  CHECK(secret(key) == "key");
  CHECK(key.credentials->kind == Kind::account_key);
  Values others = all;
  others.erase("AZURE_STORAGE_KEY");
  const Found sas = found(others);
  CHECK(secret(sas) == "sv=1&sig=a%2Bb%3D");
  CHECK(sas.credentials->kind == Kind::sas);
  const Found token = found({{"AZURE_STORAGE_TOKEN", "eyJ0"}});
  CHECK(secret(token) == "eyJ0");
  CHECK(token.credentials->kind == Kind::token);
  CHECK(token.options.account.empty());
}

TEST_CASE("azure environment: a connection string says everything, in any case and order") {
  const Found one = found({{"AZURE_STORAGE_CONNECTION_STRING",
                            "DefaultEndpointsProtocol=http; "
                            "accountname=shop;BlobEndpoint=http://127.0.0.1:10000/shop;AccountKey=a2U9;;"},
                           {"AZURE_STORAGE_ACCOUNT", "other"},
                           {"AZURE_STORAGE_KEY", "b3RoZXI="}});
  CHECK(one.options.account == "shop");
  CHECK(one.options.endpoint == "http://127.0.0.1:10000/shop");
  CHECK(secret(one) == "ke=");
  const Found cloud = found({{"AZURE_STORAGE_CONNECTION_STRING",
                              "AccountName=shop;AccountKey=a2V5;EndpointSuffix=core.usgovcloudapi.net"}});
  CHECK(cloud.options.endpoint == "https://shop.blob.core.usgovcloudapi.net");
  const Found sas =
      found({{"AZURE_STORAGE_CONNECTION_STRING",
              "BlobEndpoint=https://shop.blob.core.windows.net/;SharedAccessSignature=sv=1&sig=x%3D"}});
  CHECK(secret(sas) == "sv=1&sig=x%3D");
  CHECK(sas.options.endpoint == "https://shop.blob.core.windows.net/");
}

TEST_CASE("azure environment: what cannot be a credential is named and not shown") {
  check_usage({}, "there are no credentials");
  check_usage({{"AZURE_STORAGE_KEY", "hunter2"}}, "AZURE_STORAGE_KEY is not the key of an account");
  check_usage({{"AZURE_STORAGE_KEY", "aHVudGVyMg==\n"}}, "AZURE_STORAGE_KEY has white space");
  check_usage({{"AZURE_STORAGE_ACCOUNT", "shop"}, {"AZURE_STORAGE_SAS_TOKEN", "hunter2"}},
              "AZURE_STORAGE_SAS_TOKEN is not a shared access signature");
  check_usage({{"AZURE_STORAGE_ACCOUNT", "shop"}, {"AZURE_STORAGE_SAS_TOKEN", "https://x/?sv=1&sig=hunter2"}},
              "AZURE_STORAGE_SAS_TOKEN is not a shared access signature");
  check_usage({{"AZURE_STORAGE_ACCOUNT", "shop"}, {"AZURE_STORAGE_SAS_TOKEN", "sig=hunter2#"}},
              "AZURE_STORAGE_SAS_TOKEN is not a shared access signature");
  check_usage({{"AZURE_STORAGE_SAS_TOKEN", "sv=1&sig=hunter2"}}, "AZURE_STORAGE_ACCOUNT is not");
  check_usage({{"AZURE_STORAGE_TOKEN", "hunter2 "}}, "AZURE_STORAGE_TOKEN has white space");
  for (const char* text :
       {"hunter2", "AccountName=shop", "AccountKey=aHVudGVyMg==", "SharedAccessSignature=sig=hunter2"})
    check_usage({{"AZURE_STORAGE_CONNECTION_STRING", text}},
                "AZURE_STORAGE_CONNECTION_STRING has neither an account with its key");
  check_usage({{"AZURE_STORAGE_CONNECTION_STRING", "AccountName=shop;AccountKey=hunter2"}},
              "AccountKey in AZURE_STORAGE_CONNECTION_STRING is not");
}
