#include "core/store/gcs.hpp"

#include "tests/unit/http/client.hpp"
#include "tests/unit/http/server.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::store;
using test::failed;
using test::message_of;
using test::Peer;
using test::Seen;

namespace {

constexpr Put kIndex{"application/json", Caching::no_store};

struct Tokens final : TokenProvider {
  Result<Secret> current() override {
    ++asked;
    return Secret(renewed ? "ya29.new" : "ya29.old");
  }
  bool renew(const Secret&) override {
    renewed = can_renew;
    return can_renew;
  }
  bool can_renew = false, renewed = false;
  unsigned asked = 0;
};

// A server with a store of its bucket `box`, below `p`.
struct Bucket {
  explicit Bucket(test::Handler handler) : server(std::move(handler)) {
    auto opened = gcs_store("gs://box/p", {"", server.url("/storage/v1/")},
                            std::make_shared<http::Client>(test::quick_settings()), tokens);
    REQUIRE(opened);
    store = std::move(*opened);
  }
  std::shared_ptr<Tokens> tokens = std::make_shared<Tokens>();
  test::ProxyVariables no_proxies;
  test::Server server;
  std::unique_ptr<Store> store;
};

Bucket answering(int status, std::string body, std::string headers = "x-goog-generation: 17\r\n") {
  return Bucket([=](Peer& peer, const Seen&) { peer.reply(status, body, headers); });
}

std::string error_json(std::string_view message, std::string_view reason = "x") {
  return "{\"error\":{\"code\":1,\"message\":\"" + std::string(message) + "\",\"errors\":[{\"reason\":\"" +
         std::string(reason) + "\"}]}}";
}

}  // namespace

TEST_CASE("gcs: a URL names bucket and prefix as they are") {
  const auto found = gcs_address("GS://shop_mesh.example.com//a b/%41//", {});
  REQUIRE(found);
  CHECK(found->bucket == "shop_mesh.example.com");
  CHECK(found->prefix == "a b/%41");
  CHECK(found->url() == "gs://shop_mesh.example.com/a b/%41");
  CHECK(found->origin == "https://storage.googleapis.com");
  CHECK_FALSE(found->is_emulator);
  for (const char* url :
       {"gs://", "gs:///p", "gs://ab", "gs://Box", "gs://box:80", "gs://box/../x", "gs://a..b", "gs://-ab",
        "gs://ab-", "gs://box?x", "gs://box#", "gs://box/a//b", "gs://box/\xff", "s3://box"}) {
    CAPTURE(url);
    CHECK(failed(gcs_address(url, {}), Fault::usage));
  }
}

TEST_CASE("gcs: an emulator is a host or a URL, by http only on this machine, and gets no token") {
  CHECK(gcs_address("gs://box", {"localhost:4443"})->origin == "http://localhost:4443");
  CHECK(gcs_address("gs://box", {"http://127.0.0.1:1/"})->origin == "http://127.0.0.1:1");
  CHECK(gcs_address("gs://box", {"https://gcs.example.com"})->is_emulator);
  for (const char* emulator : {"http://me:pw@x", "ftp://x", "http://x/?a", "a b"})
    CHECK(failed(gcs_address("gs://box", {emulator}), Fault::usage));

  Bucket bucket = answering(200, "x");
  const auto emulated = gcs_store("gs://box", {bucket.server.url(""), bucket.server.url("")},
                                  std::make_shared<http::Client>(test::quick_settings()), bucket.tokens);
  CHECK((*emulated)->get("k", 10));
  CHECK(bucket.server.seen()[0].header("authorization") == "");
  CHECK(bucket.tokens->asked == 0);
  const auto elsewhere = gcs_store("gs://box", {"192.0.2.1:80"},
                                   std::make_shared<http::Client>(test::quick_settings()), bucket.tokens);
  CHECK(failed((*elsewhere)->get("k", 10), Fault::usage));
}

