#include "core/store/azure.hpp"

#include "core/base/base64.hpp"
#include "core/crypto/hmac.hpp"
#include "core/crypto/md5.hpp"
#include "tests/unit/http/client.hpp"
#include "tests/unit/http/server.hpp"

#include <doctest.h>
#include <fmt/chrono.h>

#include <ctime>
#include <set>

using namespace mesh;
using namespace mesh::store;
using test::failed;
using test::message_of;
using test::Peer;
using test::Seen;

namespace {

constexpr Put kIndex{"application/json", Caching::no_store};
using Kind = AzureCredentials::Kind;

struct Keys final : AzureCredentialsProvider {
  Result<AzureCredentials> current() override {
    return AzureCredentials{kind, Secret(renewed             ? "new-secret"
                                         : kind == Kind::sas ? "sv=1&sig=s%2Fs"
                                                             : "old-secret")};
  }
  bool renew(const AzureCredentials&) override {
    renewed = can_renew;
    return can_renew;
  }
  Kind kind = Kind::account_key;
  bool can_renew = false, renewed = false;
};

// A server with a store of the container `box` of an account `acc`, below `p`.
struct Container {
  explicit Container(test::Handler handler, Kind kind = Kind::account_key) : server(std::move(handler)) {
    keys->kind = kind;
    auto opened = azure_store("az://acc/box/p", {"acc", server.url("/acc")},
                              std::make_shared<http::Client>(test::quick_settings()), keys);
    REQUIRE(opened);
    store = std::move(*opened);
  }
  std::shared_ptr<Keys> keys = std::make_shared<Keys>();
  test::ProxyVariables no_proxies;
  test::Server server;
  std::unique_ptr<Store> store;
};

std::string error_xml(std::string_view code, std::string_view message = "told so") {
  return "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + std::string(code) +
         "</Code><Message>" + std::string(message) + "\nRequestId:1\nTime:2</Message></Error>";
}

Container answering(int status, std::string body, std::string headers = "ETag: \"0x1\"\r\n") {
  return Container([=](Peer& peer, const Seen&) { peer.reply(status, body, headers); });
}

AzureAddress address(std::string_view url, const AzureOptions& options = {}) {
  const auto found = azure_address(url, options);
  CHECK_MESSAGE(found, message_of(found));
  return found.value_or(AzureAddress{});
}

std::string place(const AzureAddress& found) { return found.origin + found.path + " " + found.prefix; }

std::string md5(std::string_view bytes) { return base64(crypto::bytes_of(crypto::md5({bytes}))); }

std::string http_date(int64_t ahead) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", fmt::gmtime(std::time(nullptr) + ahead));
}

}  // namespace

// ---- where ----------------------------------------------------------------------------------------------

TEST_CASE("azure: a container is below its account's host, of any cloud, or at an endpoint of one's own") {
  CHECK(place(address("az://shop/mesh/a b/%41/")) == "https://shop.blob.core.windows.net/mesh a b/%41");
  CHECK(place(address("AZ://shop.BLOB.core.windows.net/mesh")) == "https://shop.blob.core.windows.net/mesh ");
  CHECK(place(address("az://shop.blob.core.chinacloudapi.cn/mesh/")) ==
        "https://shop.blob.core.chinacloudapi.cn/mesh ");
  CHECK(place(address("az://shop.z01.blob.storage.azure.net/mesh")) ==
        "https://shop.z01.blob.storage.azure.net/mesh ");
  CHECK(place(address("az://shop/mesh", {"shop", "http://127.0.0.1:10000/shop/"})) ==
        "http://127.0.0.1:10000/shop/mesh ");
  CHECK(address("az://shop.blob.core.windows.net/mesh//a/").url() == "az://shop/mesh/a");
  CHECK(address("az://shop/mesh").url() == "az://shop/mesh");
}

