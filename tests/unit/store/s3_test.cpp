#include "core/store/s3.hpp"

#include "core/base/base64.hpp"
#include "core/crypto/hmac.hpp"
#include "core/crypto/sha256.hpp"
#include "core/store/s3_reply.hpp"
#include "tests/unit/http/client.hpp"
#include "tests/unit/http/server.hpp"

#include <doctest.h>
#include <fmt/chrono.h>

#include <ctime>

using namespace mesh;
using namespace mesh::store;
using test::failed;
using test::message_of;
using test::Peer;
using test::Seen;

namespace {

constexpr Put kIndex{"application/json", Caching::no_store};

struct Keys final : AwsCredentialsProvider {
  Result<AwsCredentials> current() override {
    return AwsCredentials{
        renewed ? "AKIANEW" : "AKIAOLD", Secret("the-secret"), Secret(std::string(token)), {}};
  }
  bool renew(const AwsCredentials&) override {
    renewed = can_renew;
    return can_renew;
  }
  bool can_renew = false, renewed = false;
  std::string token = "the-session-token";
};

// A server with a store of its bucket `b`, below `p`.
struct Bucket {
  explicit Bucket(test::Handler handler, S3Options options = {}) : server(std::move(handler)) {
    options.endpoint = server.url("");
    auto opened = s3_store("s3://b/p", options, std::make_shared<http::Client>(test::quick_settings()), keys);
    REQUIRE(opened);
    store = std::move(*opened);
  }
  std::shared_ptr<Keys> keys = std::make_shared<Keys>();
  test::ProxyVariables no_proxies;
  test::Server server;
  std::unique_ptr<Store> store;
};

std::string error_xml(std::string_view code, std::string_view message = "told so",
                      std::string_view more = {}) {
  return "<?xml version=\"1.0\"?><Error><Code>" + std::string(code) + "</Code><Message>" +
         std::string(message) + "</Message>" + std::string(more) + "</Error>";
}

Bucket answering(int status, std::string body, std::string headers = "ETag: \"e\"\r\n") {
  return Bucket([=](Peer& peer, const Seen&) { peer.reply(status, body, headers); });
}

S3Address address(std::string_view url, const S3Options& options = {}) {
  const auto found = s3_address(url, options);
  CHECK_MESSAGE(found, message_of(found));
  return found.value_or(S3Address{});
}

std::string place(const S3Address& found) { return found.origin + found.path + " " + found.region; }

Fault fault_of_address(std::string_view url, const S3Options& options = {}) {
  const auto found = s3_address(url, options);
  return found ? Fault::internal : found.error().fault;
}

std::string http_date(int64_t ahead) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", fmt::gmtime(std::time(nullptr) + ahead));
}

std::string checksum(std::string_view bytes) { return base64(crypto::bytes_of(crypto::sha256({bytes}))); }

}  // namespace

// ---- where ----------------------------------------------------------------------------------------------

TEST_CASE("s3: a bucket of AWS is a host of its region, one with dots in its name a path") {
  CHECK(place(address("s3://shop-mesh/catalog")) == "https://shop-mesh.s3.us-east-1.amazonaws.com us-east-1");
  CHECK(place(address("S3://shop/", {.region = "eu-central-1"})) ==
        "https://shop.s3.eu-central-1.amazonaws.com eu-central-1");
  CHECK(place(address("s3://shop", {.region = "cn-north-1"})) ==
        "https://shop.s3.cn-north-1.amazonaws.com.cn cn-north-1");
  CHECK(place(address("s3://a.b", {.region = "eu-west-1"})) ==
        "https://s3.eu-west-1.amazonaws.com/a.b eu-west-1");
  CHECK(place(address("s3://shop", {.addressing = Addressing::by_path})) ==
        "https://s3.us-east-1.amazonaws.com/shop us-east-1");
  CHECK(place(address("s3://shop", {.endpoint = "https://s3.dualstack.eu-west-1.amazonaws.com"})) ==
        "https://shop.s3.dualstack.eu-west-1.amazonaws.com us-east-1");
}

