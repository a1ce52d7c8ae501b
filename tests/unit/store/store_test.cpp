#include "core/store/open.hpp"

#include "tests/unit/store/conformance.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

#include <map>
#include <string>

using namespace mesh;
using namespace mesh::store;

namespace {

// Passes everything on to a store that both makers share.
struct Shared : Store {
  explicit Shared(std::shared_ptr<Store> inner_store) : inner(std::move(inner_store)) {}
  std::string url() const override { return inner->url(); }
  Result<Object> get(std::string_view key, uint64_t limit) override { return inner->get(key, limit); }
  Result<Created> create(std::string_view key, std::string_view bytes, const Put& put) override {
    return inner->create(key, bytes, put);
  }
  Result<Token> swap(std::string_view key, const std::optional<Token>& expected, std::string_view bytes,
                     const Put& put) override {
    return inner->swap(key, expected, bytes, put);
  }
  Result<std::vector<std::string>> list(std::string_view prefix) override { return inner->list(prefix); }
  Result<void> remove(std::string_view key) override { return inner->remove(key); }
  std::shared_ptr<Store> inner;
};

// A store that takes the conditions and does not look at them.
struct NoCreateOnly : Shared {
  using Shared::Shared;
  Result<Created> create(std::string_view key, std::string_view bytes, const Put& put) override {
    if (auto removed = inner->remove(key); !removed) return pass(std::move(removed));
    return inner->create(key, bytes, put);
  }
};

struct NoCompare : Shared {
  using Shared::Shared;
  Result<Token> swap(std::string_view key, const std::optional<Token>&, std::string_view bytes,
                     const Put& put) override {
    const auto now = inner->get(key, UINT64_MAX);
    return inner->swap(key, now ? std::optional(now->token) : std::nullopt, bytes, put);
  }
};

struct Down : Shared {
  using Shared::Shared;
  Result<Token> swap(std::string_view, const std::optional<Token>&, std::string_view, const Put&) override {
    return fail(Fault::temporary, "the store is down");
  }
};

struct Forgetful : Shared {
  using Shared::Shared;
  Result<Object> get(std::string_view, uint64_t) override {
    return fail(Fault::not_found, "it is not there");
  }
};

Fault fault_of(std::string_view url) {
  const auto opened = open(url, ".");
  return opened ? Fault::internal : opened.error().fault;
}

std::string url_of(std::string_view url, const std::string& base = ".") {
  const auto opened = open(url, base);
  return opened ? (*opened)->url() : opened.error().message;
}

}  // namespace

TEST_CASE("store: memory keeps the promises") {
  test::check_store([] {
    const std::shared_ptr<Store> place = memory_store();
    return [place] { return std::make_unique<Shared>(place); };
  });
}

TEST_CASE("store: a folder keeps the promises") {
  test::check_store([] {
    const auto folder = std::make_shared<test::TempFolder>();
    return [folder] { return local_store(*folder / "not yet/there"); };
  });
}

TEST_CASE("store: a probe finds out a store without create-only") {
  const auto probed = NoCreateOnly(memory_store()).probe("p/oci-layout", "{}");
  REQUIRE_FALSE(probed);
  CHECK(probed.error().fault == Fault::usage);
  CHECK(probed.error().message.find("no conditional write") != std::string::npos);
}

TEST_CASE("store: a probe finds out a store that swaps whatever the token, and leaves the object as it was") {
  const std::shared_ptr<Store> inner = memory_store();
  REQUIRE(inner->create("p/oci-layout", "theirs", {}) == Created::now);
  const auto probed = NoCompare(inner).probe("p/oci-layout", "{}");
  REQUIRE_FALSE(probed);
  CHECK(probed.error().fault == Fault::usage);
  CHECK(inner->get("p/oci-layout", 100)->bytes == "theirs");
}

TEST_CASE("store: a probe does not take a store that is down for one without conditions") {
  const auto probed = Down(memory_store()).probe("p/oci-layout", "{}");
  REQUIRE_FALSE(probed);
  CHECK(probed.error().fault == Fault::temporary);
}

