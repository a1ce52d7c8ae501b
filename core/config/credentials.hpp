#pragma once

#include "core/config/aws_credentials.hpp"
#include "core/config/azure_credentials.hpp"
#include "core/config/google_credentials.hpp"
#include "core/config/web.hpp"

#include <map>
#include <optional>
#include <string>

// The credentials of a run: of the environment, and of the profiles that targets name. Each is found once,
// and lent once for all stores that share it.
namespace mesh::config {

class Credentials {
 public:
  explicit Credentials(Web web) : web_(std::move(web)) {}

  // For targets of S3, Azure and Google. "" is what the environment has. A profile is one of
  // `credentials.yaml`; for S3 also one of AWS's own files. With MESH_CREDENTIALS=environment profiles are
  // not looked for, and the environment has what all targets need. usage: there is no such profile, it is of
  // another platform, what it says cannot be used. Nothing is sent, and nothing is read before it is asked
  // for.
  const Result<AwsFound>& aws(const std::string& profile);
  const Result<AzureFound>& azure(const std::string& profile);
  const Result<GoogleFound>& google(const std::string& profile);

 private:
  Result<const Profile*> profile_named(const std::string& name, const std::string& platform);

  const Web web_;
  std::optional<Result<Profiles>> profiles_;
  std::map<std::string, Result<AwsFound>> aws_;
  std::map<std::string, Result<AzureFound>> azure_;
  std::map<std::string, Result<GoogleFound>> google_;
};

}  // namespace mesh::config
