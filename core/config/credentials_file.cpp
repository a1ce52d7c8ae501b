#include "core/config/credentials_file.hpp"

#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/config/private_file.hpp"
#include "core/config/user_folders.hpp"
#include "core/yaml/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace mesh::config {
namespace {

constexpr uint64_t kMostBytes = 1u << 20;

constexpr std::array<std::string_view, 16> kAws{
    "accessKeyId", "secretAccessKey", "sessionToken", "profile",   "command", "source",
    "role",        "externalId",      "sessionName",  "tokenFile", "region",  "endpoint",
    "stsEndpoint", "flavour",         "addressing",   "kmsKey"};
constexpr std::array<std::string_view, 11> kAzure{
    "account",      "key",       "sas",       "token",    "tenant",         "clientId",
    "clientSecret", "tokenFile", "authority", "endpoint", "managedIdentity"};
constexpr std::array<std::string_view, 9> kGoogle{
    "file",           "token",         "metadata", "tokenFile", "endpoint", "workloadIdentityProvider",
    "serviceAccount", "tokenEndpoint", "source"};
constexpr std::array<std::string_view, 3> kPlatforms{"aws", "azure", "google"};

std::span<const std::string_view> keys_of(std::string_view platform) {
  if (platform == "aws") return kAws;
  if (platform == "azure") return kAzure;
  return kGoogle;
}

class Reader {
 public:
  explicit Reader(const Source& source) : source_(source) {}

  Result<Profiles> read(yaml::Node root) {
    if (root.is_null()) return Profiles{};
    if (!root.is_mapping()) return wrong(root, "credentials are a mapping", kForm);
    for (uint32_t i = 0; i < root.size(); ++i)
      if (root.key(i).text() != "profiles")
        return unknown(root.key(i), std::array<std::string_view, 1>{"profiles"});
    const auto list = root.find("profiles");
    if (!list || list->is_null()) return Profiles{};
    if (!list->is_mapping()) return wrong(*list, "`profiles` is a mapping of names", kForm);
    for (uint32_t i = 0; i < list->size(); ++i)
      if (auto good = profile(list->key(i), list->value(i)); !good) return pass(std::move(good));
    return std::move(profiles_);
  }

 private:
  static constexpr const char* kForm = "write `profiles: {sales: {aws: {profile: sales}}}`";

  tl::unexpected<Error> wrong(yaml::Node at, std::string_view message, std::string help = {}) const {
    const Position place = source_.position(at.span().begin);
    return fail(Fault::usage,
                fmt::format("{}:{}:{}: {}", printable(source_.path()), place.line, place.column, message),
                std::move(help));
  }

  // A key is no secret, but what is indented wrongly may be one: it is shown only where it looks like a name.
  tl::unexpected<Error> unknown(yaml::Node key, std::span<const std::string_view> known) const {
    const auto near = nearest(key.text(), known);
    std::string all;
    for (const std::string_view name : known) all.append(all.empty() ? "`" : ", `").append(name).append("`");
    return wrong(
        key, near ? fmt::format("`{}` is not known here", printable(key.text())) : "this is not known here",
        near ? fmt::format("did you mean `{}`?", *near) : "known are " + all);
  }

  Result<void> profile(yaml::Node key, yaml::Node value) {
    Profile profile;
    profile.name = key.text();
    profile.path = source_.path();
    if (!value.is_mapping() || value.size() != 1) return wrong(key, "a profile is of one platform", kForm);
    if (std::ranges::find(kPlatforms, value.key(0).text()) == kPlatforms.end())
      return unknown(value.key(0), kPlatforms);
    profile.platform = value.key(0).text();
    const yaml::Node members = value.value(0);
    if (!members.is_mapping()) return wrong(value.key(0), "credentials are a mapping", kForm);
    for (uint32_t i = 0; i < members.size(); ++i)
      if (auto good = member(profile, members.key(i), members.value(i)); !good) return good;
    profiles_.emplace(profile.name, std::move(profile));
    return {};
  }

  Result<void> member(Profile& profile, yaml::Node key, yaml::Node value) {
    const auto known = keys_of(profile.platform);
    if (std::ranges::find(known, key.text()) == known.end()) return unknown(key, known);
    if (key.text() == "command") {
      if (!value.is_sequence() || value.size() == 0)
        return wrong(key, "a command is a list of words, the program first", "no shell reads it");
      for (uint32_t i = 0; i < value.size(); ++i) profile.command.emplace_back(value.item(i).text());
      return {};
    }
    if (value.is_mapping() || value.is_sequence() || value.is_null() || value.text().empty())
      return wrong(key, fmt::format("`{}` needs a plain value", key.text()));
    profile.values.emplace(key.text(), Secret(std::string(value.text())));
    return {};
  }

  const Source& source_;
  Profiles profiles_;
};

}  // namespace

std::string Profile::text(std::string_view key) const {
  const auto found = values.find(key);
  return found == values.end() ? std::string() : std::string(found->second.reveal());
}

Secret Profile::secret(std::string_view key) const {
  const auto found = values.find(key);
  return found == values.end() ? Secret() : found->second;
}

std::string Profile::origin() const {
  return "profile `" + printable(name) + "` of `" + printable(path) + "`";
}

std::string credentials_path() {
  const std::string folder = user_config_folder();
  return folder.empty() ? folder : folder + "/credentials.yaml";
}

Result<Profiles> read_profiles(const std::string& path) {
  if (path.empty()) return Profiles{};
  auto bytes = read_private_file(path, kMostBytes);
  if (!bytes && bytes.error().fault == Fault::not_found) return Profiles{};
  if (!bytes) return pass(std::move(bytes));
  const Source source(path, std::move(*bytes));
  Findings findings;
  const auto documents = yaml::read_yaml(source, findings);
  for (const Finding& finding : findings.all())
    if (finding.level == Level::error && finding.rule != "yaml/empty") {
      const Position place = source.position(finding.at.span.begin);
      // The message may quote what stands there.
      return fail(Fault::usage, fmt::format("{}:{}:{}: this is not the YAML of profiles ({})",
                                            printable(path), place.line, place.column, finding.rule));
    }
  if (documents.empty()) return Profiles{};
  return Reader(source).read(documents.front().root());
}

}  // namespace mesh::config