TEST_CASE("gcs: without a token nothing is sent") {
  struct None final : TokenProvider {
    Result<Secret> current() override { return fail(Fault::usage, "there are no credentials"); }
    bool renew(const Secret&) override { return false; }
  };
  const auto none = gcs_store("gs://box", {}, std::make_shared<http::Client>(test::quick_settings()),
                              std::make_shared<None>());
  CHECK(message_of((*none)->get("k", 10)) == "gs://box: read k: there are no credentials / ");
}

TEST_CASE("gcs: requests bear a token, which is renewed once where there is another and never told") {
  const auto handler = [](Peer& peer, const Seen& seen) {
    if (seen.header("authorization") == "Bearer ya29.new")
      return peer.reply(200, "x", "x-goog-generation: 17\r\n");
    peer.reply(401, error_json("not " + seen.header("authorization").substr(7)));
  };
  Bucket renewing(handler), fixed(handler);
  renewing.tokens->can_renew = true;
  CHECK(renewing.store->get("k", 10));
  CHECK(renewing.server.hits() == 2);
  const auto told = fixed.store->get("k", 10);
  CHECK(failed(told, Fault::refused));
  CHECK(message_of(told).find("ya29") == std::string::npos);
  CHECK(message_of(told).find("gcloud auth print-access-token") != std::string::npos);
  CHECK(fixed.server.seen()[0].header("authorization") == "Bearer ya29.old");
  CHECK(fixed.server.hits() == 1);
}

TEST_CASE(
    "gcs: a write has its generation, its checksum, its type and what readers may keep of it in one "
    "request") {
  Bucket bucket = answering(
      200, "{\"generation\":\"18\",\"crc32c\":\"4waSgw==\",\"md5Hash\":\"JfnnlDI7RTiF9RgfG2JNCw==\"}");
  REQUIRE(bucket.store->create("a b/k", "123456789", {}) == Created::now);
  REQUIRE(bucket.store->swap("k", Token("17"), "123456789", kIndex) == Token("18"));
  REQUIRE(bucket.store->swap("k", std::nullopt, "123456789", kIndex) == Token("18"));
  const auto seen = bucket.server.seen();
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].method == "POST");
  CHECK(seen[0].target ==
        "/upload/storage/v1/b/box/"
        "o?uploadType=multipart&ifGenerationMatch=0&fields=generation%2Ccrc32c%2Cmd5Hash");
  const std::string type = seen[0].header("content-type");
  REQUIRE(type.starts_with("multipart/related; boundary="));
  const std::string boundary = "--" + type.substr(type.find('=') + 1);
  CHECK(seen[0].body ==
        boundary + "\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n" +
            "{\"name\": \"p/a b/k\", \"contentType\": \"application/octet-stream\", \"cacheControl\": "
            "\"max-age=31536000, immutable\", \"crc32c\": \"4waSgw==\"}\n\r\n" +
            boundary + "\r\ncontent-type: application/octet-stream\r\n\r\n123456789\r\n" + boundary +
            "--\r\n");
  CHECK(seen[1].target.find("ifGenerationMatch=17&") != std::string::npos);
  CHECK(seen[1].body.find("\"cacheControl\": \"no-store\"") != std::string::npos);
  CHECK(seen[2].target.find("ifGenerationMatch=0&") != std::string::npos);
}

TEST_CASE("gcs: what is no generation is no token, and is not sent") {
  Bucket bucket = answering(200, "{\"generation\":\"18\"}");
  for (const char* token : {"", "0", "00", "1 2", "-1", "\"17\"", "123456789012345678901"})
    CHECK(failed(bucket.store->swap("k", Token(token), "x", kIndex), Fault::conflict));
  CHECK(bucket.server.hits() == 0);
}