TEST_CASE("azure: nothing in a URL or an endpoint changes which host is asked") {
  for (const char* url : {"az://",
                          "az:///c",
                          "az://shop",
                          "az://shop/",
                          "az://ab/mesh",
                          "az://Sh_p/mesh",
                          "az://shop/ab",
                          "az://shop/Mesh",
                          "az://shop/a--b",
                          "az://shop/-ab",
                          "az://shop/mesh/../x",
                          "az://shop/mesh/a//b",
                          "az://shop/mesh?sig=x",
                          "az://shop/mesh#",
                          "az://shop.evil.net/mesh",
                          "az://shop.blob.core.windows.net.evil.net/mesh",
                          "az://evil.net/x.blob.core.windows.net/mesh",
                          "az://shop.z01/.blob.storage.azure.net/mesh",
                          "az://shop.z0.evil.blob.storage.azure.net/mesh",
                          "az://shop:80/mesh",
                          "az://shop/mesh/\xff",
                          "s3://shop/mesh",
                          "az://abcdefghijklmnopqrstuvwxy/mesh"}) {
    CAPTURE(url);
    CHECK(failed(azure_address(url, {}), Fault::usage));
  }
  for (const char* endpoint :
       {"shop.example.com", "ftp://x", "https://me:pw@x", "https://x/?a", "https://x/a%20b"}) {
    CAPTURE(endpoint);
    CHECK(failed(azure_address("az://shop/mesh", {"shop", endpoint}), Fault::usage));
  }
}

TEST_CASE("azure: credentials of one account are not for another") {
  CHECK(address("az://shop/mesh", {"shop", ""}).account == "shop");
  const auto other = azure_address("az://mesh/catalog", {"shop", ""});
  CHECK(failed(other, Fault::usage));
  CHECK(message_of(other).find("in the account `mesh`, and the credentials are of `shop`") !=
        std::string::npos);
}

// ---- what is sent -----------------------------------------------------------------------------------------

TEST_CASE("azure: a write has its condition, its checksum, its type and what readers may keep of it") {
  Container box = answering(201, "");
  REQUIRE(box.store->create("a b/k", "body", {}) == Created::now);
  REQUIRE(box.store->swap("a b/k", Token("\"0x0\""), "body", kIndex) == Token("\"0x1\""));
  REQUIRE(box.store->swap("new", std::nullopt, "", kIndex));
  const auto seen = box.server.seen();
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].method == "PUT");
  CHECK(seen[0].target == "/acc/box/p/a%20b/k");
  CHECK(seen[0].body == "body");
  CHECK(seen[0].header("if-none-match") == "*");
  CHECK(seen[0].header("content-type") == "application/octet-stream");
  CHECK(seen[0].header("x-ms-blob-content-type") == "application/octet-stream");
  CHECK(seen[0].header("x-ms-blob-cache-control") == "max-age=31536000, immutable");
  CHECK(seen[0].header("x-ms-blob-content-md5") == md5("body"));
  CHECK(seen[0].header("x-ms-blob-type") == "BlockBlob");
  CHECK(seen[0].header("x-ms-version") == "2023-11-03");
  CHECK(seen[0].header("authorization").starts_with("SharedKey acc:"));
  CHECK(seen[1].header("if-match") == "\"0x0\"");
  CHECK(seen[1].header("if-none-match") == "");
  CHECK(seen[1].header("x-ms-blob-cache-control") == "no-store");
  CHECK(seen[2].header("if-none-match") == "*");
  CHECK(seen[2].header("content-length") == "0");
  CHECK(seen[2].header("content-type") == "application/json");
}

TEST_CASE("azure: a signature goes with the query, a token in a header, and neither is told") {
  const auto refuse = [](Peer& peer, const Seen&) {
    peer.reply(403, error_xml("AuthorizationFailure", "not with sv=1&amp;sig=s%2Fs or old-secret"));
  };
  Container with_sas(refuse, Kind::sas), with_token(refuse, Kind::token);
  std::string told = message_of(with_sas.store->list(""));
  told += message_of(with_sas.store->get("k", 10));
  CHECK(told.find("s%2Fs") == std::string::npos);
  CHECK(message_of(with_token.store->get("k", 10)).find("old-secret") == std::string::npos);
  const auto seen = with_sas.server.seen();
  CHECK(seen[0].target == "/acc/box?restype=container&comp=list&maxresults=1000&prefix=p%2F&sv=1&sig=s%2Fs");
  CHECK(seen[1].target == "/acc/box/p/k?sv=1&sig=s%2Fs");
  CHECK(seen[0].header("authorization") == "");
  CHECK(with_token.server.seen()[0].header("authorization") == "Bearer old-secret");
}

