#include "core/http/address.hpp"
#include "tests/unit/http/client.hpp"

#include <doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <chrono>

using namespace mesh;
using namespace mesh::http;
using namespace mesh::test;

// What a manifest's URL may reach.
namespace {

sockaddr_storage address_of(const char* text) {
  sockaddr_storage address{};
  if (::inet_pton(AF_INET, text, &reinterpret_cast<sockaddr_in*>(&address)->sin_addr) == 1)
    address.ss_family = AF_INET;
  else if (::inet_pton(AF_INET6, text, &reinterpret_cast<sockaddr_in6*>(&address)->sin6_addr) == 1)
    address.ss_family = AF_INET6;
  REQUIRE(address.ss_family != AF_UNSPEC);
  return address;
}

bool is_within(Reach reach, const char* text) {
  const sockaddr_storage address = address_of(text);
  return http::is_within(reach, reinterpret_cast<const sockaddr&>(address));
}

void answer(Peer& peer, const Seen&) { peer.reply(200, "canary"); }

// The ways to write this machine's address; PORT is that of a canary on 127.0.0.1 or, with brackets, on ::1.
const char* const kThisMachine[] = {"http://127.0.0.1:PORT/",
                                    "http://localhost:PORT/",
                                    "http://x.localhost:PORT/",
                                    "http://LOCALHOST:PORT/",
                                    "http://0x7f000001:PORT/",
                                    "http://2130706433:PORT/",
                                    "http://127.1:PORT/",
                                    "http://0177.0.0.1:PORT/",
                                    "http://0:PORT/",
                                    "http://0.0.0.0:PORT/",
                                    "http://[::ffff:127.0.0.1]:PORT/",
                                    "http://[::1]:PORT/",
                                    "http://[0:0:0:0:0:0:0:1]:PORT/",
                                    "http://[::]:PORT/"};

// What no canary can listen at, or is no HTTP.
const char* const kElsewhere[] = {"http://169.254.169.254/latest/meta-data/",
                                  "http://[fd00:ec2::254]/",
                                  "http://10.0.0.1/",
                                  "http://192.168.1.1/",
                                  "http://[fe80::1]/",
                                  "http://[64:ff9b::7f00:1]/",
                                  "http://[::127.0.0.1]/",
                                  "http://100.100.100.200/"};

const char* const kNoHttp[] = {
    "file:///etc/passwd",     "gopher://127.0.0.1:PORT/_x", "dict://127.0.0.1:PORT/x",
    "ftp://127.0.0.1:PORT/",  "FILE:///etc/passwd",         "ldap://127.0.0.1:PORT/",
    "scp://127.0.0.1:PORT/x", "smtp://127.0.0.1:PORT/",     "telnet://127.0.0.1:PORT/",
    "127.0.0.1:PORT/",        "//127.0.0.1:PORT/",          "unix:/var/run/docker.sock",
    "https:/127.0.0.1:PORT/"};

std::string with_port(std::string url, const Server& v4, const Server& v6) {
  const size_t at = url.find("PORT");
  if (at == std::string::npos) return url;
  const bool is_v6 = url.find('[') != std::string::npos && url.find("ffff") == std::string::npos;
  return url.replace(at, 4, std::to_string((is_v6 ? v6 : v4).port()));
}

Request from_manifest(std::string url) {
  Request request = get(std::move(url));
  request.from_manifest = true;
  return request;
}

// Plain http, so that nothing but the guard stands between.
Settings open_settings(std::map<std::string, std::string> environment = {}) {
  Settings settings = quick_settings(std::move(environment));
  settings.allow_http = true;
  settings.connect_timeout = std::chrono::seconds(2);
  return settings;
}

}  // namespace