TEST_CASE("gcs: what servers say decides what callers do") {
  struct Row {
    int status;
    const char* reason;
    Fault fault;
  };
  for (const Row& row :
       {Row{401, "authError", Fault::refused}, Row{403, "forbidden", Fault::refused},
        Row{403, "rateLimitExceeded", Fault::temporary}, Row{429, "rateLimitExceeded", Fault::temporary},
        Row{400, "invalid", Fault::refused}, Row{409, "conflict", Fault::refused},
        Row{500, "backendError", Fault::temporary}, Row{502, "", Fault::temporary},
        Row{503, "", Fault::temporary}, Row{408, "", Fault::temporary}, Row{404, "notFound", Fault::usage},
        Row{308, "", Fault::refused}}) {
    CAPTURE(row.status);
    CAPTURE(row.reason);
    Bucket bucket =
        answering(row.status, row.reason[0] ? error_json("told so", row.reason) : "<html>no JSON");
    CHECK(failed(bucket.store->create("k", "x", {}), row.fault));
    CHECK(failed(bucket.store->swap("k", Token("17"), "x", {}), row.fault));
    CHECK(failed(bucket.store->list(""), row.fault));
    CHECK(failed(bucket.store->remove("k"), row.fault));
    CHECK(failed(bucket.store->get("k", 10), row.fault));
  }
  Bucket refusing = answering(403, error_json("no access"));
  CHECK(message_of(refusing.store->get("k", 10))
            .starts_with("gs://box/p: read k: HTTP 403: no access / publishing needs"));
  Bucket busy = answering(429, error_json("slow down"), "Retry-After: 7\r\n");
  CHECK(busy.store->create("k", "x", {}).error().retry_after == 7);
}

TEST_CASE("gcs: a condition that does not hold is no failure of the store") {
  Bucket there = answering(412, error_json("At least one of the pre-conditions you specified did not hold."));
  CHECK(there.store->create("k", "x", {}) == Created::already_there);
  CHECK(failed(there.store->swap("k", Token("17"), "x", {}), Fault::conflict));
  CHECK(failed(there.store->swap("k", std::nullopt, "x", {}), Fault::conflict));
  CHECK(failed(there.store->get("k", 10), Fault::refused));
}

TEST_CASE("gcs: a missing object is told from a missing bucket, once") {
  Bucket bucket([](Peer& peer, const Seen& seen) {
    if (seen.target.find("/o?") != std::string::npos) return peer.reply(200, "{}");
    peer.reply(404, "No such object: box/p/k");
  });
  CHECK(failed(bucket.store->get("k", 10), Fault::not_found));
  CHECK(bucket.server.hits() == 2);
  CHECK(failed(bucket.store->get("k", 10), Fault::not_found));
  CHECK(bucket.store->remove("k"));
  CHECK(bucket.server.hits() == 4);
  Bucket none = answering(404, error_json("The specified bucket does not exist."));
  const auto told = none.store->get("k", 10);
  CHECK(failed(told, Fault::usage));
  CHECK(message_of(told).find("make the bucket `box`") != std::string::npos);
  // A gateway says nothing of buckets.
  CHECK(failed(answering(404, "<html>no such page").store->get("k", 10), Fault::refused));
  CHECK(failed(answering(404, "").store->create("k", "x", {}), Fault::refused));
  // Who may read and not list is not told, and then it is the object.
  Bucket reader([](Peer& peer, const Seen& seen) {
    if (seen.target.find("/o?") != std::string::npos) return peer.reply(403, error_json("no list"));
    peer.reply(404, "No such object: box/p/k");
  });
  CHECK(failed(reader.store->get("k", 10), Fault::not_found));
}

TEST_CASE("gcs: who may not know whether an object is there asks the list") {
  std::string list = "{\"kind\":\"storage#objects\"}", reason = "forbidden";
  Bucket bucket([&](Peer& peer, const Seen& seen) {
    if (seen.target.find("/o?") != std::string::npos) return peer.reply(200, list);
    peer.reply(403, error_json("no access", reason));
  });
  CHECK(failed(bucket.store->get("k", 10), Fault::not_found));
  list = "{\"items\":[{\"name\":\"p/k\"},{\"name\":\"p/kk\"}]}";
  CHECK(failed(bucket.store->get("k", 10), Fault::refused));
  CHECK(bucket.server.hits() == 4);
  list = "<html>";
  CHECK(failed(bucket.store->get("k", 10), Fault::refused));
  reason = "rateLimitExceeded";
  CHECK(failed(bucket.store->get("k", 10), Fault::temporary));
  CHECK(bucket.server.hits() == 7);
}

