#include "core/store/oci.hpp"

#include "core/base/base64.hpp"
#include "core/base/percent.hpp"
#include "core/oci/artifact.hpp"
#include "core/oci/descriptor.hpp"
#include "core/oci/manifest.hpp"
#include "core/store/oci_reply.hpp"
#include "tests/unit/http/client.hpp"
#include "tests/unit/http/server.hpp"

#include <doctest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>
#include <thread>

using namespace mesh;
using namespace mesh::store;
using test::failed;
using test::message_of;
using test::Peer;
using test::Seen;

namespace {

struct Logins final : RegistryLogins {
  Result<std::optional<RegistryLogin>> login_for(const std::string& host) override {
    ++asked;
    last = host;
    return login;
  }
  std::optional<RegistryLogin> login;
  unsigned asked = 0;
  std::string last;
};

// A server with a store of its repositories below `shop`.
struct Registry {
  explicit Registry(test::Handler handler) : server(std::move(handler)) {
    auto opened = oci_store("oci://127.0.0.1:" + std::to_string(server.port()) + "/shop",
                            std::make_shared<http::Client>(test::quick_settings()), logins);
    REQUIRE(opened);
    store = std::move(*opened);
  }
  void log_in(const std::string& user, const std::string& password) {
    logins->login = RegistryLogin{user, Secret(password), {}};
  }
  std::shared_ptr<Logins> logins = std::make_shared<Logins>();
  test::ProxyVariables no_proxies;
  test::Server server;
  std::unique_ptr<Store> store;
};

Registry answering(int status, std::string body = {}, std::string headers = {}) {
  return Registry([=](Peer& peer, const Seen&) { peer.reply(status, body, headers); });
}

std::string error_json(std::string_view code, std::string_view message) {
  return "{\"errors\":[{\"code\":\"" + std::string(code) + "\",\"message\":\"" + std::string(message) +
         "\"}]}";
}

const std::string kDigest = oci::digest_of("bytes");
const std::string kKey = "sales/orders/blobs/sha256/" + kDigest.substr(7);
constexpr Put kIndex{"application/json", Caching::no_store};

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

http::Response reply_with(std::vector<http::Header> headers) { return {401, std::move(headers), {}}; }

}  // namespace

TEST_CASE("oci: a URL names host and repository, by http on this machine only") {
  const auto found = oci_address("OCI://Registry.Example.com:5000//team/data_mesh.v1//");
  REQUIRE(found);
  CHECK(found->host == "registry.example.com:5000");
  CHECK(found->root == "team/data_mesh.v1");
  CHECK(found->origin == "https://registry.example.com:5000");
  CHECK(found->url() == "oci://registry.example.com:5000/team/data_mesh.v1");
  CHECK(oci_address("oci://ghcr.io:443/x")->host == "ghcr.io");
  CHECK(oci_address("oci://localhost:5000/x")->origin == "http://localhost:5000");
  CHECK(oci_address("oci://127.0.0.1/x")->origin == "http://127.0.0.1");
  CHECK(oci_address("oci://[::1]:5000/x")->origin == "http://[::1]:5000");
  for (const char* url :
       {"oci://",           "oci://host",      "oci://host/",        "oci:///x",
        "oci://ho st/x",    "oci://host:0/x",  "oci://host:99999/x", "oci://host/Upper",
        "oci://host/a//b",  "oci://host/../x", "oci://host/a_",      "oci://host/a..b",
        "oci://host/a___b", "oci://host/-a",   "oci://host/a:1",     "oci://host/a@sha256:x",
        "oci://host/x?y",   "oci://host/x#y",  "oci://docker.io/x",  "oci://registry-1.docker.io/x",
        "s3://host/x"}) {
    CAPTURE(url);
    CHECK(failed(oci_address(url), Fault::usage));
  }
  CHECK(has(message_of(oci_address("oci://host/Team/Shop")), "names are in lower case: `team/shop`"));
  for (const char* good : {"a", "a-b", "a--b", "a.b", "a_b", "a__b", "0/1/2"}) CHECK(is_repository(good));
}

TEST_CASE("oci: only products and listings have a place") {
  Registry registry = answering(500);
  for (const char* key : {"a", "a/b", "a/b/c", "sales/orders/index.jsonx", "sales/orders/blobs/sha256/ff",
                          "sales/orders/blobs/sha512/ff", "sales/listing/index.json",
                          "Sales/orders/index.json", "sales/o s/index.json", "../x/index.json"}) {
    CAPTURE(key);
    CHECK(failed(registry.store->get(key, 10), Fault::usage));
    CHECK(failed(registry.store->create(key, "x", {}), Fault::usage));
    CHECK(failed(registry.store->swap(key, std::nullopt, "x", {}), Fault::usage));
    CHECK(failed(registry.store->remove(key), Fault::usage));
  }
  CHECK(failed(registry.store->create(kKey, "other bytes", {}), Fault::usage));
  CHECK(failed(registry.store->remove(kKey), Fault::usage));
  CHECK(failed(registry.store->list("sales/orders/blobs/sha256/"), Fault::usage));
  CHECK(registry.server.hits() == 0);
}

TEST_CASE("oci: challenges are read however they are written") {
  const auto all =
      challenges_of(reply_with({{"www-authenticate",
                                 "Basic realm=\"a, \\\"b\\\"\", Bearer "
                                 "realm=\"https://auth/token\",service=reg , scope=\"x:y:pull,push\""},
                                {"WWW", "no"},
                                {"www-authenticate", "Negotiate abc=="}}));
  REQUIRE(all.size() == 3);
  CHECK(all[0].scheme == "basic");
  CHECK(all[0].parameter("realm") == "a, \"b\"");
  CHECK(all[1].scheme == "bearer");
  CHECK(all[1].parameter("realm") == "https://auth/token");
  CHECK(all[1].parameter("service") == "reg");
  CHECK(all[1].parameter("scope") == "x:y:pull,push");
  for (const char* text : {"", ",,,", "=", "\"", "Bearer realm=\"", "a=b", "Bearer realm=,x"})
    static_cast<void>(challenges_of(reply_with({{"www-authenticate", text}})));
}