TEST_CASE("http: which addresses are public") {
  for (const char* text :
       {"1.1.1.1", "8.8.8.8", "52.219.0.1", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0",
        "169.253.255.255", "192.167.255.255", "198.17.255.255", "198.20.0.0", "223.255.255.255",
        "2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888", "::ffff:8.8.8.8",
        "64:ff9b::808:808"}) {
    CAPTURE(text);
    CHECK(is_within(Reach::public_only, text));
  }
  for (const char* text : {"0.0.0.0",
                           "0.1.2.3",
                           "10.0.0.1",
                           "100.64.0.1",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.255.255",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.1",
                           "192.0.2.1",
                           "192.168.0.1",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.1",
                           "203.0.113.1",
                           "224.0.0.1",
                           "239.1.1.1",
                           "240.0.0.1",
                           "255.255.255.255",
                           "168.63.129.16",
                           "::",
                           "::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "::127.0.0.1",
                           "64:ff9b::7f00:1",
                           "64:ff9b:1::1",
                           "100::1",
                           "2001::1",
                           "2001:db8::1",
                           "2002:7f00:1::",
                           "fc00::1",
                           "fd00:ec2::254",
                           "fe80::1",
                           "fec0::1",
                           "ff02::1",
                           "3fff::1",
                           "4000::1",
                           "5f00::1"}) {
    CAPTURE(text);
    CHECK_FALSE(is_within(Reach::public_only, text));
  }
}