TEST_CASE("gcs: bytes that are not those of their hashes are corrupt, and written ones are looked at") {
  const auto got = [](const std::string& headers) {
    return answering(200, "123456789", "x-goog-generation: 17\r\n" + headers).store->get("k", 10);
  };
  CHECK(got("")->token == "17");
  CHECK(got("x-goog-hash: crc32c=4waSgw==\r\nx-goog-hash: md5=JfnnlDI7RTiF9RgfG2JNCw==\r\n"));
  CHECK(got("x-goog-hash: crc32c=4waSgw==, md5=JfnnlDI7RTiF9RgfG2JNCw==\r\n"));
  CHECK(failed(got("x-goog-hash: crc32c=4waSgg==\r\n"), Fault::corrupt));
  CHECK(failed(got("x-goog-hash: crc32c=4waSgw==\r\nx-goog-hash: md5=AAAAAAAAAAAAAAAAAAAAAA==\r\n"),
               Fault::corrupt));
  CHECK(got("x-goog-hash: crc32c=4waSgg==\r\nx-goog-stored-content-encoding: gzip\r\n"));
  CHECK(failed(answering(200, "x", "").store->get("k", 10), Fault::corrupt));
  CHECK(failed(answering(200, "x", "x-goog-generation: 0\r\n").store->get("k", 10), Fault::corrupt));
  CHECK(failed(answering(200, "body").store->get("k", 3), Fault::corrupt));
  for (const char* reply :
       {"{\"generation\":\"18\",\"crc32c\":\"AAAAAA==\"}", "{\"generation\":\"18\",\"md5Hash\":\"\"}"}) {
    CAPTURE(reply);
    CHECK(failed(answering(200, reply).store->create("k", "x", {}), Fault::temporary));
  }
}

TEST_CASE("gcs: a reply that is none of Google says nothing about a write") {
  for (const char* reply : {"", "[]", "{}", "{\"generation\":18}", "{\"generation\":\"0\"}", "<html>"}) {
    CAPTURE(reply);
    CHECK(failed(answering(200, reply).store->create("k", "x", {}), Fault::temporary));
    CHECK(failed(answering(200, reply).store->swap("k", Token("17"), "x", {}), Fault::temporary));
  }
  CHECK(failed(answering(200, "<html>Please log in</html>").store->remove("k"), Fault::temporary));
  CHECK(answering(204, "").store->remove("k"));
}

TEST_CASE("gcs: a list is read to its last page, through empty ones, and is ours to sort and to sift") {
  Bucket bucket([](Peer& peer, const Seen& seen) {
    const std::string first =
        "/storage/v1/b/box/o?maxResults=1000&fields=nextPageToken%2Citems%28name%29&prefix=p%2Fa";
    if (seen.target == first)
      return peer.reply(
          200, "{\"nextPageToken\":\"a/+=\",\"items\":[{\"name\":\"p/a/z\"},{\"name\":\"p/a/\\u00e9 +%\"}]}");
    if (seen.target == first + "&pageToken=a%2F%2B%3D") return peer.reply(200, "{\"nextPageToken\":\"b\"}");
    if (seen.target == first + "&pageToken=b")
      return peer.reply(200, "{\"items\":[{\"name\":\"p/a/\"},{\"name\":\"p/a/b\"},{\"name\":\"p/a/z\"}]}");
    peer.reply(500);
  });
  const auto keys = bucket.store->list("a");
  REQUIRE_MESSAGE(keys, message_of(keys));
  CHECK(*keys == std::vector<std::string>{"a/b", "a/z", "a/\xc3\xa9 +%"});
  const std::string deep = std::string(10'000, '[');
  for (const std::string& body :
       {std::string(), std::string("[]"), std::string("{\"items\":[{}]}"),
        std::string("{\"nextPageToken\":\"x\"}"), std::string("{\"items\":[{\"name\":\"q/a\"}]}"), deep}) {
    CAPTURE(body.substr(0, 40));
    CHECK(failed(answering(200, body).store->list(""), Fault::corrupt));
  }
}