TEST_CASE("oci: a registry that asks for a password gets it, once it asked") {
  Registry registry([](Peer& peer, const Seen& seen) {
    if (seen.header("authorization") == "Basic " + base64("me:hunter2")) return peer.reply(200, "bytes");
    peer.reply(401, error_json("UNAUTHORIZED", "not " + seen.header("authorization")),
               "WWW-Authenticate: Basic realm=\"x\"\r\n");
  });
  const auto nobody = registry.store->get(kKey, 10);
  CHECK(failed(nobody, Fault::refused));
  CHECK(has(message_of(nobody), "docker login 127.0.0.1:"));
  CHECK(registry.logins->asked == 1);

  Registry known(([](Peer& peer, const Seen& seen) {
    if (seen.header("authorization") == "Basic " + base64("me:hunter2")) return peer.reply(200, "bytes");
    peer.reply(401, error_json("UNAUTHORIZED", "not " + seen.header("authorization")),
               "WWW-Authenticate: Basic realm=\"x\"\r\n");
  }));
  known.log_in("me", "hunter2");
  CHECK(known.store->get(kKey, 10)->bytes == "bytes");
  CHECK(known.store->get(kKey, 10));
  CHECK(known.logins->asked == 1);
  CHECK(known.logins->last == "127.0.0.1:" + std::to_string(known.server.port()));
  CHECK(known.server.hits() == 3);
  CHECK(known.server.seen()[0].header("authorization") == "");

  Registry wrong([](Peer& peer, const Seen& seen) {
    peer.reply(401, error_json("UNAUTHORIZED", "not " + seen.header("authorization")),
               "WWW-Authenticate: Basic realm=\"x\"\r\n");
  });
  wrong.log_in("me", "hunter3");
  const auto told = wrong.store->get(kKey, 10);
  CHECK(failed(told, Fault::refused));
  CHECK_FALSE(has(message_of(told), base64("me:hunter3")));
  CHECK(has(message_of(told), "the login that is kept for `127.0.0.1:"));
  CHECK(wrong.server.hits() == 2);
}

TEST_CASE(
    "oci: tokens are asked for by their scope, kept while they are good and asked for again after that") {
  unsigned given = 0;
  std::string expires = "300";
  test::Server* self = nullptr;
  Registry registry([&](Peer& peer, const Seen& seen) {
    if (seen.target.starts_with("/token")) {
      ++given;
      return peer.reply(200, "{\"token\":\"t" + std::to_string(given) + "\",\"expires_in\":" + expires + "}");
    }
    if (seen.header("authorization") == "Bearer t" + std::to_string(given) && given != 2)
      return peer.reply(200, "bytes");
    peer.reply(401, "",
               "WWW-Authenticate: Bearer realm=\"" + self->url("/token?x=1") +
                   "\",service=\"my reg\",scope=\"repository:shop/sales/orders:pull\"\r\n");
  });
  self = &registry.server;
  registry.log_in("me", "hunter2");
  CHECK(registry.store->get(kKey, 10));
  CHECK(registry.store->get(kKey, 10));
  CHECK(given == 1);
  auto seen = registry.server.seen();
  REQUIRE(seen.size() == 4);
  CHECK(seen[1].target == "/token?x=1&service=my%20reg&scope=repository%3Ashop%2Fsales%2Forders%3Apull");
  CHECK(seen[1].header("authorization") == "Basic " + base64("me:hunter2"));
  // The registry forgets it: another is asked for once, and once only.
  given = 2;
  CHECK(registry.store->get(kKey, 10));
  CHECK(given == 3);
}

namespace {

// Gives tokens "t-SCOPE…" and wants one with the scope that a request needs.
struct TokenRegistry {
  explicit TokenRegistry(std::string said_scope, std::function<bool(const std::string&)> may = {}) {
    registry.emplace(
        [this, said = std::move(said_scope), may = std::move(may)](Peer& peer, const Seen& seen) {
          if (seen.target.starts_with("/token")) {
            if (may && !may(percent_decoded(seen.target))) return peer.reply(403, error_json("DENIED", "x"));
            return peer.reply(200, "{\"token\":\"t-" + std::to_string(++given) + "-" +
                                       base64(percent_decoded(seen.target)) + "\"}");
          }
          const std::string shown = seen.header("authorization");
          const std::string asked =
              shown.empty() ? "" : from_base64(shown.substr(shown.rfind('-') + 1)).value_or("");
          if (has(asked, need)) return answer(peer, seen);
          peer.reply(401, "",
                     "WWW-Authenticate: Bearer realm=\"" + registry->server.url("/token") +
                         "\",service=\"s\",scope=\"" + said + "\"\r\n");
        });
  }
  std::vector<std::string> asked() const {
    std::vector<std::string> all;
    for (const Seen& seen : registry->server.seen())
      if (seen.target.starts_with("/token")) all.push_back(percent_decoded(seen.target));
    return all;
  }
  std::string need = "scope=repository:shop/sales/orders:pull";
  std::function<void(Peer&, const Seen&)> answer = [](Peer& peer, const Seen&) { peer.reply(200, "bytes"); };
  std::atomic<unsigned> given{0};
  std::optional<Registry> registry;
};

}  // namespace