TEST_CASE("s3: at an endpoint a bucket is a path, unless it is said to be a host") {
  CHECK(place(address("s3://b/p", {.endpoint = "http://127.0.0.1:9000"})) ==
        "http://127.0.0.1:9000/b us-east-1");
  CHECK(place(address("s3://b/p", {.endpoint = "https://S3.example.com:443/"})) ==
        "https://s3.example.com/b us-east-1");
  CHECK(place(address("s3://b/p", {.endpoint = "http://[::1]:80"})) == "http://[::1]/b us-east-1");
  CHECK(place(address("s3://b/p", {.endpoint = "https://x.example.com/storage/v1/s3/"})) ==
        "https://x.example.com/storage/v1/s3/b us-east-1");
  CHECK(place(address("s3://bbb/p",
                      {.endpoint = "https://s3.example.com", .addressing = Addressing::by_host})) ==
        "https://bbb.s3.example.com us-east-1");
  CHECK(place(address("s3://b/p", {.endpoint = "https://0123.r2.cloudflarestorage.com"})) ==
        "https://0123.r2.cloudflarestorage.com/b auto");
  CHECK(address("s3://b/p", {.endpoint = "https://s3.example.com", .flavour = "garage"}).region == "garage");
  CHECK(address("s3://b/p", {.region = "fr", .endpoint = "https://s3.example.com", .flavour = "garage"})
            .region == "fr");
}

TEST_CASE("s3: a URL names bucket and prefix as they are") {
  CHECK(address("s3://bbb//a b/%41/c//").prefix == "a b/%41/c");
  CHECK(address("s3://bbb//a/").url() == "s3://bbb/a");
  CHECK(address("s3://bbb").url() == "s3://bbb");
}

TEST_CASE("s3: nothing in a URL, a region or an endpoint changes which host is asked") {
  for (const char* url : {"s3://", "s3:///p", "s3:bucket", "s3://B_/p", "s3://ab", "s3://a..b/p", "s3://-ab",
                          "s3://evil.example.com:80", "s3://evil#", "s3://bbb/p?x", "s3://bbb/../x",
                          "s3://bbb/a//b", "s3://bbb/\xff", "s3://bbb/a\nb", "https://b"}) {
    CAPTURE(url);
    CHECK(fault_of_address(url) == Fault::usage);
  }
  for (const char* region :
       {"evil.example.com/", "a.b", "eu west", "-", "eu\r\nHost: x", "eu/../", "\xc3\xa9"}) {
    CAPTURE(region);
    CHECK(fault_of_address("s3://bbb", {.region = region}) == Fault::usage);
  }
  for (const char* endpoint : {"s3.example.com", "ftp://x", "https://me:pw@x", "https://x/?a",
                               "https://x/a%20b", "https://x#", "https://", "file:///etc"}) {
    CAPTURE(endpoint);
    CHECK(fault_of_address("s3://bbb", {.endpoint = endpoint}) == Fault::usage);
  }
  for (const char* bucket : {"s3://..", "s3://.", "s3://a:b"})
    CHECK(fault_of_address(bucket, {.endpoint = "https://x"}) == Fault::usage);
  CHECK(fault_of_address("s3://bbb", {.flavour = "minio"}) == Fault::usage);
  const auto unknown = s3_address("s3://bbb", {.flavour = "oracle"});
  CHECK(message_of(unknown).find("`versitygw`") != std::string::npos);
}

// ---- what is sent -----------------------------------------------------------------------------------------

