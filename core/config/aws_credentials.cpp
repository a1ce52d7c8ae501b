#include "core/config/aws_credentials.hpp"

#include "core/base/strings.hpp"
#include "core/config/aws_files.hpp"
#include "core/config/aws_metadata.hpp"
#include "core/config/aws_sts.hpp"
#include "core/config/credential_command.hpp"
#include "core/config/identity_token.hpp"
#include "core/config/variables.hpp"
#include "core/config/words.hpp"

#include <algorithm>
#include <optional>

namespace mesh::config {
namespace {

using Keys = Result<store::AwsCredentials>;

struct Source {
  std::string origin;
  std::function<Keys()> lend;
};

constexpr const char* kAudience = "sts.amazonaws.com";

std::string value_at(const Section& section, std::string_view key) {
  const auto found = section.find(key);
  return found == section.end() ? "" : found->second;
}

Source of_environment() {
  return {"AWS_ACCESS_KEY_ID of the environment", [] { return aws_environment()->current(); }};
}

Source of_container(const Web& web) {
  return {"the container (AWS_CONTAINER_CREDENTIALS_…)", [web] { return aws_container_keys(web); }};
}

Source of_instance(const Web& web, const InstanceMetadata& settings) {
  return {"the instance metadata", [web, settings] { return aws_instance_keys(web, settings); }};
}

Source of_command(const Web& web, std::vector<std::string> words, const std::string& origin) {
  const std::string name = words.empty() ? "" : words.front();
  return {origin + ", the command " + quoted(name), [web, words = std::move(words)]() -> Keys {
            Command command{words};
            command.is_stopped = web.is_stopped;
            auto printed = output_of(command);
            if (!printed) return pass(std::move(printed));
            const std::string doing = "what the command " + quoted(words.front()) + " prints";
            const auto json = oci::read_json(*printed);
            wipe(*printed);
            const oci::Json* const version = json ? json->find("Version") : nullptr;
            if (!version || version->text != "1")
              return fail(Fault::usage, doing + " are no credentials",
                          "it prints JSON with \"Version\": 1, AccessKeyId, SecretAccessKey");
            auto keys = aws_keys_of(*json, "SessionToken");
            if (!keys) return fail(Fault::usage, doing + ": " + keys.error().message);
            return keys;
          }};
}

Keys fixed_keys(const std::string& where, const std::string& id, const Secret& secret, const Secret& token) {
  if (id.empty() || secret.empty()) return fail(Fault::usage, where + " has one half of a pair of keys only");
  for (const auto& [name, value] :
       {std::pair{"the key's id", std::string_view(id)}, std::pair{"the secret key", secret.reveal()},
        std::pair{"the session token", token.reveal()}})
    if (auto good = check_plain(std::string(name) + " in " + where, value); !good)
      return pass(std::move(good));
  return store::AwsCredentials{id, secret, token, {}};
}

Result<Source> of_keys(const std::string& where, const Section& section) {
  std::string token = value_at(section, "aws_security_token");
  if (token.empty()) token = value_at(section, "aws_session_token");
  auto keys = fixed_keys(where, value_at(section, "aws_access_key_id"),
                         Secret(value_at(section, "aws_secret_access_key")), Secret(token));
  if (!keys) return pass(std::move(keys));
  return Source{"keys of " + where, [keys = std::move(*keys)]() -> Keys { return keys; }};
}

Source by_role(const Web& web, const Role& role, const std::string& origin, Source by) {
  // Its keys are kept as long as they are good, however often the role is assumed.
  auto lender = std::make_shared<AwsKeys>(std::move(by.lend));
  return {origin + "role " + quoted(role.arn) + ", by " + by.origin, [web, role, lender]() -> Keys {
            const auto keys = lender->current();
            if (!keys) return tl::unexpected(keys.error());
            return assume_role(web, role, *keys);
          }};
}

Source by_token(const Web& web, const Role& role, const std::string& origin, IdentityToken identity) {
  return {origin + "role " + quoted(role.arn) + ", by " + identity.origin, [web, role, identity]() -> Keys {
            const auto token = identity.current();
            if (!token) return tl::unexpected(token.error());
            return assume_role_by_token(web, role, *token);
          }};
}

std::string first_set(std::initializer_list<const char*> names) {
  for (const char* const name : names)
    if (std::string value = variable(name); !value.empty()) return value;
  return {};
}

bool ignores_endpoints() { return variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") == "true"; }

// Of the shared files. What the environment says of regions and servers counts for profiles that the
// environment names, and not for those that a target does.
class SharedProfiles {
 public:
  SharedProfiles(const Web& web, AwsFiles files, bool environment_counts)
      : web_(web), files_(std::move(files)), environment_counts_(environment_counts) {}

  Result<void> check(const std::string& name) const {
    if (files_.has(name)) return {};
    const std::vector<std::string> known = files_.names();
    const auto near = nearest(name, known);
    return fail(Fault::usage,
                "there is no profile " + quoted(name) + " in " + quoted(files_.config_path) + " or " +
                    quoted(files_.credentials_path),
                near ? "did you mean " + quoted(*near) + "?" : "");
  }

  // Nothing when the profile says nothing of credentials.
  Result<std::optional<Source>> source(const std::string& name) { return of_profile(name, {name}); }

  AwsSettings settings(const std::string& name) const {
    const Section profile = files_.merged(name);
    AwsSettings settings;
    if (environment_counts_) settings = aws_settings();
    if (settings.region.empty()) settings.region = value_at(profile, "region");
    if (settings.region.empty()) settings.region = aws_settings().region;
    const bool ignores = environment_counts_ && ignores_endpoints();
    if (settings.endpoint.empty() && !ignores) settings.endpoint = files_.endpoint(profile, "s3");
    return settings;
  }

 private:
  Role role_of(const Section& profile) const {
    Role role{value_at(profile, "role_arn"), value_at(profile, "role_session_name"),
              value_at(profile, "external_id"), value_at(profile, "duration_seconds")};
    if (environment_counts_) role.endpoint = first_set({"AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"});
    const bool ignores = environment_counts_ && ignores_endpoints();
    if (ignores) role.endpoint.clear();
    if (role.endpoint.empty() && !ignores) role.endpoint = files_.endpoint(profile, "sts");
    if (environment_counts_) role.region = aws_settings().region;
    if (role.region.empty()) role.region = value_at(profile, "region");
    return role;
  }

  static bool has_keys(const Section& profile) {
    return profile.contains("aws_access_key_id") || profile.contains("aws_secret_access_key");
  }
  static bool has_role(const Section& profile) {
    return profile.contains("role_arn") && !profile.contains("web_identity_token_file");
  }

  std::string called(const std::string& name, const std::string& path) const {
    return "profile " + quoted(name) + " of " + quoted(path);
  }

  Result<std::optional<Source>> of_profile(const std::string& name, std::vector<std::string> visited) {
    const Section profile = files_.merged(name);
    if (!has_role(profile)) return own(name, profile);
    const std::string origin = called(name, files_.config_path);
    if (profile.contains("mfa_serial"))
      return fail(Fault::usage, origin + " wants a code of somebody's device, and there is nobody to ask",
                  "let a `credential_process` lend the keys");
    const std::string by = value_at(profile, "source_profile"), from = value_at(profile, "credential_source");
    if (by.empty() == from.empty())
      return fail(Fault::usage, origin + " has a `role_arn` and " +
                                    (by.empty() ? "neither `source_profile` nor `credential_source`"
                                                : "both `source_profile` and `credential_source`"));
    auto source = from.empty() ? by_profile(name, by, std::move(visited)) : by_name(origin, from, profile);
    if (!source) return pass(std::move(source));
    return by_role(web_, role_of(profile), origin + ": ", std::move(*source));
  }

  Result<Source> by_name(const std::string& origin, const std::string& name, const Section& profile) {
    if (name == "Environment") return of_environment();
    if (name == "EcsContainer") return of_container(web_);
    if (name == "Ec2InstanceMetadata") return of_instance(web_, instance_of(profile));
    return fail(Fault::usage, origin + ": " + quoted(name) + " is no `credential_source`",
                "it is Environment, EcsContainer or Ec2InstanceMetadata");
  }

  Result<Source> by_profile(const std::string& name, const std::string& by,
                            std::vector<std::string> visited) {
    if (!files_.has(by)) {
      auto missing = check(by);
      return std::move(missing).error().in("`source_profile` of " + called(name, files_.config_path));
    }
    const Section profile = files_.merged(by);
    const bool seen = std::ranges::find(visited, by) != visited.end();
    if (seen && !(by == name && has_keys(profile)))
      return fail(Fault::usage,
                  "`source_profile` of " + called(name, files_.config_path) + " leads in a circle");
    visited.push_back(by);
    // One that has keys as well as a role gives its keys.
    auto source =
        has_keys(profile) || !has_role(profile) ? own(by, profile) : of_profile(by, std::move(visited));
    if (!source) return pass(std::move(source));
    if (!*source)
      return fail(Fault::usage, called(by, files_.config_path) + " has no credentials to assume a role with");
    return std::move(**source);
  }

  static InstanceMetadata instance_of(const Section& profile) {
    return {value_at(profile, "ec2_metadata_service_endpoint"),
            value_at(profile, "ec2_metadata_service_endpoint_mode")};
  }

  // What a profile has besides a role that somebody assumes for it.
  Result<std::optional<Source>> own(const std::string& name, const Section& profile) {
    const std::string origin = called(name, files_.config_path);
    if (const std::string path = value_at(profile, "web_identity_token_file"); !path.empty()) {
      if (value_at(profile, "role_arn").empty())
        return fail(Fault::usage, origin + " has a `web_identity_token_file` and no `role_arn`");
      return by_token(web_, role_of(profile), origin + ": ", identity_of_file(path));
    }
    if (profile.contains("sso_session") || profile.contains("sso_start_url"))
      return fail(Fault::usage, origin + " signs in by SSO, which mesh does not do by itself",
                  "let AWS's tool do it: a profile with `credential_process = aws configure "
                  "export-credentials --profile " +
                      name + " --format process`");
    const auto of = [&](const Sections& sections, const std::string& path) -> Result<std::optional<Source>> {
      const auto section = sections.find(name);
      if (section == sections.end() || !section->second.contains("aws_access_key_id"))
        return std::optional<Source>();
      auto keys = of_keys(called(name, path), section->second);
      if (!keys) return pass(std::move(keys));
      return std::optional(std::move(*keys));
    };
    auto keys = of(files_.credentials, files_.credentials_path);
    if (!keys || *keys) return keys;
    if (const std::string line = value_at(profile, "credential_process"); !line.empty()) {
      auto words = split_words(line);
      if (!words || words->empty())
        return fail(Fault::usage, origin + ": `credential_process` is no command");
      return std::optional(of_command(web_, std::move(*words), origin));
    }
    return of(files_.config, files_.config_path);
  }

  const Web& web_;
  const AwsFiles files_;
  const bool environment_counts_;
};

AwsFound found(Source source, AwsSettings settings) {
  return {std::move(source.origin), std::make_shared<AwsKeys>(std::move(source.lend)), std::move(settings)};
}

Role role_of_environment() {
  Role role{variable("AWS_ROLE_ARN"), variable("AWS_ROLE_SESSION_NAME")};
  if (!ignores_endpoints()) role.endpoint = first_set({"AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"});
  role.region = aws_settings().region;
  return role;
}

// By a token of identity, where the environment says so.
Result<std::optional<Source>> of_identity(const Web& web) {
  const std::string path = variable("AWS_WEB_IDENTITY_TOKEN_FILE");
  const Role role = role_of_environment();
  if (role.arn.empty() && path.empty()) return std::optional<Source>();
  if (role.arn.empty())
    return fail(Fault::usage, "AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not",
                "set it to the role that trusts the token");
  IdentityToken identity = path.empty() ? identity_of_pipeline(web, kAudience) : identity_of_file(path);
  if (identity.origin.empty()) return std::optional<Source>();
  return std::optional(by_token(web, role, "", std::move(identity)));
}

}  // namespace

Result<AwsFound> find_aws(const Web& web) {
  if (!variable("AWS_ACCESS_KEY_ID").empty() || !variable("AWS_SECRET_ACCESS_KEY").empty())
    return found(of_environment(), aws_settings());
  auto by_identity = of_identity(web);
  if (!by_identity) return pass(std::move(by_identity));
  if (*by_identity) return found(std::move(**by_identity), aws_settings());

  auto files = read_aws_files();
  if (!files) return pass(std::move(files));
  const std::string asked = first_set({"AWS_PROFILE", "AWS_DEFAULT_PROFILE"});
  const std::string name = asked.empty() ? "default" : asked;
  SharedProfiles profiles(web, std::move(*files), true);
  if (!asked.empty())
    if (auto known = profiles.check(name); !known) return std::move(known).error().in("AWS_PROFILE");
  auto source = profiles.source(name);
  if (!source) return pass(std::move(source));
  AwsSettings settings = profiles.settings(name);
  if (*source) return found(std::move(**source), std::move(settings));
  if (has_aws_container()) return found(of_container(web), std::move(settings));
  return found(of_instance(web, {}), std::move(settings));
}

Result<AwsFound> find_aws_profile(const Web& web, const std::string& name) {
  auto files = read_aws_files();
  if (!files) return pass(std::move(files));
  SharedProfiles profiles(web, std::move(*files), false);
  if (auto known = profiles.check(name); !known) return pass(std::move(known));
  auto source = profiles.source(name);
  if (!source) return pass(std::move(source));
  if (!*source)
    return fail(Fault::usage, "the profile " + quoted(name) + " of AWS has no credentials",
                "it has keys, a `role_arn`, a `credential_process` or a `web_identity_token_file`");
  return found(std::move(**source), profiles.settings(name));
}

Result<AwsFound> find_aws_profile(const Web& web, const Profile& profile) {
  const std::string origin = profile.origin();
  const bool has_role = profile.has("role");
  const std::string from = profile.text("source");
  // Who is to be asked; with a role, who assumes it.
  std::optional<Source> source;
  AwsSettings settings;
  if (profile.has("profile")) {
    auto other = find_aws_profile(web, profile.text("profile"));
    if (!other) return std::move(other).error().in(origin);
    settings = other->settings;
    source = Source{other->origin, [keys = other->keys] { return keys->current(); }};
  } else if (!profile.command.empty()) {
    source = of_command(web, profile.command, origin);
  } else if (profile.has("accessKeyId") || profile.has("secretAccessKey")) {
    auto keys = fixed_keys(origin, profile.text("accessKeyId"), profile.secret("secretAccessKey"),
                           profile.secret("sessionToken"));
    if (!keys) return pass(std::move(keys));
    source = Source{"keys of " + origin, [keys = std::move(*keys)]() -> Keys { return keys; }};
  } else if (from == "environment") {
    auto other = find_aws(web);
    if (!other) return std::move(other).error().in(origin);
    settings.region = other->settings.region;
    source = Source{other->origin, [keys = other->keys] { return keys->current(); }};
  } else if (from == "container") {
    source = of_container(web);
  } else if (from == "instance") {
    source = of_instance(web, {});
  } else if (!from.empty()) {
    return fail(Fault::usage, origin + ": " + quoted(from) + " is no `source`",
                "it is environment, container or instance");
  }
  if (profile.has("region")) settings.region = profile.text("region");
  if (settings.region.empty()) settings.region = aws_settings().region;
  if (profile.has("endpoint")) settings.endpoint = profile.text("endpoint");
  settings.flavour = profile.text("flavour");
  settings.kms_key = profile.text("kmsKey");
  if (const std::string addressing = profile.text("addressing"); addressing == "host")
    settings.addressing = store::Addressing::by_host;
  else if (addressing == "path")
    settings.addressing = store::Addressing::by_path;
  else if (!addressing.empty())
    return fail(Fault::usage, origin + ": " + quoted(addressing) + " is no `addressing`",
                "it is host (https://BUCKET.HOST/KEY) or path (https://HOST/BUCKET/KEY)");

  const Role role{profile.text("role"),        profile.text("sessionName"),
                  profile.text("externalId"),  {},
                  profile.text("stsEndpoint"), settings.region};
  if (has_role && !source) {
    IdentityToken identity = profile.has("tokenFile") ? identity_of_file(profile.text("tokenFile"))
                                                      : identity_of_pipeline(web, kAudience);
    if (identity.origin.empty())
      return fail(
          Fault::usage, origin + " has a role, and nobody to assume it",
          "give it `profile`, `source`, `command`, keys or a `tokenFile`; in a pipeline, MESH_ID_TOKEN or "
          "GitHub's `id-token: write`");
    source = by_token(web, role, origin + ": ", std::move(identity));
  } else if (has_role) {
    source = by_role(web, role, origin + ": ", std::move(*source));
  }
  if (!source)
    return fail(Fault::usage, origin + " has no credentials of AWS",
                "give it `profile`, `source`, `command`, `role` or `accessKeyId` with `secretAccessKey`");
  if (!source->origin.starts_with("keys of " + origin) && !source->origin.starts_with(origin))
    source->origin = origin + ": " + source->origin;
  return found(std::move(*source), std::move(settings));
}

}  // namespace mesh::config