TEST_CASE(
    "oci: tokens are asked for what we need, and for what else the registry names only when that does not "
    "do") {
  using Asked = std::vector<std::string>;
  const std::string own = "/token?service=s&scope=repository:shop/sales/orders:pull";
  // A scope that is none of ours; one that allows more; none.
  for (const char* said : {"repository:user/image:pull", "", "repository:shop/sales/orders:pull"}) {
    TokenRegistry tokens(said);
    CHECK(tokens.registry->store->get(kKey, 10));
    CHECK(tokens.asked() == Asked{own});
  }
  TokenRegistry more("repository:shop/sales/orders:pull,push");
  CHECK(more.registry->store->get(kKey, 10));
  CHECK(more.asked() == Asked{own + ",push"});
  TokenRegistry other("repository:virtual/orders:pull x:y:z");
  other.need = "scope=repository:virtual/orders:pull";
  CHECK(other.registry->store->get(kKey, 10));
  CHECK(other.asked() == Asked{own, own + "&scope=repository:virtual/orders:pull&scope=x:y:z"});
  // Whoever gives tokens may deny what he does not know.
  TokenRegistry denied("repository:virtual/orders:pull",
                       [](const std::string& asked) { return has(asked, "virtual"); });
  denied.need = "scope=repository:virtual/orders:pull";
  CHECK(denied.registry->store->get(kKey, 10));
  CHECK(denied.asked().size() == 2);
  // Not as many as a header can hold.
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "a" + std::to_string(i) + ":b ";
  TokenRegistry crowded(many);
  crowded.need = "nothing";
  CHECK(failed(crowded.registry->store->get(kKey, 10), Fault::refused));
  CHECK(crowded.asked().back().size() < 200);
  // None that does.
  TokenRegistry none("repository:virtual/orders:pull");
  none.need = "nothing";
  CHECK(failed(none.registry->store->get(kKey, 10), Fault::refused));
  CHECK(none.asked().size() == 2);
}

