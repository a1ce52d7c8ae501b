#include "core/http/proxy.hpp"

#include "tests/unit/http/client.hpp"
#include "tests/unit/temp_folder.hpp"

#include "core/base/files.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::http;
using namespace mesh::test;

namespace {

std::string proxy_of(const char* text, std::map<std::string, std::string> variables) {
  const auto url = parse_url(text);
  REQUIRE(url);
  return proxy_for(*url, quick_settings(std::move(variables)).environment);
}

// Connects to wherever the request says on this machine; says what it was asked for.
void tunnels(Peer& peer, const Seen& seen) {
  if (seen.method != "CONNECT") return peer.reply(200, "from the proxy");
  peer.tunnel(static_cast<uint16_t>(std::stoul(seen.target.substr(seen.target.rfind(':') + 1))));
}

void answers(Peer& peer, const Seen&) { peer.reply(200, "from the server"); }

}  // namespace

TEST_CASE("http: which proxy the environment names") {
  CHECK(proxy_of("https://a.example/", {}).empty());
  CHECK(proxy_of("https://a.example/",
                 {{"https_proxy", "p:1"}, {"HTTPS_PROXY", "p:2"}, {"all_proxy", "p:3"}}) == "p:1");
  CHECK(proxy_of("https://a.example/", {{"HTTPS_PROXY", "p:2"}, {"http_proxy", "p:4"}}) == "p:2");
  CHECK(proxy_of("https://a.example/", {{"all_proxy", "p:3"}}) == "p:3");
  CHECK(proxy_of("http://a.example/", {{"http_proxy", "p:4"}, {"https_proxy", "p:1"}}) == "p:4");
  CHECK(proxy_of("http://a.example/", {{"HTTP_PROXY", "p:5"}}).empty());
  const auto listed = [](const char* url, const char* list) {
    return proxy_of(url, {{"https_proxy", "p:1"}, {"no_proxy", list}}).empty();
  };
  CHECK(listed("https://a.example/", "*"));
  CHECK(listed("https://a.example/", "a.example"));
  CHECK(listed("https://a.example./", "A.Example"));
  CHECK(listed("https://a.example/", "x, .example"));
  CHECK(listed("https://a.example/", "x example"));
  CHECK(listed("https://[::1]/", "[::1]"));
  CHECK_FALSE(listed("https://a.example/", "ample"));
  CHECK_FALSE(listed("https://a.example/", "b.a.example"));
  CHECK_FALSE(listed("https://a.example/", "a.example.com,,  "));
}

TEST_CASE("http: https goes through a proxy by CONNECT, and the proxy sees no more than the host") {
  const Authority authority;
  const Identity identity = authority.issue("localhost");
  const TempFolder folder;
  REQUIRE(create_file(folder / "ca.pem", authority.certificate()));
  const Server server(answers, {.identity = &identity}), proxy(tunnels);
  const ProxyVariables variables(ProxyVariables::Variables{
      {"https_proxy", "http://user:pa%40ss@127.0.0.1:" + std::to_string(proxy.port())}});
  Settings settings = quick_settings();
  settings.ca_file = folder / "ca.pem";
  std::string traced;
  settings.trace = [&](std::string_view line) { traced.append(line).append("\n"); };
  Client client(settings);
  Request request = get(server.named_url("localhost", "/secret/path"));
  request.headers = {{"Authorization", "Bearer CANARY"}};
  const auto reply = client.send(request);
  INFO(message_of(reply));
  REQUIRE(reply);
  CHECK(reply->status == 200);
  CHECK(reply->body == "from the server");
  CHECK(reply->header("content-length") == "15");
  REQUIRE(proxy.hits() == 1);
  const Seen seen = proxy.seen()[0];
  CHECK(seen.method == "CONNECT");
  CHECK(seen.target == "localhost:" + std::to_string(server.port()));
  CHECK(seen.header("proxy-authorization") == "Basic dXNlcjpwYUBzcw==");
  CHECK(seen.head.find("CANARY") == std::string::npos);
  CHECK(server.seen().back().header("proxy-authorization").empty());
  CHECK(traced.find("pa%40ss") == std::string::npos);
  CHECK(traced.find("pa@ss") == std::string::npos);

  SUBCASE("but not what no_proxy lists") {
    const ProxyVariables unproxied(
        ProxyVariables::Variables{{"https_proxy", proxy.url("")}, {"no_proxy", "localhost"}});
    CHECK(Client(settings).send(request));
    CHECK(proxy.hits() == 1);
  }
}

