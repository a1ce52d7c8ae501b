#include "core/store/azure_signature.hpp"

#include "core/base/base64.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::store;

// https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key has these, each with another
// part left out.
TEST_CASE("azure signature: the examples that Microsoft publishes") {
  const AzureRequest metadata{
      "GET",
      "/mycontainer",
      {{"restype", "container"}, {"comp", "metadata"}, {"timeout", "20"}},
      {{"x-ms-version", "2015-02-21"}, {"x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT"}},
      0};
  CHECK(azure_string_to_sign(metadata, "myaccount") ==
        "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n"
        "/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20");

  const auto resource = [](const AzureRequest& request, std::string_view account) {
    const std::string text = azure_string_to_sign(request, account);
    return text.substr(text.find('/'));
  };
  CHECK(resource({"GET",
                  "/mycontainer",
                  {{"restype", "container"},
                   {"comp", "list"},
                   {"include", "snapshots"},
                   {"include", "metadata"},
                   {"include", "uncommittedblobs"}},
                  {}},
                 "myaccount") ==
        "/myaccount/mycontainer\ncomp:list\ninclude:metadata,snapshots,uncommittedblobs\nrestype:container");
  CHECK(resource({"GET", "/mycontainer/myblob", {}, {}}, "myaccount") == "/myaccount/mycontainer/myblob");
}

TEST_CASE(
    "azure signature: eleven headers have a line each, own ones follow sorted, and no length is that of "
    "nothing") {
  AzureRequest request{"PUT",
                       "/c/a%20b",
                       {{"Comp", "block"}, {"blockid", "YQ=="}},
                       {{"X-Ms-Version", "v"},
                        {"x-ms-blob-type", " BlockBlob "},
                        {"Content-Type", "text/plain"},
                        {"content-md5", "m"},
                        {"If-Match", "\"e\""},
                        {"cache-control", "not signed"},
                        {"range", "bytes=0-1"}},
                       17};
  const std::string rest =
      "\nm\ntext/plain\n\n\n\"e\"\n\n\nbytes=0-1\nx-ms-blob-type:BlockBlob\nx-ms-version:v\n/acc/c/a%20b"
      "\nblockid:YQ==\ncomp:block";
  CHECK(azure_string_to_sign(request, "acc") == "PUT\n\n\n17" + rest);
  request.body_size = 0;
  CHECK(azure_string_to_sign(request, "acc") == "PUT\n\n\n" + rest);
}

// The key of the emulator, which is public, and a signature made of it with `openssl dgst -mac`.
TEST_CASE("azure signature: the signature is an HMAC with the decoded key") {
  const Secret key(*from_base64(
      "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="));
  const AzureRequest request{"GET",
                             "/mycontainer",
                             {{"restype", "container"}, {"comp", "metadata"}, {"timeout", "20"}},
                             {{"x-ms-version", "2015-02-21"}, {"x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT"}},
                             0};
  CHECK(azure_authorization(request, "myaccount", key) ==
        "SharedKey myaccount:1u9lui2jDxj0+fpbHjQ5m5NnastJRSYM+PSmfi8TXx4=");
}
