#include "core/config/aws_sts.hpp"

#include "core/base/percent.hpp"
#include "core/base/strings.hpp"
#include "core/config/variables.hpp"
#include "core/crypto/sha256.hpp"
#include "core/store/aws_signature.hpp"
#include "core/store/bucket.hpp"
#include "core/store/s3.hpp"
#include "core/store/xml.hpp"

#include <algorithm>

namespace mesh::config {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr uint64_t kMostBytes = 1 << 20;

Fields fields_of(const char* action, const Role& role) {
  Fields fields{{"Action", action},
                {"Version", "2011-06-15"},
                {"RoleArn", role.arn},
                {"RoleSessionName", role.session.empty() ? "mesh" : role.session}};
  if (!role.external_id.empty()) fields.emplace_back("ExternalId", role.external_id);
  if (!role.seconds.empty()) fields.emplace_back("DurationSeconds", role.seconds);
  return fields;
}

Result<store::Endpoint> endpoint_of(const Role& role) {
  if (!role.endpoint.empty()) return store::parse_endpoint(role.endpoint, "the endpoint of STS");
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (!std::ranges::all_of(role.region, fits))
    return fail(Fault::usage, "`" + printable(role.region) + "` cannot be the name of a region");
  const std::string host = role.region.empty()
                               ? "sts.amazonaws.com"
                               : "sts." + role.region + "." + std::string(store::aws_domain(role.region));
  return store::Endpoint{"https", host, host, ""};
}

// Below one element or two, as the service and its like have it.
const store::XmlElement* error_in(const store::XmlElement& element) {
  if (element.name == "Error") return &element;
  for (const store::XmlElement& child : element.children)
    if (const store::XmlElement* const found = error_in(child)) return found;
  return nullptr;
}

Error refusal(const http::Response& response) {
  std::string message;
  if (const auto root = store::read_xml(response.body)) {
    if (const store::XmlElement* const error = error_in(*root))
      message = std::string(error->text_at("Code")) + ": " + std::string(error->text_at("Message"));
  }
  Error error = http::error_of(response, message);
  // An account that others share asks for patience by a 400.
  if (message.starts_with("Throttling") || message.starts_with("IDPCommunicationError"))
    error.fault = Fault::temporary;
  return error;
}

Result<store::AwsCredentials> lent_by(const http::Response& response, const std::string& result) {
  if (response.status / 100 != 2) return tl::unexpected(refusal(response));
  const auto root = store::read_xml(response.body);
  const store::XmlElement* const answer = root ? root->find(result) : nullptr;
  const store::XmlElement* const keys = answer ? answer->find("Credentials") : nullptr;
  const auto wrong = [] { return fail(Fault::corrupt, "the answer holds no keys that are lent"); };
  if (!keys) return wrong();
  store::AwsCredentials lent{
      std::string(keys->text_at("AccessKeyId")), Secret(std::string(keys->text_at("SecretAccessKey"))),
      Secret(std::string(keys->text_at("SessionToken"))), parse_instant(keys->text_at("Expiration"))};
  const bool is_plain = check_plain("", lent.key_id) && check_plain("", lent.secret.reveal()) &&
                        check_plain("", lent.session_token.reveal());
  if (lent.key_id.empty() || lent.secret.empty() || lent.session_token.empty() || !lent.expiry || !is_plain)
    return wrong();
  return lent;
}

// What is sent, signed at `time` where somebody signs it.
http::Request request_of(const store::Endpoint& endpoint, const Role& role, std::string_view body,
                         const store::AwsCredentials* by, std::chrono::sys_seconds time) {
  http::Request request = post_form(endpoint.origin() + endpoint.path + "/", body);
  request.headers = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}};
  request.most_bytes = kMostBytes;
  if (!by) return request;
  const store::AwsRequest asked{"POST", endpoint.host,   endpoint.path + "/",
                                {},     request.headers, crypto::sha256_hex(body)};
  const std::string region = role.region.empty() ? "us-east-1" : role.region;
  request.headers = store::sign(asked, *by, {region, "sts", time}).headers;
  return request;
}

// The server's time, where ours is so far off that a signature may be refused for it.
std::optional<std::chrono::sys_seconds> other_time(const http::Response& response) {
  constexpr std::chrono::seconds kTaken{240};
  const auto date = http::date_of(response);
  if (!date) return std::nullopt;
  const std::chrono::sys_seconds there{std::chrono::seconds(*date)};
  if (std::chrono::abs(there - now_in_seconds()) <= kTaken) return std::nullopt;
  return there;
}

Result<store::AwsCredentials> ask(const Web& web, const Role& role, const Fields& fields,
                                  const std::string& action, const store::AwsCredentials* by) {
  const auto endpoint = endpoint_of(role);
  if (!endpoint) return tl::unexpected(endpoint.error());
  std::string body = form_encoded(fields);
  auto response = web.send(request_of(*endpoint, role, body, by, now_in_seconds()));
  const auto time = response && by && response->status / 100 == 4 ? other_time(*response) : std::nullopt;
  if (time) response = web.send(request_of(*endpoint, role, body, by, *time));
  wipe(body);
  if (!response) return tl::unexpected(response.error());
  return lent_by(*response, action + "Result");
}

template <class Lent>
Result<Lent> told(Result<Lent> lent, const Role& role) {
  if (!lent) return std::move(lent).error().in("assume the role `" + printable(role.arn) + "`");
  return lent;
}

}  // namespace

Result<store::AwsCredentials> assume_role(const Web& web, const Role& role, const store::AwsCredentials& by) {
  return told(ask(web, role, fields_of("AssumeRole", role), "AssumeRole", &by), role);
}

Result<store::AwsCredentials> assume_role_by_token(const Web& web, const Role& role, const Secret& token) {
  const std::string action = "AssumeRoleWithWebIdentity";
  Fields fields = fields_of(action.c_str(), role);
  fields.emplace_back("WebIdentityToken", token.reveal());
  auto lent = told(ask(web, role, fields, action, nullptr), role);
  wipe(fields.back().second);
  return lent;
}

}  // namespace mesh::config