TEST_CASE(
    "http: a proxy that refuses is refused, one that fails is temporary, and its password is not told") {
  for (const auto& [status, fault] : std::map<int, Fault>{{401, Fault::refused},
                                                          {403, Fault::refused},
                                                          {407, Fault::refused},
                                                          {502, Fault::temporary},
                                                          {503, Fault::temporary}}) {
    CAPTURE(status);
    const Server proxy([status = status](Peer& peer, const Seen&) {
      peer.reply(status, "no", "Proxy-Authenticate: Basic realm=\"x\"\r\n");
    });
    const ProxyVariables variables(ProxyVariables::Variables{
        {"https_proxy", "http://user:s3cr3t@127.0.0.1:" + std::to_string(proxy.port())}});
    const auto reply = Client(quick_settings()).send(get("https://x.localhost/"));
    INFO(message_of(reply));
    CHECK(failed(reply, fault));
    CHECK(message_of(reply).find(std::to_string(status)) != std::string::npos);
    CHECK(message_of(reply).find("s3cr3t") == std::string::npos);
    CHECK(proxy.hits() == 1);
  }
  SUBCASE("one that is not there") {
    const ProxyVariables variables(ProxyVariables::Variables{
        {"https_proxy", "http://user:s3cr3t@127.0.0.1:" + std::to_string(closed_port())}});
    const auto reply = Client(quick_settings()).send(get("https://x.localhost/"));
    CHECK(failed(reply, Fault::temporary));
    CHECK(message_of(reply).find("s3cr3t") == std::string::npos);
  }
  SUBCASE("one that is written wrong") {
    for (const char* proxy :
         {"gopher://user:s3cr3t@h:1", "http://user:s3cr3t@[h", "user:s3cr3t@h:port", "http://user:s3cr3t@"}) {
      const ProxyVariables variables(ProxyVariables::Variables{{"https_proxy", proxy}});
      const auto reply = Client(quick_settings()).send(get("https://x.localhost/"));
      INFO(message_of(reply));
      REQUIRE_FALSE(reply);
      CHECK(message_of(reply).find("s3cr3t") == std::string::npos);
    }
  }
  SUBCASE("one without a name") {
    const ProxyVariables variables(
        ProxyVariables::Variables{{"https_proxy", "http://user:s3cr3t@no-such-proxy.invalid:1"}});
    const auto reply = Client(quick_settings()).send(get("https://x.localhost/"));
    CHECK(failed(reply, Fault::temporary));
    CHECK(message_of(reply).find("proxy") != std::string::npos);
    CHECK(message_of(reply).find("s3cr3t") == std::string::npos);
  }
}

TEST_CASE("http: http goes through http_proxy, never through HTTP_PROXY, and to this machine never at all") {
  const Server proxy(tunnels), server(answers);
  Settings settings = quick_settings();
  settings.allow_http = true;
  {
    const ProxyVariables lower(ProxyVariables::Variables{{"http_proxy", proxy.url("")}});
    Client client(settings);
    const auto reply = client.send(get("http://no-such-host.invalid/x"));
    REQUIRE(reply);
    CHECK(reply->body == "from the proxy");
    CHECK(proxy.seen().back().target == "http://no-such-host.invalid/x");
    for (const char* host : {"127.0.0.1", "localhost"}) {
      const auto direct = client.send(get(server.named_url(host)));
      REQUIRE(direct);
      CHECK(direct->body == "from the server");
    }
    CHECK(proxy.hits() == 1);
  }
  const ProxyVariables upper(ProxyVariables::Variables{{"HTTP_PROXY", proxy.url("")}});
  CHECK(failed(Client(settings).send(get("http://no-such-host.invalid/x")), Fault::temporary));
  CHECK(proxy.hits() == 1);
}
