// Signs requests, for tests/e2e/sigv4_botocore.py to compare with another signer.
//
//   sign_requests    then one request a line on standard input, each a JSON object:
//     method, host, path, bodyHash, keyId, secret, token, region, service, time (seconds)
//     query, headers: arrays of [name, value]
//     all             whether every header is signed
//   prints a JSON object a line: path, query, canonical, headers as an object
#include "core/base/json.hpp"
#include "core/oci/json.hpp"
#include "core/store/aws_signature.hpp"

#include <cstdlib>
#include <iostream>

using namespace mesh;

static std::vector<std::pair<std::string, std::string>> pairs(const oci::Json& list) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const oci::Json& pair : list.items) all.emplace_back(pair.items.at(0).text, pair.items.at(1).text);
  return all;
}

static std::string answer(const oci::Json& question) {
  const auto text = [&](const char* name) { return question.find(name)->text; };
  store::AwsRequest request;
  request.method = text("method");
  request.host = text("host");
  request.path = text("path");
  request.query = pairs(*question.find("query"));
  for (auto& [name, value] : pairs(*question.find("headers"))) request.headers.push_back({name, value});
  request.body_hash = text("bodyHash");
  request.signs_every_header = question.find("all")->boolean;
  const store::AwsCredentials credentials{text("keyId"), Secret(text("secret")), Secret(text("token")), {}};
  const std::chrono::sys_seconds time{std::chrono::seconds(std::atoll(text("time").c_str()))};
  const auto result = store::sign(request, credentials, {text("region"), text("service"), time});

  JsonWriter json;
  json.begin_object().key("path").text(result.path).key("query").text(result.query);
  json.key("canonical").text(result.canonical_request).key("headers").begin_object();
  for (const http::Header& header : result.headers) json.key(header.name).text(header.value);
  return std::move(json.end_object().end_object()).take();
}

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const auto question = oci::read_json(line);
    if (!question) {
      std::cerr << question.error().message << "\n";
      return 1;
    }
    std::cout << answer(*question);
  }
}
