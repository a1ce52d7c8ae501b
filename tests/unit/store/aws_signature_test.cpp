#include "core/store/aws_signature.hpp"

#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/crypto/sha256.hpp"
#include "tests/unit/source_dir.hpp"

#include <doctest.h>

#include <algorithm>
#include <filesystem>

using namespace mesh;
using namespace mesh::store;

namespace {

AwsCredentials credentials(std::string token = {}) {
  return {"AKIAIOSFODNN7EXAMPLE",
          Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
          Secret(std::move(token)),
          {}};
}

std::chrono::sys_seconds at(int year, unsigned month, unsigned day, int seconds = 0) {
  return std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day)) +
         std::chrono::seconds(seconds);
}

const AwsScope kS3{"us-east-1", "s3", at(2013, 5, 24)};

AwsRequest get(std::string path, std::vector<std::pair<std::string, std::string>> query = {}) {
  AwsRequest request;
  request.method = "GET";
  request.host = "examplebucket.s3.amazonaws.com";
  request.path = std::move(path);
  request.query = std::move(query);
  request.body_hash = crypto::sha256_hex("");
  return request;
}

std::string header(const SignedRequest& request, std::string_view name) {
  const auto found = std::ranges::find(request.headers, name, &http::Header::name);
  return found == request.headers.end() ? "<none>" : found->value;
}

std::string signature(const SignedRequest& request) {
  const std::string all = header(request, "authorization");
  return all.substr(all.rfind("Signature=") + 10);
}

std::string signed_names(const SignedRequest& request) {
  const std::string all = header(request, "authorization");
  const size_t start = all.find("SignedHeaders=") + 14;
  return all.substr(start, all.find(',', start) - start);
}

// ---- the examples that AWS publishes: tests/corpus/aws-sigv4 ---------------------------------------------

std::string decoded(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    plain += text[i] == '%' ? static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16))
                            : text[i];
    if (text[i] == '%') i += 2;
  }
  return plain;
}

// "GET /path?query HTTP/1.1", headers, an empty line, the body.
AwsRequest parse(std::string_view text) {
  AwsRequest request;
  request.path_is_on_the_wire = request.signs_every_header = true;
  const size_t blank = text.find("\n\n");
  const auto lines = split(text.substr(0, blank), '\n');
  request.body_hash = crypto::sha256_hex(blank == text.npos ? "" : text.substr(blank + 2));

  const size_t space = lines[0].find(' ');
  request.method = lines[0].substr(0, space);
  const std::string_view target = lines[0].substr(space + 1, lines[0].rfind(' ') - space - 1);
  const size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != target.npos)
    for (const std::string_view pair : split(target.substr(mark + 1), '&')) {
      const size_t equals = pair.find('=');
      request.query.emplace_back(decoded(pair.substr(0, equals)),
                                 equals == pair.npos ? "" : decoded(pair.substr(equals + 1)));
    }
  for (size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    if (lines[i][0] == ' ') {
      request.headers.back().value.append("\n").append(lines[i]);
      continue;
    }
    const size_t colon = lines[i].find(':');
    const std::string name = to_lower(lines[i].substr(0, colon));
    const std::string value(lines[i].substr(colon + 1));
    if (name == "host")
      request.host = value;
    else if (name != "x-amz-date")
      request.headers.push_back({name, value});
  }
  return request;
}

std::string token_in(std::string_view canonical) {
  constexpr std::string_view kName = "x-amz-security-token:";
  const size_t start = canonical.find(kName);
  if (start == canonical.npos) return {};
  return std::string(
      canonical.substr(start + kName.size(), canonical.find('\n', start) - start - kName.size()));
}

}  // namespace

TEST_CASE("aws signature: the examples that AWS publishes, each step of them") {
  const std::string folder = source_dir() + "/tests/corpus/aws-sigv4";
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".req") continue;
    ++count;
    const std::string stem = entry.path().stem();
    CAPTURE(stem);
    const auto read = [&](const char* kind) {
      auto bytes = read_file(folder + "/" + stem + kind).value_or("?");
      std::erase(bytes, '\r');
      return bytes;
    };
    const std::string canonical = read(".creq");
    AwsCredentials keys{
        "AKIDEXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), Secret(token_in(canonical)), {}};
    AwsRequest request = parse(read(".req"));
    std::erase_if(request.headers,
                  [](const http::Header& one) { return one.name == "x-amz-security-token"; });
    const SignedRequest result = sign(request, keys, {"us-east-1", "service", at(2015, 8, 30, 45360)});
    CHECK(result.canonical_request == canonical);
    CHECK(result.string_to_sign == read(".sts"));
    CHECK(header(result, "authorization") == read(".authz"));
  }
  CHECK(count == 34);
}

