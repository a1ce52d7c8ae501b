#include "core/config/docker_config.hpp"

#include "core/base/base64.hpp"
#include "core/base/files.hpp"
#include "core/base/process.hpp"
#include "core/base/strings.hpp"
#include "core/config/variables.hpp"
#include "core/oci/json.hpp"

#include <algorithm>

namespace mesh::config {
namespace {

using oci::Json;
using store::RegistryLogin;
using Found = Result<std::optional<RegistryLogin>>;

constexpr uint64_t kLargestFile = 1 << 20;

// Wipes the texts of a document with passwords in it.
void wipe_all(Json& json) {
  wipe(json.text);
  for (Json& item : json.items) wipe_all(item);
  for (auto& [name, member] : json.members) wipe_all(member);
}

struct Document {
  Json json;
  ~Document() { wipe_all(json); }
};

// "registry.example.com" of "https://Registry.example.com/v1/".
std::string host_of(std::string_view key) {
  for (const std::string_view scheme : {"https://", "http://"})
    if (key.starts_with(scheme)) key.remove_prefix(scheme.size());
  return to_lower(key.substr(0, key.find('/')));
}

const Json* entry_for(const Json* entries, const std::string& host) {
  if (!entries || entries->kind != Json::Kind::object) return nullptr;
  if (const Json* const exact = entries->find(host)) return exact;
  const auto found =
      std::ranges::find_if(entries->members, [&](const auto& entry) { return host_of(entry.first) == host; });
  return found == entries->members.end() ? nullptr : &found->second;
}

std::string text_at(const Json& json, std::string_view name) {
  const std::string* const text = json.string_at(name);
  return text ? *text : std::string();
}

// A login is one line of a header, and no part of it may be more.
bool is_plain(std::string_view text) {
  return std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

Found login_of(const std::string& whose, std::string user, std::string password, std::string identity_token) {
  const bool is_good =
      is_plain(user) && is_plain(password) && is_plain(identity_token) && user.find(':') == user.npos;
  std::optional<RegistryLogin> login;
  if (!identity_token.empty())
    login = RegistryLogin{std::move(user), {}, Secret(identity_token)};
  else if (!user.empty())
    login = RegistryLogin{std::move(user), Secret(password), {}};
  wipe(password);
  wipe(identity_token);
  if (!is_good)
    return fail(Fault::usage, whose + " has a control character, or a `:` in the name of the user");
  return login;
}

// {"auth": base64 of "user:password"}, {"username", "password"} or {"identitytoken"}.
Found of_entry(const Json& entry, const std::string& whose) {
  std::string user = text_at(entry, "username"), password = text_at(entry, "password");
  if (std::string auth = text_at(entry, "auth"); !auth.empty()) {
    auto pair = from_base64(auth);
    wipe(auth);
    const size_t colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos) {
      if (pair) wipe(*pair);
      return fail(Fault::usage, "`auth` of " + whose + " is not base64 of USER:PASSWORD");
    }
    user = pair->substr(0, colon);
    password = pair->substr(colon + 1);
    wipe(*pair);
  }
  return login_of(whose, std::move(user), std::move(password), text_at(entry, "identitytoken"));
}

bool is_helper(std::string_view name) {
  constexpr size_t kLongest = 64;
  const auto belongs = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= kLongest && name.front() != '.' &&
         std::ranges::all_of(name, belongs);
}

Found of_helper(const std::string& name, const std::string& host, std::chrono::milliseconds time) {
  if (!is_helper(name))
    return fail(Fault::usage,
                "`" + printable(name.substr(0, 64)) + "` cannot be the name of a credential helper");
  const std::string program = "docker-credential-" + name;
  auto ran = run_program({program, "get"}, host, {.time = time, .most_out = 64 << 10});
  if (!ran && ran.error().fault == Fault::not_found)
    return fail(Fault::usage, "the credential helper `" + program + "` is not in PATH",
                "install it, or take it out of Docker's config.json");
  if (!ran) return fail(Fault::usage, ran.error().message, "run it by hand to see what it waits for");
  // Said on its standard output by all helpers of Docker when they keep nothing for a host.
  const bool has_none = ran->code != 0 && ran->out.find("credentials not found") != std::string::npos;
  if (has_none) return std::nullopt;
  if (ran->code != 0) {
    // Not shown: it may be anything.
    wipe(ran->out);
    return fail(Fault::usage,
                "the credential helper `" + program + "` failed with exit code " + std::to_string(ran->code),
                "`echo " + host + " | " + program + " get` tells why");
  }
  auto read = oci::read_json(ran->out);
  wipe(ran->out);
  if (!read || read->kind != Json::Kind::object)
    return fail(Fault::usage, "the credential helper `" + program + "` answers in a form that is not known");
  const Document document{std::move(*read)};
  std::string user = text_at(document.json, "Username"), secret = text_at(document.json, "Secret");
  const std::string whose = "what `" + program + "` answers";
  if (user == "<token>") return login_of(whose, {}, {}, std::move(secret));
  return login_of(whose, std::move(user), std::move(secret), {});
}

class DockerLogins final : public store::RegistryLogins {
 public:
  DockerLogins(std::string file, std::chrono::milliseconds helper_time)
      : file_(std::move(file)), helper_time_(helper_time) {}

  Found login_for(const std::string& host) override {
    if (file_.empty()) return std::nullopt;
    auto text = read_file(file_, kLargestFile);
    if (!text && text.error().fault == Fault::not_found) return std::nullopt;
    if (!text) return std::move(text).error().in("read the logins to registries");
    auto read = oci::read_json(*text);
    wipe(*text);
    const std::string whose = "`" + printable(file_) + "`";
    if (!read || read->kind != Json::Kind::object)
      return fail(Fault::usage,
                  whose + " cannot be used: " + (read ? "it is not an object" : read.error().message));
    const Document document{std::move(*read)};
    // An empty one says that the file itself holds the login.
    const Json* const helper_entry = entry_for(document.json.find("credHelpers"), host);
    const bool is_none =
        helper_entry && helper_entry->kind == Json::Kind::string && helper_entry->text.empty();
    if (helper_entry && !is_none) return of_helper(helper_entry->text, host, helper_time_);
    if (const std::string* const helper = helper_entry ? nullptr : document.json.string_at("credsStore");
        helper && !helper->empty()) {
      auto found = of_helper(*helper, host, helper_time_);
      if (!found || *found) return found;
    }
    const Json* const entry = entry_for(document.json.find("auths"), host);
    if (!entry || entry->kind != Json::Kind::object) return std::nullopt;
    return of_entry(*entry, "`" + host + "` in " + whose);
  }

 private:
  const std::string file_;
  const std::chrono::milliseconds helper_time_;
};

}  // namespace

std::string docker_config_file() {
  std::string folder = variable("DOCKER_CONFIG");
  if (folder.empty()) {
    folder = variable("HOME");
    if (folder.empty()) return {};
    folder += "/.docker";
  }
  return folder + "/config.json";
}

std::unique_ptr<store::RegistryLogins> docker_logins(std::string file,
                                                     std::chrono::milliseconds helper_time) {
  return std::make_unique<DockerLogins>(std::move(file), helper_time);
}

}  // namespace mesh::config