TEST_CASE("s3: a write has its condition, its hash, its checksum and what readers may keep of it") {
  Bucket bucket = answering(200, "");
  REQUIRE(bucket.store->create("a b/k", "body", {}) == Created::now);
  REQUIRE(bucket.store->swap("a b/k", Token("\"old\""), "body", kIndex) == Token("\"e\""));
  REQUIRE(bucket.store->swap("new", std::nullopt, "", kIndex));
  const auto seen = bucket.server.seen();
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].method == "PUT");
  CHECK(seen[0].target == "/b/p/a%20b/k");
  CHECK(seen[0].body == "body");
  CHECK(seen[0].header("if-none-match") == "*");
  CHECK(seen[0].header("content-type") == "application/octet-stream");
  CHECK(seen[0].header("cache-control") == "max-age=31536000, immutable");
  CHECK(seen[0].header("x-amz-content-sha256") == crypto::sha256_hex("body"));
  CHECK(seen[0].header("x-amz-checksum-sha256") == checksum("body"));
  CHECK(seen[0].header("x-amz-security-token") == "the-session-token");
  CHECK(seen[0].header("authorization").starts_with("AWS4-HMAC-SHA256 Credential=AKIAOLD/"));
  CHECK(seen[0].header("x-amz-server-side-encryption") == "");
  CHECK(seen[1].header("if-match") == "\"old\"");
  CHECK(seen[1].header("if-none-match") == "");
  CHECK(seen[1].header("cache-control") == "no-store");
  CHECK(seen[1].header("content-type") == "application/json");
  CHECK(seen[2].header("if-none-match") == "*");
  CHECK(seen[2].header("content-length") == "0");
}

TEST_CASE("s3: with a KMS key the server is asked to encrypt") {
  S3Options options;
  options.kms_key = "arn:aws:kms:eu-west-1:1:key/k";
  Bucket bucket([](Peer& peer, const Seen&) { peer.reply(200, "", "ETag: \"e\"\r\n"); }, options);
  REQUIRE(bucket.store->create("k", "x", {}));
  CHECK(bucket.server.seen()[0].header("x-amz-server-side-encryption") == "aws:kms");
  CHECK(bucket.server.seen()[0].header("x-amz-server-side-encryption-aws-kms-key-id") == options.kms_key);
}

TEST_CASE("s3: what is no ETag is no token, and is not sent") {
  Bucket bucket = answering(200, "");
  for (const char* token : {"", "a b", "a\r\nX: y", "\x7f"})
    CHECK(failed(bucket.store->swap("k", Token(token), "x", kIndex), Fault::conflict));
  CHECK(bucket.server.hits() == 0);
}

TEST_CASE("s3: an object above 64 MiB goes in parts, with the condition on the last request") {
  const std::string large((64 << 20) + 1, 'x');
  Bucket bucket([](Peer& peer, const Seen& seen) {
    if (seen.target.ends_with("?uploads="))
      return peer.reply(
          200, "<InitiateMultipartUploadResult><UploadId>u/1+</UploadId></InitiateMultipartUploadResult>");
    if (seen.method == "POST")
      return peer.reply(
          200, "<CompleteMultipartUploadResult><ETag>&#34;e-5&#34;</ETag></CompleteMultipartUploadResult>");
    peer.reply(200, "", "ETag: \"part\"\r\n");
  });
  CHECK(bucket.store->swap("k", Token("\"old\""), large, kIndex) == Token("\"e-5\""));
  const auto seen = bucket.server.seen();
  REQUIRE(seen.size() == 7);
  CHECK(seen[0].header("cache-control") == "no-store");
  CHECK(seen[0].header("if-match") == "");
  CHECK(seen[1].target == "/b/p/k?partNumber=1&uploadId=u%2F1%2B");
  CHECK(seen[1].header("x-amz-checksum-sha256") == checksum(std::string(16 << 20, 'x')));
  CHECK(seen[5].body == "x");
  CHECK(seen[6].target == "/b/p/k?uploadId=u%2F1%2B");
  CHECK(seen[6].header("if-match") == "\"old\"");
  CHECK(seen[6].header("x-amz-checksum-sha256") == "");
  CHECK(
      seen[6].body.find("<Part><ChecksumSHA256>" + checksum("x") +
                        "</ChecksumSHA256><ETag>&quot;part&quot;</ETag><PartNumber>5</PartNumber></Part>") !=
      std::string::npos);
}