TEST_CASE("azure: what is no ETag is no token, and is not sent") {
  Container box = answering(201, "");
  for (const char* token : {"", "*", "a b", "a\r\nX: y", "\x7f"})
    CHECK(failed(box.store->swap("k", Token(token), "x", kIndex), Fault::conflict));
  CHECK(box.server.hits() == 0);
}

TEST_CASE("azure: an object above 64 MiB goes in blocks of its own, with the condition on the last request") {
  const std::string large((64 << 20) + 1, 'x');
  Container box = answering(201, "");
  CHECK(box.store->swap("k", Token("\"0x0\""), large, kIndex) == Token("\"0x1\""));
  CHECK(box.store->create("k", large, {}) == Created::now);
  const auto seen = box.server.seen();
  REQUIRE(seen.size() == 12);
  std::set<std::string> blocks;
  for (const size_t i : {0, 1, 2, 3, 4, 6, 7, 8, 9, 10}) {
    CHECK(seen[i].target.starts_with("/acc/box/p/k?comp=block&blockid="));
    CHECK(seen[i].target.size() == seen[0].target.size());
    CHECK(seen[i].header("if-match") == "");
    CHECK(seen[i].header("content-md5") == md5(seen[i].body));
    CHECK(seen[i].header("content-type") != "");
    blocks.insert(seen[i].target);
  }
  CHECK(blocks.size() == 10);
  CHECK(seen[4].body == "x");
  CHECK(seen[5].target == "/acc/box/p/k?comp=blocklist");
  CHECK(seen[5].header("if-match") == "\"0x0\"");
  CHECK(seen[5].header("x-ms-blob-content-md5") == md5(large));
  CHECK(seen[5].header("x-ms-blob-content-type") == "application/json");
  CHECK(seen[11].header("if-none-match") == "*");
}

TEST_CASE("azure: blocks that another upload's end threw away are a race, and its outcome is looked for") {
  const std::string large((64 << 20) + 1, 'x');
  for (const bool made_it : {true, false}) {
    Container box([=](Peer& peer, const Seen& seen) {
      if (seen.method == "HEAD")
        return peer.reply(made_it ? 200 : 404, "", "x-ms-error-code: BlobNotFound\r\n");
      if (seen.target.ends_with("blocklist")) return peer.reply(400, error_xml("InvalidBlockList"));
      peer.reply(201);
    });
    const auto created = box.store->create("k", large, {});
    if (made_it)
      CHECK(created == Created::already_there);
    else
      CHECK(failed(created, Fault::temporary));
    CHECK(failed(box.store->swap("k", Token("\"t\""), large, {}), Fault::conflict));
  }
}

// ---- what comes back --------------------------------------------------------------------------------------

TEST_CASE("azure: what servers say decides what callers do") {
  struct Row {
    int status;
    const char* code;
    Fault fault;
  };
  for (const Row& row :
       {Row{403, "AuthenticationFailed", Fault::refused},
        Row{403, "AuthorizationPermissionMismatch", Fault::refused},
        Row{401, "InvalidAuthenticationInfo", Fault::refused}, Row{404, "ContainerNotFound", Fault::usage},
        Row{404, "Else", Fault::refused}, Row{409, "ContainerBeingDeleted", Fault::temporary},
        Row{409, "BlobImmutableDueToPolicy", Fault::refused}, Row{412, "LeaseIdMissing", Fault::refused},
        Row{412, "", Fault::refused}, Row{400, "Md5Mismatch", Fault::temporary},
        Row{400, "InvalidHeaderValue", Fault::refused}, Row{500, "OperationTimedOut", Fault::temporary},
        Row{503, "ServerBusy", Fault::temporary}, Row{429, "", Fault::temporary},
        Row{502, "", Fault::temporary}, Row{418, "", Fault::refused}}) {
    CAPTURE(row.status);
    CAPTURE(row.code);
    Container box = answering(row.status, row.code[0] ? error_xml(row.code) : "<html>no XML<br>");
    CHECK(failed(box.store->create("k", "x", {}), row.fault));
    CHECK(failed(box.store->swap("k", Token("\"t\""), "x", {}), row.fault));
    CHECK(failed(box.store->list(""), row.fault));
    CHECK(failed(box.store->remove("k"), row.fault));
    CHECK(failed(box.store->get("k", 10), row.fault));
    CHECK(message_of(box.store->get("k", 10))
              .starts_with("az://acc/box/p: read k: HTTP " + std::to_string(row.status)));
  }
}