TEST_CASE("store: a store that says of an object that it is there and that it is not is to be asked again") {
  const auto probed = Forgetful(memory_store()).probe("p/oci-layout", "{}");
  REQUIRE_FALSE(probed);
  CHECK(probed.error().fault == Fault::temporary);
}

TEST_CASE("store: file URLs and plain paths name folders") {
  CHECK(url_of("file:///srv/mesh") == "file:///srv/mesh");
  CHECK(url_of("FILE://localhost/srv/mesh") == "file:///srv/mesh");
  CHECK(url_of("file:/srv/mesh") == "file:///srv/mesh");
  CHECK(url_of("/srv/mesh", "/base") == "file:///srv/mesh");
  CHECK(url_of("file:public") == "file:public");
  CHECK(url_of("file:./public") == "file:./public");
  CHECK(url_of("public") == "file:public");
  CHECK(url_of("./public", "/work/shop") == "file:///work/shop/public");
  CHECK(url_of("../public", "shop/") == "file:shop/../public");
  CHECK(url_of("file:///a%20b%41") == "file:///a%20bA");
  CHECK(url_of("/a b/\xc3\xa9?#%") == "file:///a%20b/%C3%A9%3F%23%25");
  CHECK(url_of("me@host") == "file:me@host");
  CHECK(url_of("./s3:odd") == "file:./s3:odd");
}

TEST_CASE("store: what is written with escapes is the folder on disk") {
  const test::TempFolder folder;
  const auto store = open("file://" + (folder / "a%20b"), ".");
  REQUIRE(store);
  REQUIRE((*store)->create("k", "v", {}));
  CHECK(std::filesystem::exists(folder / "a b/k"));
}

TEST_CASE("store: a URL that is no folder is a usage error that says what would be") {
  for (const char* url :
       {"", "file:", "file://", "file://localhost", "file://server/share", "file://./public", "file:///a%2",
        "file:///a%zz", "file:///a%00b", "file:///a%2Fb", "file:///a?b", "file:///a#b", "s3://bucket/x",
        "az://shop/mesh", "gs://bucket/x", "https://example.com", "oci://x/y", "a:b", "/a\nb"}) {
    CAPTURE(url);
    CHECK(fault_of(url) == Fault::usage);
  }
  const auto unknown = open("s3://bucket/x", ".");
  CHECK(unknown.error().message.find("`s3`") != std::string::npos);
  CHECK(unknown.error().help.find("`file:`") != std::string::npos);
}

TEST_CASE("store: a password in a URL is refused and not shown") {
  for (const char* url : {"s3://key:s3cr3t@bucket/x", "file://me:s3cr3t@localhost/x", "https://s3cr3t@host",
                          "x://s3cr3t@", "file://s3cr3t@host"}) {
    CAPTURE(url);
    const auto opened = open(url, ".");
    REQUIRE_FALSE(opened);
    CHECK(opened.error().fault == Fault::usage);
    CHECK((opened.error().message + opened.error().help).find("s3cr3t") == std::string::npos);
  }
}

TEST_CASE("open: what may be a secret in a URL is not shown") {
  for (const auto& [url, shown] : std::map<std::string, std::string>{
           {"./a?b@c#d", "./a?b@c#d"},
           {"s3://bucket/x", "s3://bucket/x"},
           {"s3://key:secret@bucket/x", "s3://***@bucket/x"},
           {"az://account/container?sv=1&sig=secret", "az://account/container?***"},
           {"az://me:secret@account/container#secret", "az://***@account/container#***"},
           {"s3:/key:secret@bucket/x", "s3:***@bucket/x"},
           {"https://me:sec/ret@host/x", "https://***@host/x"},
           {"oci://host/x?", "oci://host/x?***"}}) {
    CAPTURE(url);
    CHECK(shown_url(url) == shown);
  }
  CHECK(check_url("s3://bucket/a@b"));
  REQUIRE_FALSE(check_url("s3://key:secret@bucket/x"));
  CHECK(check_url("s3://key:secret@bucket/x").error().message.find("secret") == std::string::npos);
  const auto half = open("s3:/bucket/x", ".");
  REQUIRE_FALSE(half);
  CHECK(half.error().help == "write s3://BUCKET/PREFIX");
}
