#include "core/config/identity_token.hpp"

#include "core/base/files.hpp"
#include "core/base/percent.hpp"
#include "core/base/strings.hpp"
#include "core/config/variables.hpp"

namespace mesh::config {
namespace {

constexpr uint64_t kMostBytes = 1 << 20;

Result<Secret> checked(const std::string& name, Secret token) {
  if (token.empty()) return fail(Fault::usage, name + " is empty");
  if (auto good = check_plain(name, token.reveal()); !good) return pass(std::move(good));
  return token;
}

Result<Secret> of_github(const Web& web, const std::string& audience) {
  const std::string doing = "ask GitHub for a token of this job";
  http::Request request;
  request.url = variable("ACTIONS_ID_TOKEN_REQUEST_URL");
  request.url +=
      (request.url.find('?') == std::string::npos ? "?" : "&") + ("audience=" + percent_encoded(audience));
  request.headers = {{"authorization", "Bearer " + variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN"), true},
                     {"accept", "application/json; api-version=2.0"}};
  request.most_bytes = kMostBytes;
  const auto response = web.send(request);
  if (!response) return Error(response.error()).in(doing);
  const auto json = json_object(*response);
  if (!json) return Error(json.error()).in(doing);
  const std::string* const value = json->string_at("value");
  if (!value || value->empty() || !check_plain("", *value))
    return fail(Fault::corrupt, doing + ": the answer has no token");
  return Secret(*value);
}

}  // namespace

IdentityToken identity_of_file(const std::string& path) {
  return {"the token in `" + printable(path) + "`", [path]() -> Result<Secret> {
            auto text = read_file(path, kMostBytes);
            if (!text) return std::move(text).error().in("read a token of identity");
            Secret token{std::string(trim(*text))};
            wipe(*text);
            return checked("the token in `" + printable(path) + "`", std::move(token));
          }};
}

IdentityToken identity_of_pipeline(const Web& web, const std::string& audience) {
  if (!variable("MESH_ID_TOKEN").empty())
    return {"MESH_ID_TOKEN", [] { return checked("MESH_ID_TOKEN", Secret(variable("MESH_ID_TOKEN"))); }};
  if (!variable("ACTIONS_ID_TOKEN_REQUEST_URL").empty() &&
      !variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN").empty())
    return {"the identity of this job on GitHub", [web, audience] { return of_github(web, audience); }};
  return {};
}

}  // namespace mesh::config