TEST_CASE("azure: a condition that does not hold is no failure of the store") {
  Container there = answering(409, error_xml("BlobAlreadyExists"));
  CHECK(there.store->create("k", "x", {}) == Created::already_there);
  CHECK(failed(there.store->swap("k", std::nullopt, "x", {}), Fault::conflict));
  Container changed = answering(412, error_xml("ConditionNotMet"));
  CHECK(failed(changed.store->swap("k", Token("\"t\""), "x", {}), Fault::conflict));
  Container creating_only = answering(403, error_xml("UnauthorizedBlobOverwrite"));
  CHECK(creating_only.store->create("k", "x", {}) == Created::already_there);
  CHECK(failed(creating_only.store->swap("k", Token("\"t\""), "x", {}), Fault::refused));
  Container gone = answering(404, error_xml("BlobNotFound"));
  CHECK(message_of(gone.store->swap("k", Token("\"t\""), "x", {})).find("is gone") != std::string::npos);
  CHECK(failed(gone.store->get("k", 10), Fault::not_found));
  CHECK(gone.store->remove("k"));
}

TEST_CASE("azure: a reply that is none of Azure says nothing about a write") {
  struct Row {
    int status;
    const char *body, *headers;
  };
  for (const Row& row :
       {Row{200, "<html>Please log in</html>", ""}, Row{200, "<html>Please log in</html>", "ETag: \"e\"\r\n"},
        Row{200, "", "ETag: \"e\"\r\n"}, Row{201, "<html>", "ETag: \"e\"\r\n"}, Row{201, "", ""}}) {
    CAPTURE(row.status);
    CAPTURE(row.body);
    CAPTURE(row.headers);
    Container box = answering(row.status, row.body, row.headers);
    CHECK(failed(box.store->create("k", "x", {}), Fault::temporary));
    CHECK(failed(box.store->swap("k", Token("\"t\""), "x", {}), Fault::temporary));
  }
  CHECK(failed(answering(200, "<html>Please log in</html>").store->remove("k"), Fault::temporary));
  CHECK(answering(202, "").store->remove("k"));
}

TEST_CASE("azure: a message has one line of what the server says, and what to do") {
  Container wrong = answering(403, error_xml("AuthenticationFailed", "Server failed to authenticate."));
  CHECK(message_of(wrong.store->create("k", "x", {})) ==
        "az://acc/box/p: write k: HTTP 403: AuthenticationFailed: Server failed to authenticate. / check "
        "AZURE_STORAGE_KEY "
        "or AZURE_STORAGE_SAS_TOKEN, its expiry and the clock of this machine");
  Container busy = answering(503, error_xml("ServerBusy"), "Retry-After: 7\r\n");
  const auto told = busy.store->get("k", 10);
  REQUIRE(failed(told, Fault::temporary));
  CHECK(told.error().retry_after == 7);
}

TEST_CASE("azure: a clock that is wrong is learnt once from the server's, and a right one is not") {
  constexpr int64_t kHour = 3600;
  Container box([](Peer& peer, const Seen& seen) {
    const auto told = http::parse_date(seen.header("x-ms-date"));
    if (told && *told > std::time(nullptr) + kHour / 2) return peer.reply(200, "x", "ETag: \"e\"\r\n");
    peer.reply(403, error_xml("AuthenticationFailed"), "Date: " + http_date(kHour) + "\r\n");
  });
  CHECK(box.store->get("k", 10));
  CHECK(box.server.hits() == 2);
  CHECK(box.store->get("k", 10));
  CHECK(box.server.hits() == 3);
  Container wrong_key = answering(403, error_xml("AuthenticationFailed"), "Date: " + http_date(0) + "\r\n");
  CHECK(failed(wrong_key.store->get("k", 10), Fault::refused));
  CHECK(wrong_key.server.hits() == 1);
}

