#include "core/config/credentials.hpp"

#include "core/base/strings.hpp"
#include "core/config/aws_files.hpp"
#include "core/config/variables.hpp"

#include <algorithm>

namespace mesh::config {
namespace {

tl::unexpected<Error> no_profile(const std::string& name, const std::string& files,
                                 const std::vector<std::string>& known) {
  const auto near = nearest(name, known);
  return fail(Fault::usage, "there is no profile " + quoted(name) + " in " + files,
              (near ? "did you mean " + quoted(*near) + "? " : "") +
                  std::string("`mesh help credentials` says what stands there; "
                              "MESH_CREDENTIALS=environment goes without profiles"));
}

// Whether targets are to go by what their profile says.
Result<bool> profiles_count() {
  const std::string chosen = variable("MESH_CREDENTIALS");
  if (chosen.empty() || chosen == "profiles") return true;
  if (chosen == "environment") return false;
  return fail(Fault::usage, "MESH_CREDENTIALS is `profiles` or `environment`, not " + quoted(chosen));
}

// The answer for a profile, found when it is asked for first.
template <class Found, class Find>
const Result<Found>& kept(std::map<std::string, Result<Found>>& found, const std::string& profile,
                          const Find& find) {
  const auto known = found.find(profile);
  if (known != found.end()) return known->second;
  const auto count = profiles_count();
  Result<Found> answer =
      count ? find(*count ? profile : std::string()) : Result<Found>(tl::unexpected(count.error()));
  return found.emplace(profile, std::move(answer)).first->second;
}

}  // namespace

// nullptr when `credentials.yaml` has none of that name.
Result<const Profile*> Credentials::profile_named(const std::string& name, const std::string& platform) {
  if (!profiles_) profiles_ = read_profiles(credentials_path());
  if (!*profiles_) return tl::unexpected(profiles_->error());
  const auto found = (*profiles_)->find(name);
  if (found == (*profiles_)->end()) {
    if (platform == "aws") return nullptr;
    std::vector<std::string> known;
    for (const auto& [other, profile] : **profiles_)
      if (profile.platform == platform) known.push_back(other);
    return no_profile(name, quoted(credentials_path()), known);
  }
  if (found->second.platform != platform)
    return fail(Fault::usage, found->second.origin() + " is for " + found->second.platform +
                                  ", and the target is of " + platform);
  return &found->second;
}

const Result<AwsFound>& Credentials::aws(const std::string& name) {
  return kept(aws_, name, [&](const std::string& profile) -> Result<AwsFound> {
    if (profile.empty()) return find_aws(web_);
    const auto own = profile_named(profile, "aws");
    if (!own) return tl::unexpected(own.error());
    if (*own) return find_aws_profile(web_, **own);
    const auto shared = read_aws_files();
    if (!shared) return tl::unexpected(shared.error());
    if (shared->has(profile)) return find_aws_profile(web_, profile);
    std::vector<std::string> known = shared->names();
    for (const auto& [other, about] : **profiles_)
      if (about.platform == "aws") known.push_back(other);
    return no_profile(profile,
                      quoted(credentials_path()) + ", " + quoted(shared->config_path) + " or " +
                          quoted(shared->credentials_path),
                      known);
  });
}

const Result<AzureFound>& Credentials::azure(const std::string& name) {
  return kept(azure_, name, [&](const std::string& profile) -> Result<AzureFound> {
    if (profile.empty()) return find_azure(web_);
    const auto own = profile_named(profile, "azure");
    if (!own) return tl::unexpected(own.error());
    return find_azure_profile(web_, **own);
  });
}

const Result<GoogleFound>& Credentials::google(const std::string& name) {
  return kept(google_, name, [&](const std::string& profile) -> Result<GoogleFound> {
    if (profile.empty()) return find_google(web_);
    const auto own = profile_named(profile, "google");
    if (!own) return tl::unexpected(own.error());
    return find_google_profile(web_, **own);
  });
}

}  // namespace mesh::config