TEST_CASE("s3: an upload in parts that fails, or comes too late, is given up") {
  const std::string large((64 << 20) + 1, 'x');
  for (const char* last : {"PreconditionFailed", "InternalError"}) {
    Bucket bucket([&](Peer& peer, const Seen& seen) {
      if (seen.target.ends_with("?uploads=")) return peer.reply(200, "<R><UploadId>u</UploadId></R>");
      if (seen.method == "POST") return peer.reply(200, error_xml(last));  // 200, and failed all the same
      peer.reply(seen.method == "DELETE" ? 204 : 200, "", "ETag: \"part\"\r\n");
    });
    const auto created = bucket.store->create("k", large, {});
    if (std::string_view(last) == "InternalError")
      CHECK(failed(created, Fault::temporary));
    else
      CHECK(created == Created::already_there);
    CHECK(bucket.server.seen().back().method == "DELETE");
    CHECK(bucket.server.seen().back().target == "/b/p/k?uploadId=u");
  }
}

// ---- what comes back --------------------------------------------------------------------------------------

TEST_CASE("s3: what servers say decides what callers do") {
  struct Row {
    int status;
    const char* code;
    Fault fault;
  };
  for (const Row& row :
       {Row{403, "AccessDenied", Fault::refused},       Row{403, "SignatureDoesNotMatch", Fault::refused},
        Row{403, "InvalidAccessKeyId", Fault::refused}, Row{400, "ExpiredToken", Fault::refused},
        Row{400, "InvalidRequest", Fault::refused},     Row{401, "Unauthorized", Fault::refused},
        Row{404, "NoSuchBucket", Fault::usage},         Row{404, "Else", Fault::refused},
        Row{409, "OperationAborted", Fault::temporary}, Row{409, "Else", Fault::refused},
        Row{429, "TooManyRequests", Fault::temporary},  Row{503, "SlowDown", Fault::temporary},
        Row{500, "InternalError", Fault::temporary},    Row{502, "", Fault::temporary},
        Row{501, "NotImplemented", Fault::usage},       Row{400, "BadDigest", Fault::temporary},
        Row{400, "RequestTimeout", Fault::temporary},   Row{301, "PermanentRedirect", Fault::usage},
        Row{307, "TemporaryRedirect", Fault::usage},    Row{418, "", Fault::refused},
        Row{200, "InternalError", Fault::temporary},    Row{200, "AccessDenied", Fault::refused}}) {
    CAPTURE(row.status);
    CAPTURE(row.code);
    Bucket bucket = answering(row.status, row.code[0] ? error_xml(row.code) : "<html>no XML<br>");
    CHECK(failed(bucket.store->create("k", "x", {}), row.fault));
    CHECK(failed(bucket.store->swap("k", Token("\"t\""), "x", {}), row.fault));
    CHECK(failed(bucket.store->list(""), row.fault));
    CHECK(failed(bucket.store->remove("k"), row.fault));
    if (row.status == 200) continue;  // there it would be the object
    CHECK(failed(bucket.store->get("k", 10), row.fault));
    CHECK(message_of(bucket.store->get("k", 10))
              .starts_with("s3://b/p: read k: HTTP " + std::to_string(row.status)));
  }
}

TEST_CASE("s3: a reply that is none of S3 says nothing about a write, and brings no object") {
  const std::string page = "<html><body>Please log in<br></body></html>";
  for (const char* headers : {"", "ETag: \"e\"\r\n"}) {
    CAPTURE(headers);
    Bucket bucket([=](Peer& peer, const Seen&) { peer.reply(200, page, headers); });
    CHECK(failed(bucket.store->create("k", "x", {}), Fault::temporary));
    CHECK(failed(bucket.store->swap("k", Token("\"t\""), "x", {}), Fault::temporary));
  }
  CHECK(failed(answering(200, page, "").store->get("k", 1000), Fault::corrupt));
  CHECK(failed(answering(200, error_xml("InternalError"), "").store->get("k", 1000), Fault::temporary));
  CHECK(failed(answering(200, error_xml("AccessDenied"), "").store->get("k", 2), Fault::refused));
}