TEST_CASE("azure: a token that has expired is renewed once, where there is another") {
  const auto handler = [](Peer& peer, const Seen& seen) {
    if (seen.header("authorization") == "Bearer new-secret") return peer.reply(200, "x", "ETag: \"e\"\r\n");
    peer.reply(401, error_xml("InvalidAuthenticationInfo"));
  };
  Container renewing(handler, Kind::token), fixed(handler, Kind::token);
  renewing.keys->can_renew = true;
  CHECK(renewing.store->get("k", 10));
  CHECK(renewing.server.hits() == 2);
  CHECK(failed(fixed.store->get("k", 10), Fault::refused));
  CHECK(fixed.server.hits() == 1);
}

TEST_CASE("azure: bytes that are not those of their checksum are corrupt, and a folder is no object") {
  const auto got = [](const std::string& headers) {
    return answering(200, "body", "ETag: \"e\"\r\n" + headers).store->get("k", 10);
  };
  CHECK(got(""));
  CHECK(got("Content-MD5: " + md5("body") + "\r\n"));
  CHECK(failed(got("Content-MD5: " + md5("other") + "\r\n"), Fault::corrupt));
  CHECK(failed(got("x-ms-meta-hdi_isfolder: true\r\n"), Fault::not_found));
  CHECK(failed(got("x-ms-resource-type: directory\r\n"), Fault::not_found));
  CHECK(failed(answering(200, "body", "").store->get("k", 10), Fault::corrupt));
  CHECK(failed(answering(200, "body").store->get("k", 3), Fault::corrupt));
}

TEST_CASE("azure: a list is read to its last page, through empty ones, and is ours to sort and to sift") {
  Container box([](Peer& peer, const Seen& seen) {
    const auto page = [](std::string_view blobs, std::string_view next) {
      return "<EnumerationResults ServiceEndpoint=\"x\"><Prefix>p/a</Prefix><Blobs>" + std::string(blobs) +
             "</Blobs><NextMarker>" + std::string(next) + "</NextMarker></EnumerationResults>";
    };
    const std::string first = "/acc/box?restype=container&comp=list&maxresults=1000&prefix=p%2Fa";
    if (seen.target == first)
      return peer.reply(
          200,
          page("<Blob><Name>p/a/z</Name></Blob><Blob><Name>p/a/\xc3\xa9 &amp;+%25</Name></Blob>", "2!1/+"));
    if (seen.target == first + "&marker=2%211%2F%2B") return peer.reply(200, page("", "3"));
    if (seen.target == first + "&marker=3")
      return peer.reply(
          200, page("<Blob><Name>p/a</Name><Properties><ResourceType>directory</ResourceType></Properties>"
                    "</Blob><Blob><Name>p/a/b</Name><Properties><ResourceType>file</ResourceType>"
                    "</Properties></Blob><Blob><Name>p/a/</Name></Blob>",
                    ""));
    peer.reply(500);
  });
  const auto keys = box.store->list("a");
  REQUIRE_MESSAGE(keys, message_of(keys));
  CHECK(*keys == std::vector<std::string>{"a/b", "a/z", "a/\xc3\xa9 &+%25"});
}

TEST_CASE("azure: a list that is none, does not end or lists others' keys is corrupt") {
  for (const char* body :
       {"", "<html>", "<Other/>", "<EnumerationResults/>",
        "<EnumerationResults><Blobs><Blob/></Blobs></EnumerationResults>",
        "<EnumerationResults><Blobs/><NextMarker>x</NextMarker></EnumerationResults>",
        "<EnumerationResults><Blobs><Blob><Name>q/a</Name></Blob></Blobs></EnumerationResults>"}) {
    CAPTURE(body);
    CHECK(failed(answering(200, body).store->list(""), Fault::corrupt));
  }
}
