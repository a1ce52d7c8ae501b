#include "core/config/docker_config.hpp"

#include "core/base/base64.hpp"
#include "core/base/files.hpp"
#include "tests/unit/config/variables.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

#include <sys/stat.h>

using namespace mesh;
using namespace std::chrono_literals;
using Login = std::optional<store::RegistryLogin>;

namespace {

// A config.json, and a folder of helpers in PATH.
struct Docker {
  explicit Docker(const std::string& json) { REQUIRE(replace_file(file(), json)); }
  std::string file() const { return folder.path() + "/config.json"; }
  Result<Login> login(const std::string& host = "registry.example.com:5000") const {
    return config::docker_logins(file(), 400ms)->login_for(host);
  }
  void helper(const std::string& name, const std::string& script) const {
    const std::string program = folder.path() + "/docker-credential-" + name;
    REQUIRE(replace_file(program, "#!/bin/sh\n" + script));
    REQUIRE(::chmod(program.c_str(), 0755) == 0);
  }
  test::TempFolder folder;
  test::Variables path{{"PATH"}, {{"PATH", folder.path() + ":/usr/bin:/bin"}}};
};

std::string shown(const Result<Login>& found) {
  if (!found) return found.error().message + " / " + found.error().help;
  if (!*found) return "none";
  return (*found)->user + ":" + std::string((*found)->password.reveal()) + ":" +
         std::string((*found)->identity_token.reveal());
}

std::string auths(const std::string& key, const std::string& entry) {
  return "{\"auths\": {\"" + key + "\": " + entry + "}}";
}

}  // namespace

TEST_CASE("docker config: a login is that of the host, however its key is written") {
  const std::string entry = "{\"auth\": \"" + base64("mesh:pass:word") + "\"}";
  for (const char* key : {"registry.example.com:5000", "https://registry.example.com:5000",
                          "https://Registry.example.com:5000/v1/", "http://registry.example.com:5000/"}) {
    CAPTURE(key);
    CHECK(shown(Docker(auths(key, entry)).login()) == "mesh:pass:word:");
  }
  for (const char* key : {"registry.example.com", "registry.example.com:5001", "example.com:5000", ""}) {
    CAPTURE(key);
    CHECK(shown(Docker(auths(key, entry)).login()) == "none");
  }
  CHECK(shown(Docker("{}").login()) == "none");
  CHECK(shown(config::docker_logins("/nowhere/config.json")->login_for("x")) == "none");
  CHECK(shown(config::docker_logins("")->login_for("x")) == "none");
}

TEST_CASE("docker config: a login has a password or a token for tokens") {
  const auto of = [](const std::string& entry) {
    return shown(Docker(auths("registry.example.com:5000", entry)).login());
  };
  CHECK(of("{\"username\": \"me\", \"password\": \"pw\"}") == "me:pw:");
  CHECK(of("{\"auth\": \"" + base64("me:") + "\", \"identitytoken\": \"idt\"}") == "me::idt");
  CHECK(of("{}") == "none");
  CHECK(of("7") == "none");
  CHECK(of("{\"auth\": \"hunter2!\"}").find("is not base64 of USER:PASSWORD") != std::string::npos);
  CHECK(of("{\"auth\": \"" + base64("hunter2") + "\"}").find("hunter2") == std::string::npos);
  const std::string broken = of("{\"auth\": \"" + base64("me:hunter2\r\nx: y") + "\"}");
  CHECK(broken.find("has a control character") != std::string::npos);
  CHECK(broken.find("hunter2") == std::string::npos);
}

TEST_CASE("docker config: a file that cannot be read as one is usage, and shows nothing of itself") {
  for (const char* json : {"", "[]", "{\"auths\": hunter2}", "{\"a\": 1, \"a\": 2}"}) {
    const auto found = Docker(json).login();
    REQUIRE_FALSE(found);
    CHECK(found.error().fault == Fault::usage);
    CHECK(found.error().message.find("hunter2") == std::string::npos);
  }
}

TEST_CASE(
    "docker config: a helper of the host goes before that of all, and that before what stands in the file") {
  Docker docker(
      "{\"auths\": {\"a.example.com\": {\"username\": \"file\", \"password\": \"f\"}, \"b.example.com\": {},"
      " \"e.example.com\": {\"username\": \"e\", \"password\": \"f\"}},"
      " \"credsStore\": \"all\", \"credHelpers\": {\"c.example.com\": \"one\", \"e.example.com\": \"\"}}");
  // The host comes by standard input, and nothing else does.
  docker.helper("one",
                "[ \"$*\" = get ] && printf '{\"ServerURL\": \"x\", \"Username\": \"one\", \"Secret\": "
                "\"%s\"}' \"$(cat)\"");
  docker.helper("all",
                "host=$(cat); if [ \"$host\" = b.example.com ]; then echo '{\"Username\": \"<token>\", "
                "\"Secret\": \"t\"}'; "
                "else echo 'credentials not found in native keychain'; exit 1; fi");
  CHECK(shown(docker.login("c.example.com")) == "one:c.example.com:");
  CHECK(shown(docker.login("b.example.com")) == "::t");
  CHECK(shown(docker.login("a.example.com")) == "file:f:");
  CHECK(shown(docker.login("d.example.com")) == "none");
  // No helper for this one, not even that of all.
  CHECK(shown(docker.login("e.example.com")) == "e:f:");
}

TEST_CASE(
    "docker config: a helper that is missing, fails, hangs or talks too much says which it is and no more") {
  Docker docker(
      "{\"credHelpers\": {\"missing\": \"nowhere\", \"fails\": \"fails\", \"hangs\": \"hangs\", "
      "\"talks\": \"talks\", \"odd\": \"odd\", \"path\": \"../../bin/sh\", \"flag\": \"-x;y\", \"list\": "
      "[]}}");
  docker.helper("fails", "echo hunter2; exit 4");
  docker.helper("hangs", "sleep 20");
  docker.helper("talks", "yes hunter2");
  docker.helper("odd", "echo hunter2");
  for (const auto& [host, told] : {std::pair{"missing", "`docker-credential-nowhere` is not in PATH"},
                                   {"fails", "failed with exit code 4"},
                                   {"hangs", "did not end within"},
                                   {"talks", "writes more than 65536 bytes"},
                                   {"odd", "a form that is not known"},
                                   {"path", "cannot be the name of a credential helper"},
                                   {"flag", "cannot be the name of a credential helper"},
                                   {"list", "cannot be the name of a credential helper"}}) {
    CAPTURE(host);
    const auto found = docker.login(host);
    REQUIRE_FALSE(found);
    CHECK(found.error().fault == Fault::usage);
    CHECK(shown(found).find(told) != std::string::npos);
    CHECK(shown(found).find("hunter2") == std::string::npos);
  }
}

TEST_CASE("docker config: its place is DOCKER_CONFIG, else in the home folder") {
  const std::vector<std::string> names{"DOCKER_CONFIG", "HOME"};
  {
    const test::Variables set(names, {{"DOCKER_CONFIG", "/d"}, {"HOME", "/h"}});
    CHECK(config::docker_config_file() == "/d/config.json");
  }
  {
    const test::Variables set(names, {{"HOME", "/h"}});
    CHECK(config::docker_config_file() == "/h/.docker/config.json");
  }
  const test::Variables none(names, {});
  CHECK(config::docker_config_file().empty());
}