TEST_CASE("s3: who may not know whether an object is there asks the list") {
  std::string code = "AccessDenied",
              list = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
  int status = 200;
  const auto get = [&](const char* key) {
    Bucket bucket([&](Peer& peer, const Seen& seen) {
      if (seen.target.find("list-type=2") == std::string::npos) return peer.reply(403, error_xml(code));
      CHECK(seen.target == "/b?encoding-type=url&list-type=2&prefix=p%2Fa%2Bb");
      peer.reply(status, list);
    });
    auto got = bucket.store->get(key, 10);
    return std::pair(std::move(got), bucket.server.hits());
  };
  auto [absent, hits] = get("a+b");
  CHECK(failed(absent, Fault::not_found));
  CHECK(hits == 2);
  list =
      "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>p/a%2Bbc</Key></Contents></"
      "ListBucketResult>";
  CHECK(failed(get("a+b").first, Fault::not_found));
  // It is there, and is kept from us.
  list =
      "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>p/a%2Bb</Key></Contents></"
      "ListBucketResult>";
  CHECK(failed(get("a+b").first, Fault::refused));
  CHECK(message_of(get("a+b").first).find("AccessDenied") != std::string::npos);
  // Nobody tells us.
  for (const auto& [at, what] :
       {std::pair(403, error_xml("AccessDenied")), std::pair(200, error_xml("AccessDenied")),
        std::pair(200, std::string("<html>")), std::pair(200, std::string())}) {
    status = at;
    list = what;
    CHECK(failed(get("a+b").first, Fault::refused));
  }
  code = "SignatureDoesNotMatch";
  CHECK(get("a+b").second == 1);
}

TEST_CASE("s3: an object that reads like an error is an object") {
  Bucket bucket(
      [](Peer& peer, const Seen&) { peer.reply(200, error_xml("InternalError"), "ETag: \"e\"\r\n"); });
  const auto object = bucket.store->get("k", 1000);
  REQUIRE(object);
  CHECK(object->bytes == error_xml("InternalError"));
}

TEST_CASE("s3: a condition that does not hold is no failure of the store") {
  Bucket there = answering(412, error_xml("PreconditionFailed"));
  CHECK(there.store->create("k", "x", {}) == Created::already_there);
  CHECK(failed(there.store->swap("k", Token("\"t\""), "x", {}), Fault::conflict));
  CHECK(failed(there.store->swap("k", std::nullopt, "x", {}), Fault::conflict));
  Bucket gone = answering(404, error_xml("NoSuchKey"));
  CHECK(message_of(gone.store->swap("k", Token("\"t\""), "x", {})).find("is gone") != std::string::npos);
  CHECK(failed(gone.store->get("k", 10), Fault::not_found));
  CHECK(gone.store->remove("k"));
}

TEST_CASE("s3: of two writers at the same moment the one told to come back looks first") {
  for (const bool made_it : {true, false}) {
    Bucket bucket([=](Peer& peer, const Seen& seen) {
      if (seen.method == "HEAD") return peer.reply(made_it ? 200 : 404);
      peer.reply(409, error_xml("ConditionalRequestConflict"));
    });
    const auto created = bucket.store->create("k", "x", {});
    if (made_it)
      CHECK(created == Created::already_there);
    else
      CHECK(failed(created, Fault::temporary));
    CHECK(failed(bucket.store->swap("k", Token("\"t\""), "x", {}), Fault::conflict));
  }
}

TEST_CASE("s3: older MinIO says 304 where others say 412, and only it may") {
  S3Options options;
  for (const char* flavour : {"", "minio"}) {
    options.flavour = flavour;
    Bucket bucket([](Peer& peer, const Seen&) { peer.reply(304); }, options);
    const auto created = bucket.store->create("k", "x", {});
    CHECK((created == Created::already_there) == (options.flavour == "minio"));
  }
}