TEST_CASE(
    "oci: who has a token to push pulls with it, and one repository does not wait for another's token") {
  TokenRegistry tokens("");
  tokens.need = "scope=repository:shop/sales/orders:pull,push";
  tokens.answer = [](Peer& peer, const Seen& seen) {
    if (seen.method == "POST") return peer.reply(202, "", "Location: /u\r\n");
    seen.method == "GET" ? peer.reply(200, "bytes") : peer.reply(seen.method == "PUT" ? 201 : 404);
  };
  CHECK(failed(tokens.registry->store->get(kKey, 10), Fault::refused));
  // Only a publisher asks for more than a reader needs.
  auto publisher = oci_store("oci://127.0.0.1:" + std::to_string(tokens.registry->server.port()) + "/shop",
                             std::make_shared<http::Client>(test::quick_settings()), tokens.registry->logins,
                             {.make_repositories = true});
  REQUIRE(publisher);
  CHECK((*publisher)->create(kKey, "bytes", {}) == Created::now);
  const size_t asked = tokens.asked().size();
  CHECK((*publisher)->get(kKey, 10));
  CHECK(tokens.asked().size() == asked);

  std::atomic<int> inside{0}, most{0};
  test::Server* self = nullptr;
  Registry registry([&](Peer& peer, const Seen& seen) {
    if (!seen.header("authorization").empty()) return peer.reply(200, "bytes");
    if (!seen.target.starts_with("/token"))
      return peer.reply(401, "", "WWW-Authenticate: Bearer realm=\"" + self->url("/token") + "\"\r\n");
    most = std::max<int>(most, ++inside);
    for (int i = 0; i < 200 && most < 4; ++i) peer.wait(10);
    --inside;
    peer.reply(200, "{\"token\":\"t\"}");
  });
  self = &registry.server;
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (const char* product : {"a", "b", "c", "d"})
    threads.emplace_back([&, product] {
      const std::string key = "sales/" + std::string(product) + kKey.substr(kKey.find("/blobs"));
      good += registry.store->get(key, 10).has_value();
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(good == 4);
  CHECK(most == 4);
}

TEST_CASE("oci: a login that ends in the midst of a run is asked for again, one that never was good is not") {
  for (const bool by_token : {false, true}) {
    CAPTURE(by_token);
    std::string good = "first";
    test::Server* self = nullptr;
    Registry registry([&](Peer& peer, const Seen& seen) {
      const bool is_known = seen.header("authorization") == "Basic " + base64("me:" + good);
      if (seen.target.starts_with("/token"))
        return is_known ? peer.reply(200, "{\"token\":\"t-" + good + "\"}") : peer.reply(401);
      if (by_token ? seen.header("authorization") == "Bearer t-" + good : is_known)
        return peer.reply(200, "bytes");
      peer.reply(401, "",
                 by_token ? "WWW-Authenticate: Bearer realm=\"" + self->url("/token") + "\"\r\n"
                          : std::string("WWW-Authenticate: Basic realm=\"x\"\r\n"));
    });
    self = &registry.server;
    registry.log_in("me", "first");
    CHECK(registry.store->get(kKey, 10));
    CHECK(registry.store->get(kKey, 10));
    CHECK(registry.logins->asked == 1);
    good = "second";
    registry.log_in("me", "second");
    CHECK(registry.store->get(kKey, 10));
    CHECK(registry.logins->asked == 2);
    // Nothing better is known: asked once more, and not for every request.
    good = "third";
    for (int i = 0; i < 3; ++i) CHECK(failed(registry.store->get(kKey, 10), Fault::refused));
    CHECK(registry.logins->asked == 3);
  }
}

TEST_CASE(
    "oci: whoever is logged in by a token for tokens sends it in a form, who is not logged in asks without") {
  test::Server* self = nullptr;
  const auto handler = [&](Peer& peer, const Seen& seen) {
    if (seen.target.starts_with("/token")) return peer.reply(200, "{\"access_token\":\"t\"}");
    if (seen.header("authorization") == "Bearer t") return peer.reply(200, "bytes");
    peer.reply(401, "", "WWW-Authenticate: Bearer realm=\"" + self->url("/token") + "\",service=\"reg\"\r\n");
  };
  Registry known(handler);
  self = &known.server;
  known.logins->login = RegistryLogin{"", {}, Secret("a b&hunter2")};
  CHECK(known.store->get(kKey, 10));
  const auto asked = known.server.seen()[1];
  CHECK(asked.method == "POST");
  CHECK(asked.header("authorization") == "");
  CHECK(asked.header("content-type") == "application/x-www-form-urlencoded");
  CHECK(asked.body ==
        "service=reg&scope=repository%3Ashop%2Fsales%2Forders%3Apull&grant_type=refresh_token&client_id=mesh&"
        "refresh_token=a%20b%26hunter2");
  Registry anonymous(handler);
  self = &anonymous.server;
  CHECK(anonymous.store->get(kKey, 10));
  CHECK(anonymous.server.seen()[1].method == "GET");
  CHECK(anonymous.server.seen()[1].header("authorization") == "");
}

TEST_CASE("oci: a place for tokens that is none, refuses or answers nonsense is told, without the secret") {
  const auto told = [](const std::string& realm, int status, const std::string& body) {
    test::Server* self = nullptr;
    Registry registry([&](Peer& peer, const Seen& seen) {
      if (seen.target.starts_with("/token")) return peer.reply(status, body);
      const std::string place = realm.empty() ? self->url("/token") : realm;
      peer.reply(401, "", "WWW-Authenticate: Bearer realm=\"" + place + "\"\r\n");
    });
    self = &registry.server;
    registry.log_in("me", "hunter2");
    return registry.store->get(kKey, 10);
  };
  CHECK(has(message_of(told("", 401, "{\"details\":\"bad hunter2\"}")),
            "ask for a token: HTTP 401: bad *** / log in with"));
  CHECK(failed(told("", 503, ""), Fault::temporary));
  for (const char* body : {"", "[]", "{}", "{\"token\":\"\"}", "{\"token\":\"a b\"}", "{\"token\":7}"})
    CHECK(failed(told("", 200, body), Fault::corrupt));
  CHECK(failed(told("http://127.0.0.1:1/" + std::string(16'000, 'x'), 200, ""), Fault::refused));
  // Elsewhere by http, an address that is nobody's business, or what is no URL.
  for (const char* realm :
       {"http://192.0.2.1/token", "https://10.0.0.1/token", "https://169.254.169.254/latest",
        "file:///etc/passwd", "https://me:pw@x/", "token"}) {
    CAPTURE(realm);
    CHECK(failed(told(realm, 200, ""), Fault::refused));
  }
}

TEST_CASE(
    "oci: what is kept elsewhere is fetched from there without the credential, and not from everywhere") {
  test::Server elsewhere([](Peer& peer, const Seen&) { peer.reply(200, "bytes"); });
  std::string place = elsewhere.url("/blob?signature=x");
  Registry registry([&](Peer& peer, const Seen& seen) {
    if (seen.header("authorization").empty())
      return peer.reply(401, "", "WWW-Authenticate: Basic realm=\"x\"\r\n");
    peer.reply(307, "", "Location: " + place + "\r\n");
  });
  registry.log_in("me", "hunter2");
  CHECK(registry.store->get(kKey, 10)->bytes == "bytes");
  REQUIRE(elsewhere.hits() == 1);
  CHECK(elsewhere.seen()[0].target == "/blob?signature=x");
  CHECK(elsewhere.seen()[0].header("authorization") == "");
  CHECK(failed(registry.store->get(kKey, 3), Fault::corrupt));
  for (const char* wrong :
       {"http://192.0.2.1/", "https://10.0.0.1/", "https://[::ffff:10.0.0.1]/", "ftp://x/", "", "x"}) {
    CAPTURE(wrong);
    place = wrong;
    CHECK(failed(registry.store->get(kKey, 10), Fault::refused));
  }
  place = registry.server.url("/again");
  CHECK(failed(registry.store->get(kKey, 10), Fault::refused));  // it asks for a credential, and gets none
}

TEST_CASE("oci: a blob is asked for, begun and sent in one piece, to the registry itself") {
  std::string location = "/v2/uploads/7?state=a%2Fb";
  Registry registry([&](Peer& peer, const Seen& seen) {
    if (seen.method == "HEAD") return peer.reply(404);
    if (seen.method == "POST") return peer.reply(202, "", "Location: " + location + "\r\n");
    peer.reply(201, "", "Docker-Content-Digest: " + kDigest + "\r\n");
  });
  CHECK(registry.store->create(kKey, "bytes", {}) == Created::now);
  auto seen = registry.server.seen();
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].target == "/v2/shop/sales/orders/blobs/" + kDigest);
  CHECK(seen[1].target == "/v2/shop/sales/orders/blobs/uploads/");
  CHECK(seen[2].target == "/v2/uploads/7?state=a%2Fb&digest=sha256%3A" + kDigest.substr(7));
  CHECK(seen[2].body == "bytes");
  location = registry.server.url("/u");
  CHECK(registry.store->create(kKey, "bytes", {}) == Created::now);
  CHECK(registry.server.seen().back().target == "/u?digest=sha256%3A" + kDigest.substr(7));
  // However it is written.
  for (const auto& [given, meant] : {std::pair("7?s=1", "/v2/shop/sales/orders/blobs/uploads/7?s=1&"),
                                     {"../x", "/v2/shop/sales/orders/blobs/x?"},
                                     {"/u#part", "/u?"},
                                     {"/u?s=a|b", "/u?s=a%7Cb&"},
                                     {"?s=1", "/v2/shop/sales/orders/blobs/uploads/?s=1&"}}) {
    CAPTURE(given);
    location = given;
    CHECK(registry.store->create(kKey, "bytes", {}) == Created::now);
    CHECK(registry.server.seen().back().target.starts_with(std::string(meant) + "digest=sha256%3A"));
  }
  for (const std::string& wrong :
       {std::string("//10.0.0.1/u"), std::string("http://192.0.2.1/u"), std::string("ftp://x/u")}) {
    CAPTURE(wrong);
    location = wrong;
    CHECK(failed(registry.store->create(kKey, "bytes", {}), Fault::refused));
  }
  location = "/u?s=" + std::string(16'000, 'x');
  CHECK(failed(registry.store->create(kKey, "bytes", {}), Fault::refused));
  location = "";
  CHECK(failed(registry.store->create(kKey, "bytes", {}), Fault::temporary));

  Registry other([&](Peer& peer, const Seen& one) {
    if (one.method == "HEAD") return peer.reply(404);
    if (one.method == "POST") return peer.reply(202, "", "Location: /u\r\n");
    peer.reply(201, "", "Docker-Content-Digest: " + oci::digest_of("other") + "\r\n");
  });
  CHECK(failed(other.store->create(kKey, "bytes", {}), Fault::temporary));
  Registry there(
      [&](Peer& peer, const Seen&) { peer.reply(200, "", "Docker-Content-Digest: " + kDigest + "\r\n"); });
  CHECK(there.store->create(kKey, "bytes", {}) == Created::already_there);
  CHECK(there.server.hits() == 1);
}

TEST_CASE("oci: an upload that is sent to another host goes there without the credential") {
  test::Server elsewhere([](Peer& peer, const Seen&) { peer.reply(201); });
  Registry registry([&](Peer& peer, const Seen& seen) {
    if (seen.header("authorization").empty())
      return peer.reply(401, "", "WWW-Authenticate: Basic realm=\"x\"\r\n");
    if (seen.method == "HEAD") return peer.reply(404);
    CHECK(seen.header("content-length") == "0");
    peer.reply(202, "", "Location: " + elsewhere.url("/u?signature=x") + "\r\n");
  });
  registry.log_in("me", "hunter2");
  CHECK(registry.store->create(kKey, "bytes", {}) == Created::now);
  REQUIRE(elsewhere.hits() == 1);
  CHECK(elsewhere.seen()[0].method == "PUT");
  CHECK(elsewhere.seen()[0].body == "bytes");
  CHECK(elsewhere.seen()[0].target == "/u?signature=x&digest=sha256%3A" + kDigest.substr(7));
  CHECK(elsewhere.seen()[0].header("authorization") == "");
}

TEST_CASE("oci: a success that names the digest is one, whatever its number") {
  for (const int status : {200, 201, 202}) {
    Registry registry([&](Peer& peer, const Seen& seen) {
      if (seen.method == "HEAD") return peer.reply(404);
      if (seen.method == "POST") return peer.reply(202, "", "Location: /u\r\n");
      peer.reply(status, "", "Docker-Content-Digest: " + oci::digest_of(seen.body) + "\r\n");
    });
    CAPTURE(status);
    CHECK(registry.store->create(kKey, "bytes", {}) == Created::now);
    const std::string manifest = oci::manifest_bytes({"sales", "orders", "1.0.0", {}});
    CHECK(registry.store->create("sales/orders/blobs/sha256/" + oci::digest_of(manifest).substr(7), manifest,
                                 {oci::kManifestType}) == Created::now);
  }
}

TEST_CASE(
    "oci: an upload that the registry forgot is begun again, a repository that it does not make is told") {
  const auto told = [](const char* method, int status, const char* code) {
    Registry registry([=](Peer& peer, const Seen& seen) {
      if (seen.method == method) return peer.reply(status, error_json(code, "x"));
      if (seen.method == "HEAD") return peer.reply(404);
      peer.reply(202, "", "Location: /u\r\n");
    });
    return registry.store->create(kKey, "bytes", {});
  };
  CHECK(failed(told("PUT", 404, "BLOB_UPLOAD_UNKNOWN"), Fault::temporary));
  CHECK(failed(told("PUT", 400, "BLOB_UPLOAD_INVALID"), Fault::temporary));
  const auto unknown = told("POST", 404, "NAME_UNKNOWN");
  CHECK(failed(unknown, Fault::refused));
  CHECK(has(message_of(unknown), "NAME_UNKNOWN"));
  CHECK(has(message_of(unknown), "make the repository `shop/sales/orders` first"));
}

TEST_CASE("oci: a place that is good for a GET alone says nothing about what is there") {
  const std::string manifest = oci::manifest_bytes({"sales", "orders", "1.0.0", {}});
  test::Server elsewhere([&](Peer& peer, const Seen& seen) {
    if (seen.method == "HEAD") return peer.reply(403);
    peer.reply(200, manifest, "Content-Type: application/vnd.oci.image.manifest.v1+json\r\n");
  });
  Registry registry([&](Peer& peer, const Seen& seen) {
    if (seen.method == "HEAD" || seen.method == "GET")
      return peer.reply(307, "", "Location: " + elsewhere.url("/x") + "\r\n");
    if (seen.method == "POST") return peer.reply(202, "", "Location: /u\r\n");
    peer.reply(201);
  });
  CHECK(registry.store->create(kKey, "bytes", {}) == Created::now);
  CHECK(registry.server.seen().back().body == "bytes");
  CHECK(registry.store->create("sales/orders/blobs/sha256/" + oci::digest_of(manifest).substr(7), manifest,
                               {oci::kManifestType}) == Created::already_there);
  // One that knows no HEAD.
  Registry headless([&](Peer& peer, const Seen& seen) {
    if (seen.method == "HEAD") return peer.reply(405);
    if (seen.method == "GET")
      return peer.reply(200, manifest, "Content-Type: application/vnd.oci.image.manifest.v1+json\r\n");
    seen.method == "POST" ? peer.reply(202, "", "Location: /u\r\n") : peer.reply(201);
  });
  CHECK(headless.store->create(kKey, "bytes", {}) == Created::now);
  CHECK(headless.store->create("sales/orders/blobs/sha256/" + oci::digest_of(manifest).substr(7), manifest,
                               {oci::kManifestType}) == Created::already_there);
  // What a place that is no registry says is no word of the registry.
  test::Server broken([&](Peer& peer, const Seen&) { peer.reply(403, "<Error/>"); });
  Registry sending(
      [&](Peer& peer, const Seen&) { peer.reply(307, "", "Location: " + broken.url("/x") + "\r\n"); });
  const auto told = sending.store->get(kKey, 10);
  CHECK(failed(told, Fault::refused));
  CHECK(has(message_of(told), "sends us to `127.0.0.1`, which answers HTTP 403"));
}

TEST_CASE(
    "oci: a redirect is relative to what sent it, and on its own host the registry may ask who is there") {
  test::Server elsewhere([&](Peer& peer, const Seen& seen) {
    if (seen.target == "/a/x?s=1") return peer.reply(302, "", "Location: y?s=2\r\n");
    if (seen.target == "/a/y?s=2") return peer.reply(302, "", "Location: /z\r\n");
    seen.target == "/z" ? peer.reply(200, "bytes") : peer.reply(500);
  });
  Registry registry([&](Peer& peer, const Seen& seen) {
    if (seen.target.starts_with("/own/") && seen.header("authorization").empty()) return peer.reply(401);
    if (seen.target.starts_with("/own/"))
      return peer.reply(307, "", "Location: " + elsewhere.url("/a/x?s=1") + "\r\n");
    if (seen.header("authorization").empty())
      return peer.reply(401, "", "WWW-Authenticate: Basic realm=\"x\"\r\n");
    peer.reply(307, "", "Location: /own/blob\r\n");
  });
  registry.log_in("me", "hunter2");
  const auto found = registry.store->get(kKey, 10);
  REQUIRE_MESSAGE(found, message_of(found));
  CHECK(found->bytes == "bytes");
  for (const Seen& seen : elsewhere.seen()) CHECK(seen.header("authorization") == "");
}

TEST_CASE("oci: a page that is none of the registry proves nothing") {
  Registry portal = answering(200, "<html>Please log in</html>");
  CHECK(failed(portal.store->create(kKey, "bytes", {}), Fault::temporary));
  CHECK(failed(portal.store->create(kKey, "{}", {oci::kManifestType}), Fault::usage));
  CHECK(failed(portal.store->swap("sales/listing.json", std::nullopt, "x", kIndex), Fault::temporary));
}

TEST_CASE("oci: what registries say decides what callers do") {
  struct Row {
    int status;
    const char* code;
    Fault fault;
  };
  for (const Row& row : {Row{401, "UNAUTHORIZED", Fault::refused}, Row{403, "DENIED", Fault::refused},
                         Row{400, "NAME_INVALID", Fault::refused}, Row{405, "UNSUPPORTED", Fault::refused},
                         Row{429, "TOOMANYREQUESTS", Fault::temporary}, Row{500, "UNKNOWN", Fault::temporary},
                         Row{503, "", Fault::temporary}, Row{409, "X", Fault::refused},
                         Row{412, "PRECONDITION", Fault::refused}, Row{202, "", Fault::temporary}}) {
    CAPTURE(row.status);
    Registry registry = answering(row.status, row.code[0] ? error_json(row.code, "told so") : "<html>");
    CHECK(failed(registry.store->get(kKey, 10), row.fault));
    CHECK(failed(registry.store->get("sales/orders/index.json", 10), row.fault));
    CHECK(failed(registry.store->create(kKey, "bytes", {}), row.fault));
    CHECK(failed(registry.store->swap("sales/listing.json", std::nullopt, "x", kIndex), row.fault));
    CHECK(failed(registry.store->list("sales/"), row.fault));
    CHECK(failed(registry.store->probe("sales/orders/oci-layout", "{}"), row.fault));
  }
  Registry denied = answering(403, error_json("DENIED", "no \\u001b[31m access"));
  const std::string told = message_of(denied.store->get(kKey, 10));
  CHECK(has(told, "read " + kKey + ": HTTP 403: DENIED: no \\u{1b}[31m access / the login may not do this"));
  // Whose replies to HEAD have no body, so there only the status counts.
  Registry limited = answering(403, error_json("TOOMANYREQUESTS", "x"));
  CHECK(failed(limited.store->get(kKey, 10), Fault::temporary));
  Registry garbled = answering(400, error_json("DIGEST_INVALID", "x"));
  CHECK(failed(garbled.store->get(kKey, 10), Fault::temporary));
  Registry busy = answering(429, error_json("TOOMANYREQUESTS", "slow down"), "Retry-After: 7\r\n");
  CHECK(busy.store->get(kKey, 10).error().retry_after == 7);
  CHECK(has(message_of(answering(403).store->list("")), "does not tell which repositories it has"));
  CHECK(has(message_of(answering(404).store->list("")), "does not tell which repositories it has"));
}

TEST_CASE("oci: a product that is not there is not_found, and so are its parts") {
  Registry registry = answering(404, error_json("NAME_UNKNOWN", "x"));
  CHECK(failed(registry.store->get("sales/orders/index.json", 10), Fault::not_found));
  CHECK(failed(registry.store->get("sales/orders/oci-layout", 10), Fault::not_found));
  CHECK(failed(registry.store->get("sales/listing.json", 10), Fault::not_found));
  CHECK(failed(registry.store->get(kKey, 10), Fault::not_found));
  CHECK(registry.store->list("sales/orders/")->empty());
  Registry empty = answering(200, "{\"name\":\"x\",\"tags\":null}");
  CHECK(failed(empty.store->get("sales/orders/index.json", 10), Fault::not_found));
  Registry others = answering(200, "{\"tags\":[\"latest\",\"sha256-00\"]}");
  CHECK(failed(others.store->get("sales/orders/index.json", 10), Fault::not_found));
  CHECK(failed(others.store->get("sales/orders/oci-layout", 10), Fault::not_found));
}

TEST_CASE("oci: names come in pages, from the registry itself, to an end") {
  test::Server* self = nullptr;
  Registry registry([&](Peer& peer, const Seen& seen) {
    if (seen.target == "/v2/_catalog?n=1000")
      return peer.reply(
          200, "{\"repositories\":[\"shop/sales/orders\",\"shop\",\"other/sales/x\",\"shop/a/b/c\"]}",
          "Link: </v2/_catalog?last=a&n=2>; rel=\"next\"\r\n");
    if (seen.target == "/v2/_catalog?last=a&n=2")
      return peer.reply(200, "{\"repositories\":[\"shop/sales/listing\",\"shop/hr/staff\",\"shop/x/Y\"]}",
                        "Link: <" + self->url("/v2/_catalog?last=b") + ">; rel=next\r\n");
    if (seen.target == "/v2/_catalog?last=b") return peer.reply(200, "{}");
    if (seen.target == "/v2/shop/sales/listing/manifests/latest")
      return peer.reply(
          200, "",
          "Content-Type: application/vnd.oci.image.manifest.v1+json\r\nDocker-Content-Digest: " + kDigest +
              "\r\n");
    peer.reply(500);
  });
  self = &registry.server;
  using Keys = std::vector<std::string>;
  const auto all = registry.store->list("");
  REQUIRE_MESSAGE(all, message_of(all));
  CHECK(*all == Keys{"hr/staff/index.json", "hr/staff/oci-layout", "sales/listing.json",
                     "sales/orders/index.json", "sales/orders/oci-layout"});
  CHECK(*registry.store->list("sales/o") == Keys{"sales/orders/index.json", "sales/orders/oci-layout"});
  CHECK(*registry.store->top_folders() == Keys{"hr", "sales"});
  for (const char* link :
       {"</v2/_catalog?n=1000>; rel=\"next\"", "<http://127.0.0.1:1/v2/>; rel=\"next\"", "<>; rel=\"next\"x"})
    CHECK_FALSE(answering(200, "{\"repositories\":[]}", "Link: " + std::string(link) + "\r\n")
                    .store->list("")
                    .has_value() != (std::string(link) == "<>; rel=\"next\"x"));
  for (const char* body : {"", "[]", "{\"repositories\":7}", "{\"repositories\":[7]}"})
    CHECK(failed(answering(200, body).store->list(""), Fault::corrupt));
  const std::string deep(10'000, '[');
  CHECK(failed(answering(200, deep).store->list(""), Fault::corrupt));
}

TEST_CASE("oci: where a registry does not tell its repositories, those of a domain are known by tags") {
  Registry registry([&](Peer& peer, const Seen& seen) {
    if (seen.target == "/v2/shop/sales/listing/tags/list")
      return peer.reply(200,
                        "{\"tags\":[\"latest\",\"product.orders\",\"product.\",\"product.A\",\"other\"]}");
    if (has(seen.target, "manifests/latest")) return peer.reply(404);
    peer.reply(401, error_json("UNAUTHORIZED", "no catalog"));
  });
  using Keys = std::vector<std::string>;
  CHECK(*registry.store->list("sales/") == Keys{"sales/orders/index.json", "sales/orders/oci-layout"});
  for (const char* prefix : {"", "sal", "sales/o"})
    CHECK(failed(registry.store->list(prefix), Fault::refused));
  CHECK(failed(registry.store->top_folders(), Fault::refused));
}

TEST_CASE(
    "oci: an index is what tags and referrers say, by the registry's list or by the tag that stands in for "
    "it") {
  const std::string manifest = oci::manifest_bytes({"sales", "orders", "1.0.0", {}});
  const std::string digest = oci::digest_of(manifest);
  const auto referrer = [&](std::string_view annotations) {
    return "{\"schemaVersion\":2,\"mediaType\":\"application/"
           "vnd.oci.image.index.v1+json\",\"manifests\":[{\"mediaType\":"
           "\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"" +
           oci::digest_of("record") +
           "\",\"size\":6,\"artifactType\":\"application/vnd.mesh.status.v1+json\",\"annotations\":" +
           std::string(annotations) + "}]}";
  };
  const std::string record = referrer("{\"vnd.mesh.rev\":\"4\",\"vnd.mesh.status\":\"yanked\"}");
  for (const bool lists : {true, false}) {
    CAPTURE(lists);
    Registry registry([&](Peer& peer, const Seen& seen) {
      const std::string below = "/v2/shop/sales/orders/";
      const std::string head =
          "Content-Type: application/vnd.oci.image.manifest.v1+json\r\nDocker-Content-Digest: " + digest +
          "\r\n";
      if (seen.target == below + "tags/list")
        return peer.reply(200, "{\"tags\":[\"latest\",\"1.0.0\",\"gone\",\"../../x\",\"a b\",\"\"]}");
      if (seen.target == below + "manifests/1.0.0")
        return peer.reply(200, seen.method == "HEAD" ? "" : manifest, head);
      if (lists && seen.target == below + "referrers/" + digest) return peer.reply(200, record);
      if (!lists && seen.target == below + "manifests/sha256-" + digest.substr(7))
        return peer.reply(200, record);
      peer.reply(404);
    });
    const auto object = registry.store->get("sales/orders/index.json", 1 << 20);
    REQUIRE_MESSAGE(object, message_of(object));
    CHECK(has(object->bytes, "\"vnd.mesh.rev\":\"4\""));
    CHECK(
        has(object->bytes, "\"org.opencontainers.image.ref.name\":\"1.0.0\",\"vnd.mesh.status\":\"yanked\""));
    CHECK(has(object->bytes, digest));
    CHECK_FALSE(has(object->bytes, "gone"));
    CHECK(failed(registry.store->get("sales/orders/index.json", 10), Fault::corrupt));
    CHECK(failed(registry.store->swap("sales/orders/index.json", std::nullopt, object->bytes, kIndex),
                 Fault::conflict));
    CHECK(failed(registry.store->swap("sales/orders/index.json", Token("x"), object->bytes, kIndex),
                 Fault::conflict));
    CHECK_FALSE(
        std::ranges::any_of(registry.server.seen(), [](const Seen& seen) { return seen.method == "PUT"; }));
  }
}

TEST_CASE(
    "oci: a registry that lists no referrers says so in its own way, and one that does may not have all") {
  const std::string manifest = oci::manifest_bytes({"sales", "orders", "1.0.0", {}});
  const std::string digest = oci::digest_of(manifest), tag = "sha256-" + digest.substr(7);
  const auto listing = [](const std::string& what) {
    return "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[" +
           (what.empty() ? what
                         : "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"" +
                               oci::digest_of(what) +
                               "\",\"size\":6,\"artifactType\":\"application/"
                               "vnd.mesh.status.v1+json\",\"annotations\":{"
                               "\"vnd.mesh.rev\":\"4\",\"vnd.mesh.status\":\"" +
                               what + "\"}}") +
           "]}";
  };
  for (const int status : {200, 400, 401, 404, 405, 406, 501}) {
    CAPTURE(status);
    Registry registry([&](Peer& peer, const Seen& seen) {
      const std::string below = "/v2/shop/sales/orders/";
      // Some call every document JSON, and do not tell a digest.
      const std::string head = "Content-Type: application/json\r\n";
      if (seen.target == below + "tags/list")
        return peer.reply(200, "{\"tags\":[\"1.0.0\",\"" + tag + "\"]}");
      if (seen.target == below + "manifests/1.0.0")
        return peer.reply(200, seen.method == "HEAD" ? "" : manifest, head);
      if (seen.target == below + "manifests/" + tag) return peer.reply(200, listing("yanked"));
      if (seen.target == below + "referrers/" + digest)
        return peer.reply(status, status == 200 ? listing("") : "");
      peer.reply(404);
    });
    const auto object = registry.store->get("sales/orders/index.json", 1 << 20);
    REQUIRE_MESSAGE(object, message_of(object));
    CHECK(has(object->bytes, "\"vnd.mesh.status\":\"yanked\""));
    CHECK(has(object->bytes, "\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\""));
    CHECK_FALSE(has(object->bytes, "application/json"));
  }
}

TEST_CASE("oci: a list of repositories without an end is no list") {
  unsigned page = 0;
  Registry registry([&](Peer& peer, const Seen& seen) {
    if (has(seen.target, "_catalog")) {
      const std::string next = std::to_string(++page);
      return peer.reply(200, "{\"repositories\":[\"x/y/" + next + "\"]}",
                        "Link: </v2/_catalog?last=" + next + ">; rel=\"next\"\r\n");
    }
    if (seen.target == "/v2/shop/sales/listing/tags/list")
      return peer.reply(200, "{\"tags\":[\"product.orders\"]}");
    peer.reply(404);
  });
  CHECK(registry.store->list("sales/")->size() == 2);
  CHECK(failed(registry.store->list(""), Fault::refused));
  CHECK(page < 1000);
}

TEST_CASE("oci: a registry on this machine that speaks https is told of") {
  const auto told = answering(400, "Client sent an HTTP request to an HTTPS server.\n")
                        .store->get("sales/orders/index.json", 10);
  CHECK(failed(told, Fault::refused));
  CHECK(has(message_of(told), "it speaks https only / "));
}

TEST_CASE("oci: bytes that are not those of their digest are corrupt") {
  Registry registry([&](Peer& peer, const Seen& seen) {
    if (has(seen.target, "/blobs/")) return peer.reply(404);
    peer.reply(200, "other bytes", "Content-Type: application/vnd.oci.image.manifest.v1+json\r\n");
  });
  CHECK(failed(registry.store->get(kKey, 100), Fault::corrupt));  // as a manifest
  Registry lying([&](Peer& peer, const Seen&) {
    peer.reply(200, "{}", "Content-Type: application/json\r\nDocker-Content-Digest: " + kDigest + "\r\n");
  });
  CHECK(failed(lying.store->get("sales/listing.json", 100), Fault::corrupt));
  CHECK(failed(answering(200, "{}", "Content-Type: x\r\n").store->get("sales/listing.json", 100),
               Fault::corrupt));
}

TEST_CASE("oci: a publisher is told what a registry cannot promise") {
  Registry registry = answering(200);
  CHECK(has(std::string(registry.store->weakness()), "no conditional writes"));
  CHECK(retrying_store(std::move(registry.store))->weakness() != "");
  CHECK(memory_store()->weakness().empty());
}
