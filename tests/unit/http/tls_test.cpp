#include "core/base/files.hpp"
#include "tests/unit/http/client.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>
#include <openssl/ssl.h>

#include <csignal>
#include <thread>

using namespace mesh;
using namespace mesh::http;
using namespace mesh::test;

namespace {

void answers(Peer& peer, const Seen& seen) { peer.reply(200, seen.method + " " + seen.body); }

// An authority whose certificate is in a file.
struct Known {
  Authority authority;
  TempFolder folder;
  std::string file = folder / "ca.pem";
  Known() { REQUIRE(create_file(file, authority.certificate())); }

  Settings settings() const {
    Settings settings = quick_settings();
    settings.ca_file = file;
    return settings;
  }
};

}  // namespace

TEST_CASE("http: TLS with a certificate of the right authority, for the right name, in time") {
  const ProxyVariables none;
  const Known known;
  const Identity named = known.authority.issue("localhost"), addressed = known.authority.issue("127.0.0.1");
  const Server by_name(answers, {.identity = &named}), by_address(answers, {.identity = &addressed});
  Client client(known.settings());
  const std::string body(3 << 20, 'x');
  for (const std::string& url : {by_name.named_url("localhost"), by_address.url()}) {
    const auto reply = client.send(put(url, body));
    INFO(message_of(reply));
    REQUIRE(reply);
    CHECK((reply->body == "PUT " + body));
    CHECK(client.send(get(url)));
  }
  CHECK(by_name.connections() == 1);
}

TEST_CASE("http: TLS refuses every other certificate, and sends nothing") {
  const ProxyVariables none;
  const Known known;
  const Authority stranger;
  const Identity unknown = stranger.issue("localhost"), expired = known.authority.issue("localhost", -3, -1),
                 early = known.authority.issue("localhost", 1, 2),
                 other = known.authority.issue("example.com"), below = known.authority.issue("*.localhost");
  for (const Identity* identity : {&unknown, &expired, &early, &other, &below}) {
    const Server server(answers, {.identity = identity});
    const auto reply = Client(known.settings()).send(put(server.named_url("localhost"), "secret"));
    INFO(message_of(reply));
    CHECK(failed(reply, Fault::refused));
    CHECK(message_of(reply).find("`localhost:" + std::to_string(server.port()) + "`") != std::string::npos);
    CHECK(server.hits() == 0);

    Settings insecure = known.settings();
    insecure.insecure = true;
    CHECK(Client(insecure).send(get(server.named_url("localhost"))));
  }
  SUBCASE("help says what is wrong") {
    const auto told = [&](const Identity& identity) {
      const Server server(answers, {.identity = &identity});
      return message_of(Client(known.settings()).send(get(server.named_url("localhost"))));
    };
    CHECK(told(expired).find("renew the certificate") != std::string::npos);
    CHECK(told(early).find("set the clock") != std::string::npos);
    CHECK(told(other).find("use the name that the server's certificate is for") != std::string::npos);
  }
  SUBCASE("help names the variable") {
    const Server server(answers, {.identity = &unknown});
    CHECK(message_of(Client(known.settings()).send(get(server.named_url("localhost")))).find("MESH_CACERT") !=
          std::string::npos);
  }
}

TEST_CASE("http: which authorities are trusted") {
  const ProxyVariables none;
  const Known known, other;
  const Identity identity = known.authority.issue("localhost");
  const Server server(answers, {.identity = &identity});
  const auto reached = [&](std::map<std::string, std::string> environment, const std::string& file = {}) {
    Settings settings = quick_settings(std::move(environment));
    settings.ca_file = file;
    return Client(settings).send(get(server.named_url("localhost"))).has_value();
  };
  CHECK_FALSE(reached({}));
  CHECK(reached({{"SSL_CERT_FILE", known.file}}));
  CHECK(reached({{"MESH_CACERT", known.file}}));
  CHECK(reached({{"MESH_CACERT", known.file}, {"SSL_CERT_FILE", other.file}}));
  CHECK_FALSE(reached({{"MESH_CACERT", other.file}, {"SSL_CERT_FILE", known.file}}));
  CHECK(reached({{"MESH_CACERT", other.file}}, known.file));
  CHECK_FALSE(reached({{"MESH_CACERT", known.file}}, other.file));

  Settings missing = quick_settings();
  missing.ca_file = known.folder / "no such file.pem";
  const auto reply = Client(missing).send(get(server.named_url("localhost")));
  CHECK(failed(reply, Fault::usage));
  CHECK(message_of(reply).find("no such file.pem") != std::string::npos);
}

TEST_CASE("http: TLS 1.2 and 1.3 and nothing older") {
  const ProxyVariables none;
  const Known known;
  const Identity identity = known.authority.issue("localhost");
  for (const int version : {TLS1_3_VERSION, TLS1_2_VERSION, TLS1_1_VERSION, TLS1_VERSION}) {
    CAPTURE(version);
    const Server server(answers, {.identity = &identity, .tls_version = version});
    const auto reply = Client(known.settings()).send(get(server.named_url("localhost")));
    INFO(message_of(reply));
    if (version >= TLS1_2_VERSION)
      CHECK(reply);
    else
      CHECK(failed(reply, Fault::refused));
  }
}

TEST_CASE("http: what is no TLS is refused, what breaks off in between is temporary") {
  const ProxyVariables none;
  const Known known;
  Settings settings = known.settings();
  settings.connect_timeout = std::chrono::milliseconds(500);
  const auto ask = [&](const std::function<void(Peer&)>& on_connection) {
    const Server server(Handler{}, {.on_connection = on_connection});
    return Client(settings).send(get("https://localhost:" + std::to_string(server.port()) + "/"));
  };
  const auto plain = ask([](Peer& peer) {
    peer.read_some();
    peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    peer.close();
  });
  INFO(message_of(plain));
  CHECK(failed(plain, Fault::refused));
  const auto closed = ask([](Peer& peer) {
    peer.read_some();
    peer.close();
  });
  INFO(message_of(closed));
  CHECK(failed(closed, Fault::temporary));
  const auto reset = ask([](Peer& peer) {
    peer.read_some();
    peer.reset();
  });
  INFO(message_of(reset));
  CHECK(failed(reset, Fault::temporary));
  const auto silent = ask([](Peer& peer) {
    peer.read_some();
    peer.wait(60'000);
  });
  CHECK(failed(silent, Fault::temporary));
  CHECK(message_of(silent).find("no connection to") != std::string::npos);
}

TEST_CASE("http: a body cut off under TLS is temporary") {
  const ProxyVariables none;
  const Known known;
  const Identity identity = known.authority.issue("localhost");
  const Server server(
      [](Peer& peer, const Seen&) {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
        peer.reset();
      },
      {.identity = &identity});
  CHECK(failed(Client(known.settings()).send(get(server.named_url("localhost"))), Fault::temporary));
}

TEST_CASE("http: no signal comes of a TLS connection that is gone") {
  const ProxyVariables none;
  const Known known;
  const Identity identity = known.authority.issue("localhost");
  std::signal(SIGPIPE, SIG_DFL);
  for (int round = 0; round < 3; ++round) {
    const Server server(
        [](Peer& peer, const Seen&) {
          peer.reply(200, "ok");
          peer.wait(100);
          peer.reset();
        },
        {.identity = &identity});
    Client client(known.settings());
    CHECK(client.send(get(server.named_url("localhost"))));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    if (round == 1) CHECK(client.send(get(server.named_url("localhost"))));
    if (round == 2) (void)client.send(put(server.named_url("localhost"), std::string(8 << 20, 'x')));
  }
}