TEST_CASE("s3: a message tells what was asked, what the server says and what to do, and no secret") {
  Bucket wrong = answering(403, error_xml("SignatureDoesNotMatch", "no match for the-session-token"));
  const auto told = wrong.store->create("k", "x", {});
  CHECK(message_of(told) ==
        "s3://b/p: write k: HTTP 403: SignatureDoesNotMatch: no match for *** / check AWS_SECRET_ACCESS_KEY");
  Bucket elsewhere = answering(301, error_xml("PermanentRedirect"), "x-amz-bucket-region: eu-west-3\r\n");
  const std::string moved = message_of(elsewhere.store->get("k", 10));
  CHECK(moved.find("`x-amz-bucket-region` says that the bucket `b` is in `eu-west-3`, not in `us-east-1`") !=
        std::string::npos);
  CHECK(moved.find("AWS_REGION=eu-west-3") != std::string::npos);
  Bucket other =
      answering(400, error_xml("AuthorizationHeaderMalformed", "wrong", "<Region>garage</Region>"));
  CHECK(message_of(other.store->list("")).find("`garage`") != std::string::npos);
}

TEST_CASE("s3: how long a busy server asks to wait is passed on") {
  Bucket busy = answering(503, error_xml("SlowDown"), "Retry-After: 7\r\n");
  const auto told = busy.store->get("k", 10);
  REQUIRE(failed(told, Fault::temporary));
  CHECK(told.error().retry_after == 7);
}

TEST_CASE("s3: a clock that is wrong is learnt once from the server's, and then known") {
  constexpr int64_t kHour = 3600;
  Bucket bucket([](Peer& peer, const Seen& seen) {
    const std::string now = fmt::format("{:%Y%m%dT%H}", fmt::gmtime(std::time(nullptr) + kHour));
    const std::string soon = fmt::format("{:%Y%m%dT%H}", fmt::gmtime(std::time(nullptr) + kHour + 60));
    const std::string told = seen.header("x-amz-date");
    if (told.starts_with(now) || told.starts_with(soon)) return peer.reply(200, "x", "ETag: \"e\"\r\n");
    peer.reply(403, error_xml("RequestTimeTooSkewed"), "Date: " + http_date(kHour) + "\r\n");
  });
  CHECK(bucket.store->get("k", 10));
  CHECK(bucket.server.hits() == 2);
  CHECK(bucket.store->get("k", 10));
  CHECK(bucket.server.hits() == 3);

  Bucket stubborn = answering(403, error_xml("RequestTimeTooSkewed"), "Date: " + http_date(0) + "\r\n");
  CHECK(failed(stubborn.store->get("k", 10), Fault::refused));
  CHECK(stubborn.server.hits() == 2);
}

TEST_CASE("s3: credentials that have expired are renewed once, where there are others") {
  // AWS calls them expired, MinIO does not know them any more.
  for (const auto& [status, code] :
       {std::pair(400, std::string("ExpiredToken")), std::pair(403, std::string("InvalidAccessKeyId"))}) {
    CAPTURE(code);
    const auto handler = [status = status, code = code](Peer& peer, const Seen& seen) {
      if (seen.header("authorization").find("AKIANEW") != std::string::npos)
        return peer.reply(200, "x", "ETag: \"e\"\r\n");
      peer.reply(status, error_xml(code));
    };
    Bucket renewing(handler), fixed(handler);
    renewing.keys->can_renew = true;
    CHECK(renewing.store->get("k", 10));
    CHECK(renewing.server.hits() == 2);
    CHECK(failed(fixed.store->get("k", 10), Fault::refused));
    CHECK(fixed.server.hits() == 1);
  }
}

TEST_CASE("s3: keys that were not lent do not end: one that is unknown is wrong") {
  Bucket bucket = answering(403, error_xml("InvalidAccessKeyId"));
  bucket.keys->can_renew = true;
  bucket.keys->token.clear();
  CHECK(failed(bucket.store->get("k", 10), Fault::refused));
  CHECK(bucket.server.hits() == 1);
}

TEST_CASE(
    "s3: bytes that are not those of their checksum are corrupt; one of parts says nothing of the whole") {
  const auto got = [](const std::string& headers) {
    return answering(200, "body", "ETag: \"e\"\r\n" + headers).store->get("k", 10);
  };
  CHECK(got("x-amz-checksum-sha256: " + checksum("body") + "\r\n"));
  CHECK(failed(got("x-amz-checksum-sha256: " + checksum("other") + "\r\n"), Fault::corrupt));
  CHECK(got("x-amz-checksum-sha256: " + checksum("other") + "-2\r\n"));
  CHECK(got("x-amz-checksum-sha256: " + checksum("other") + "\r\nx-amz-checksum-type: COMPOSITE\r\n"));
  CHECK(failed(answering(200, "body", "").store->get("k", 10), Fault::corrupt));
  CHECK(failed(answering(200, "body").store->get("k", 3), Fault::corrupt));
  CHECK(failed(answering(200, std::string(3 << 20, 'x')).store->get("k", 3), Fault::corrupt));
}