TEST_CASE("http: which addresses are other machines, of the internet or of a private network") {
  for (const char* text :
       {"8.8.8.8", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "2606:4700::1111",
        "fc00::1", "fd12:3456::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"}) {
    CAPTURE(text);
    CHECK(is_within(Reach::other_machines, text));
  }
  for (const char* text :
       {"127.0.0.1", "0.0.0.0", "169.254.169.254", "168.63.129.16", "224.0.0.1", "255.255.255.255",
        "192.0.2.1", "::1", "::", "fe80::1", "fd00:ec2::254", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::7f00:1", "ff02::1", "2002:7f00:1::"}) {
    CAPTURE(text);
    CHECK_FALSE(is_within(Reach::other_machines, text));
  }
}

TEST_CASE("http: which addresses are this machine's") {
  for (const char* text : {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"})
    CHECK(is_within(Reach::this_machine, text));
  for (const char* text : {"0.0.0.0", "10.0.0.1", "8.8.8.8", "::", "fe80::1", "::ffff:10.0.0.1"})
    CHECK_FALSE(is_within(Reach::this_machine, text));
}

TEST_CASE("http: what asks for a cloud's metadata stays on this machine and its link") {
  for (const char* text : {"127.0.0.1", "::1", "169.254.169.254", "169.254.170.2", "fe80::1", "fd00:ec2::254",
                           "::ffff:169.254.1.1"})
    CHECK_MESSAGE(is_within(Reach::this_link, text), text);
  for (const char* text :
       {"10.0.0.1", "192.168.1.1", "8.8.8.8", "169.253.1.1", "fd00::1", "2606:4700::1", "::ffff:10.0.0.1"})
    CHECK_MESSAGE(!is_within(Reach::this_link, text), text);
  // By http, past every proxy; and nowhere else, whatever somebody names.
  const Server server(answer), proxy(answer);
  const std::map<std::string, std::string> variables = {{"http_proxy", proxy.url("")}};
  const ProxyVariables of_process(variables);
  Client client(open_settings(variables));
  http::Request request = get(server.url());
  request.is_metadata = true;
  CHECK(client.send(request));
  CHECK(server.hits() == 1);
  request.url = "http://192.0.2.1/latest/";
  CHECK(failed(client.send(request), Fault::refused));
  CHECK(proxy.hits() == 0);
}

TEST_CASE("http: a URL from a manifest does not reach this machine, however it is written") {
  const ProxyVariables none;
  const Server v4(answer), v6(answer, {.family = Server::Family::v6});
  Client client(open_settings());
  for (const char* form : kThisMachine) {
    const std::string url = with_port(form, v4, v6);
    CAPTURE(url);
    const auto reply = client.send(from_manifest(url));
    INFO(message_of(reply));
    CHECK(failed(reply, Fault::refused));
  }
  CHECK(v4.hits() + v6.hits() == 0);
  CHECK(v4.connections() + v6.connections() == 0);

  // The same without the guard: each of them would have been reached.
  size_t reached = 0;
  for (const char* form : kThisMachine) {
    const std::string url = with_port(form, v4, v6);
    CAPTURE(url);
    const auto reply = client.send(get(url));
    INFO(message_of(reply));
    CHECK(reply);
    CHECK(v4.hits() + v6.hits() == ++reached);
  }
  // Nor over the connections that are open now.
  for (const char* form : kThisMachine)
    CHECK(failed(client.send(from_manifest(with_port(form, v4, v6))), Fault::refused));
  CHECK(v4.hits() + v6.hits() == reached);
}

TEST_CASE("http: a URL from a manifest does not reach metadata services and private networks") {
  const ProxyVariables none;
  Client client(open_settings());
  const auto begun = std::chrono::steady_clock::now();
  for (const char* url : kElsewhere) {
    CAPTURE(url);
    const auto reply = client.send(from_manifest(url));
    INFO(message_of(reply));
    CHECK(failed(reply, Fault::refused));
  }
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(10));
}

TEST_CASE("http: only https and http are spoken, whoever asks") {
  const Server v4(answer), v6(answer, {.family = Server::Family::v6});
  Client client(open_settings());
  for (const char* form : kNoHttp) {
    const std::string url = with_port(form, v4, v6);
    CAPTURE(url);
    CHECK(failed(client.send(get(url)), Fault::usage));
    CHECK(failed(client.send(from_manifest(url)), Fault::usage));
  }
  CHECK(v4.connections() + v6.connections() == 0);
}

TEST_CASE("http: a URL from a manifest is https unless http is allowed, on this machine too") {
  const Server server(answer);
  Client client(quick_settings());
  CHECK(failed(client.send(from_manifest(server.url())), Fault::refused));
  CHECK(failed(client.send(from_manifest("http://example.com/")), Fault::refused));
  CHECK(server.hits() == 0);
}

TEST_CASE("http: a proxy does not take a manifest's URL past the guard") {
  const Server proxy(answer), v6(answer, {.family = Server::Family::v6});
  const std::string at = proxy.url("");
  // Of the client and of the process, as libcurl would read it.
  const std::map<std::string, std::string> variables = {{"http_proxy", at}, {"https_proxy", at}};
  const ProxyVariables of_process(variables);
  Client client(open_settings(variables));
  for (const char* form : kThisMachine) {
    std::string url = with_port(form, proxy, v6);
    for (const bool tls : {false, true}) {
      if (tls) url.insert(4, "s");
      CAPTURE(url);
      const auto reply = client.send(from_manifest(url));
      INFO(message_of(reply));
      CHECK(failed(reply, Fault::refused));
    }
  }
  for (const char* url : kElsewhere) CHECK(failed(client.send(from_manifest(url)), Fault::refused));
  CHECK(proxy.connections() == 0);

  // Without the guard the proxy is asked.
  CHECK(client.send(get("http://x.localhost/there")));
  REQUIRE(proxy.hits() == 1);
  CHECK(proxy.seen().back().target == "http://x.localhost/there");
  CHECK(client.send(get("http://169.254.169.254/")));
  CHECK(proxy.hits() == 2);
}

TEST_CASE("http: what no_proxy lists is guarded by its address, and the process's variables do not matter") {
  const Server proxy(answer), canary(answer);
  const ProxyVariables of_process(ProxyVariables::Variables{{"http_proxy", proxy.url("")}});
  Client client(open_settings({{"http_proxy", proxy.url("")}, {"no_proxy", ".localhost, localhost"}}));
  for (const char* host : {"localhost", "x.localhost"}) {
    const auto reply = client.send(from_manifest(canary.named_url(host)));
    CHECK(failed(reply, Fault::refused));
    CHECK(message_of(reply).find("must be public") != std::string::npos);
  }
  CHECK(proxy.connections() + canary.connections() == 0);
}