TEST_CASE("aws signature: the examples of S3's own documentation") {
  AwsRequest range = get("/test.txt");
  range.headers = {{"Range", "bytes=0-9"}};
  range.signs_every_header = true;
  CHECK(signature(sign(range, credentials(), kS3)) ==
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");

  AwsRequest put = get("/test$file.text");
  put.method = "PUT";
  put.headers = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
  put.body_hash = crypto::sha256_hex("Welcome to Amazon S3.");
  put.signs_every_header = true;
  const SignedRequest result = sign(put, credentials(), kS3);
  CHECK(result.path == "/test%24file.text");
  CHECK(signature(result) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");

  CHECK(signature(sign(get("/", {{"lifecycle", ""}}), credentials(), kS3)) ==
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  CHECK(signature(sign(get("/", {{"prefix", "J"}, {"max-keys", "2"}}), credentials(), kS3)) ==
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_CASE("aws signature: a key of S3 is encoded once and never normalised, a path of others is") {
  const std::string path = "/a//./../b c+%=&?@:,!*()'\xc3\xa9/";
  const SignedRequest s3 = sign(get(path), credentials(), kS3);
  CHECK(s3.path == "/a//./../b%20c%2B%25%3D%26%3F%40%3A%2C%21%2A%28%29%27%C3%A9/");
  CHECK(s3.canonical_request.starts_with("GET\n" + s3.path + "\n"));
  const SignedRequest other = sign(get("/a//./x/../b c"), credentials(), {"us-east-1", "glue", kS3.time});
  CHECK(other.path == "/a//./x/../b%20c");
  CHECK(other.canonical_request.starts_with("GET\n/a/b%2520c\n"));
}

TEST_CASE("aws signature: a query is sorted as it is encoded, and a name without value has its `=`") {
  const auto query = [](std::vector<std::pair<std::string, std::string>> pairs) {
    return sign(get("/", std::move(pairs)), credentials(), kS3).query;
  };
  CHECK(query({{"prefix", "a/b"}, {"list-type", "2"}}) == "list-type=2&prefix=a%2Fb");
  CHECK(query({{"uploads", ""}}) == "uploads=");
  CHECK(query({{"b", "2"}, {"a", "z"}, {"b", "1"}, {"a", ""}}) == "a=&a=z&b=1&b=2");
  CHECK(query({{"a b", "+"}, {"a-b", "x"}, {"aB", "\xc3\xa9"}}) == "a%20b=%2B&a-b=x&aB=%C3%A9");
  CHECK(query({{"a", "~"}, {"a", "z"}}) == "a=z&a=~");
}

TEST_CASE("aws signature: what a proxy may change is sent and not signed") {
  AwsRequest request = get("/k");
  request.headers = {{"Cache-Control", "no-store"},  {"If-Match", "\"e\""},  {"Content-Type", "text/plain"},
                     {"If-None-Match", "*"},         {"User-Agent", "mesh"}, {"X-Amz-Meta-A", "1"},
                     {"Authorization", "of another"}};
  const SignedRequest result = sign(request, credentials("token"), kS3);
  CHECK(signed_names(result) ==
        "content-type;host;if-match;if-none-match;x-amz-content-sha256;x-amz-date;x-amz-meta-a;x-amz-"
        "security-token");
  CHECK(header(result, "cache-control") == "no-store");
  CHECK(header(result, "x-amz-security-token") == "token");
  CHECK(header(result, "x-amz-date") == "20130524T000000Z");
  CHECK(header(result, "host") == "<none>");
  CHECK(std::ranges::count(result.headers, "authorization", &http::Header::name) == 1);
}

TEST_CASE("aws signature: headers are sorted by name alone, and sent as they were signed") {
  AwsRequest request = get("/k");
  request.headers = {{"x-amz-server-side-encryption-aws-kms-key-id", "  a   key\tid "},
                     {"x-amz-server-side-encryption", "aws:kms"},
                     {"x-amz-meta-empty", ""},
                     {"X-Amz-Meta-Twice", " b  b"},
                     {"x-amz-meta-twice", "a\r\nx-evil: 1"}};
  const SignedRequest result = sign(request, credentials(), kS3);
  CHECK(result.canonical_request.find("\nx-amz-meta-empty:\nx-amz-meta-twice:b b,a x-evil: 1\n"
                                      "x-amz-server-side-encryption:aws:kms\n"
                                      "x-amz-server-side-encryption-aws-kms-key-id:a key id\n") !=
        std::string::npos);
  CHECK(header(result, "x-amz-meta-twice") == "b b,a x-evil: 1");
  CHECK(header(result, "x-amz-server-side-encryption-aws-kms-key-id") == "a key id");
}

TEST_CASE(
    "aws signature: other services get no hash of the body in a header, S3 does, also when it is not "
    "hashed") {
  AwsRequest request = get("/");
  request.body_hash = kUnsignedPayload;
  CHECK(header(sign(request, credentials(), kS3), "x-amz-content-sha256") == "UNSIGNED-PAYLOAD");
  CHECK(header(sign(get("/"), credentials(), {"eu-west-1", "sts", kS3.time}), "x-amz-content-sha256") ==
        "<none>");
}

TEST_CASE("aws signature: the secret is in nothing that is sent") {
  const SignedRequest result = sign(get("/k"), credentials("the-token"), kS3);
  std::string all = result.path + result.query + result.canonical_request + result.string_to_sign;
  for (const http::Header& one : result.headers) all += one.name + one.value;
  CHECK(all.find("wJalrXUtnFEMI") == std::string::npos);
}