TEST_CASE("s3: a list is read to its last page, and is ours to sort and to sift") {
  Bucket bucket([](Peer& peer, const Seen& seen) {
    const auto page = [](std::string_view keys, std::string_view more) {
      return "<ListBucketResult xmlns=\"x\"><EncodingType>url</EncodingType>" + std::string(keys) +
             (more.empty() ? "<IsTruncated>false</IsTruncated>"
                           : "<IsTruncated>true</IsTruncated><NextContinuationToken>" + std::string(more) +
                                 "</NextContinuationToken>") +
             "</ListBucketResult>";
    };
    if (seen.target == "/b?encoding-type=url&list-type=2&prefix=p%2Fa")
      return peer.reply(
          200, page("<Contents><Key>p/a/z</Key></Contents><Contents><Key>p/a/%C3%A9+%2B%25</Key></Contents>",
                    "1/2+="));
    if (seen.target == "/b?continuation-token=1%2F2%2B%3D&encoding-type=url&list-type=2&prefix=p%2Fa")
      return peer.reply(200, page("<Contents><Key>p/a/</Key></Contents><Contents><Key>p/a/b</Key></Contents>"
                                  "<Contents><Key>p/a/z</Key></Contents>",
                                  ""));
    peer.reply(500);
  });
  const auto keys = bucket.store->list("a");
  REQUIRE_MESSAGE(keys, message_of(keys));
  CHECK(*keys == std::vector<std::string>{"a/b", "a/z", "a/\xc3\xa9 +%"});
}

TEST_CASE("s3: a list that is none, does not end or lists others' keys is corrupt") {
  for (const char* body :
       {"", "<html>", "<Other/>", "<ListBucketResult><Contents/></ListBucketResult>",
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>"
        "<Contents><Key>p/a</Key></Contents></ListBucketResult>",
        "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>"
        "</ListBucketResult>",
        "<ListBucketResult><Contents><Key>q/a</Key></Contents></ListBucketResult>",
        "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>p/%4</Key></Contents></"
        "ListBucketResult>"}) {
    CAPTURE(body);
    CHECK(failed(answering(200, body).store->list(""), Fault::corrupt));
  }
}

TEST_CASE("s3: without credentials nothing is sent, and over http to another machine neither") {
  struct None final : AwsCredentialsProvider {
    Result<AwsCredentials> current() override { return fail(Fault::usage, "there are no credentials"); }
    bool renew(const AwsCredentials&) override { return false; }
  };
  test::Server server([](Peer& peer, const Seen&) { peer.reply(200); });
  const auto client = std::make_shared<http::Client>(test::quick_settings());
  const auto none = s3_store("s3://b", {.endpoint = server.url("")}, client, std::make_shared<None>());
  REQUIRE(none);
  CHECK(message_of((*none)->get("k", 10)) == "s3://b: read k: there are no credentials / ");
  CHECK(server.hits() == 0);
  const auto plain = s3_store("s3://b", {.endpoint = "http://192.0.2.1"}, client, std::make_shared<Keys>());
  REQUIRE(plain);
  CHECK(failed((*plain)->get("k", 10), Fault::usage));
}

TEST_CASE("s3: with the prefix a key must fit too") {
  Bucket bucket = answering(200, "");
  const std::string part(250, 'x');
  const std::string longest = part + "/" + part + "/" + part + "/" + part;  // 1003 bytes, and `p/`
  CHECK(bucket.store->create(longest, "x", {}));
  CHECK(failed(bucket.store->create(longest + "/" + std::string(20, 'y'), "x", {}), Fault::usage));
}
