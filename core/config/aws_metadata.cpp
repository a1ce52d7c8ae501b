#include "core/config/aws_metadata.hpp"

#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/config/variables.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace mesh::config {
namespace {

constexpr uint64_t kMostBytes = 1 << 20;

// Of ECS; and of EKS in both versions of IP.
constexpr std::array<std::string_view, 3> kContainerHosts{"169.254.170.2", "169.254.170.23", "fd00:ec2::23"};

http::Request ask(std::string url) {
  http::Request request;
  request.url = std::move(url);
  request.most_bytes = kMostBytes;
  request.is_metadata = true;
  return request;
}

Result<std::string> container_url() {
  if (const std::string path = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"); !path.empty()) {
    if (!path.starts_with('/'))
      return fail(Fault::usage, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not start with `/`");
    return "http://" + std::string(kContainerHosts[0]) + path;
  }
  std::string full = variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  const auto url = http::parse_url(full);
  if (!url) return Error(url.error()).in("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!url->is_tls && !url->is_loopback &&
      std::ranges::find(kContainerHosts, url->host) == kContainerHosts.end())
    return fail(Fault::usage,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI names `" + printable(url->host) + "` by http",
                "by http it is an address of this machine or one that AWS uses for it");
  return full;
}

// What the service wants to see, if anything.
Result<Secret> container_token() {
  const auto path = file_named_by("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (!path) return tl::unexpected(path.error());
  if (path->empty()) {
    Secret token(variable("AWS_CONTAINER_AUTHORIZATION_TOKEN"));
    return token;
  }
  auto text = read_file(*path, kMostBytes);
  if (!text) return std::move(text).error().in("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  Secret token{std::string(trim(*text))};
  wipe(*text);
  return token;
}

unsigned number_at(const char* name, unsigned usual, unsigned most) {
  const std::string text = variable(name);
  unsigned number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return text.empty() || fault != std::errc{} || number == 0 ? usual : std::min(number, most);
}

Result<std::string> instance_endpoint(const InstanceMetadata& settings) {
  std::string url = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (url.empty()) url = settings.endpoint;
  if (!url.empty()) {
    const auto parsed = http::parse_url(url);
    if (!parsed) return Error(parsed.error()).in("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    while (url.ends_with('/')) url.pop_back();
    return url;
  }
  std::string mode = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
  if (mode.empty()) mode = settings.mode;
  mode = to_lower(mode);
  if (!mode.empty() && mode != "ipv4" && mode != "ipv6")
    return fail(Fault::usage, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is IPv4 or IPv6");
  return mode == "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
}

Error none_there(const std::string& why) {
  return {Fault::usage,
          "there are no credentials: neither the environment nor a file of AWS has any, and the instance "
          "metadata " +
              why,
          "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; away from AWS, "
          "AWS_EC2_METADATA_DISABLED=true spares the question"};
}

// Again only where nothing came: elsewhere nobody answers, and that is to be known soon.
Result<http::Response> asked(const Web& web, const http::Request& request) {
  constexpr unsigned kMost = 10;
  unsigned left = number_at("AWS_METADATA_SERVICE_NUM_ATTEMPTS", 1, kMost);
  for (;;) {
    auto response = web.ask_cloud(request);
    const bool again = !response || response->status >= 500;
    if (!again || --left == 0) return response;
  }
}

}  // namespace

Result<store::AwsCredentials> aws_keys_of(const oci::Json& json, std::string_view token_name) {
  const auto text = [&](std::string_view key) {
    const std::string* const found = json.string_at(key);
    return found ? *found : std::string();
  };
  store::AwsCredentials keys{
      text("AccessKeyId"), Secret(text("SecretAccessKey")), Secret(text(token_name)), {}};
  for (const auto& [name, value] : {std::pair{"AccessKeyId", std::string_view(keys.key_id)},
                                    std::pair{"SecretAccessKey", keys.secret.reveal()}}) {
    if (value.empty()) return fail(Fault::corrupt, std::string("there is no `") + name + "` in it");
    if (auto good = check_plain(std::string("its `") + name + "`", value); !good)
      return fail(Fault::corrupt, good.error().message);
  }
  if (auto good = check_plain("its token", keys.session_token.reveal()); !good)
    return fail(Fault::corrupt, good.error().message);
  if (const std::string end = text("Expiration"); !end.empty()) {
    keys.expiry = parse_instant(end);
    if (!keys.expiry) return fail(Fault::corrupt, "its `Expiration` is no time");
  }
  return keys;
}

bool has_aws_container() {
  return !variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").empty() ||
         !variable("AWS_CONTAINER_CREDENTIALS_FULL_URI").empty();
}

Result<store::AwsCredentials> aws_container_keys(const Web& web) {
  const std::string doing = "ask for the keys of this container";
  auto url = container_url();
  if (!url) return pass(std::move(url));
  const bool is_tls = to_lower(url->substr(0, 6)) == "https:";
  auto token = container_token();
  if (!token) return pass(std::move(token));
  http::Request request = ask(std::move(*url));
  request.is_metadata = !is_tls;
  request.headers = {{"accept", "application/json"}};
  if (!token->empty()) request.headers.push_back({"authorization", std::string(token->reveal()), true});
  const auto response = is_tls ? web.send(request) : asked(web, request);
  if (!response) return Error(response.error()).in(doing);
  const auto json = json_object(*response);
  if (!json) return Error(json.error()).in(doing);
  auto keys = aws_keys_of(*json, "Token");
  if (!keys) return std::move(keys).error().in(doing);
  return keys;
}

bool may_ask_aws_instance() {
  return to_lower(variable("AWS_EC2_METADATA_DISABLED")) != "true" && variable("MESH_NO_METADATA").empty();
}

Result<store::AwsCredentials> aws_instance_keys(const Web& web, const InstanceMetadata& settings) {
  if (!may_ask_aws_instance()) return tl::unexpected(none_there("is not to be asked"));
  const auto endpoint = instance_endpoint(settings);
  if (!endpoint) return tl::unexpected(endpoint.error());
  http::Request request = ask(*endpoint + "/latest/api/token");
  request.method = "PUT";
  request.headers = {{"x-aws-ec2-metadata-token-ttl-seconds", "21600"}};
  auto response = asked(web, request);
  if (!response && response.error().fault == Fault::usage) return tl::unexpected(response.error());
  if (!response) return tl::unexpected(none_there("does not answer"));
  // Without a token only version 1 would answer, which whoever can make a machine send a request can ask too.
  const std::string token(trim(response->body));
  if (response->status != 200 || token.empty() || !check_plain("", token))
    return tl::unexpected(none_there("gives no token (HTTP " + std::to_string(response->status) + ")"));

  const std::string below = *endpoint + "/latest/meta-data/iam/security-credentials/";
  const auto read = [&](const std::string& url) {
    http::Request reading = ask(url);
    reading.headers = {{"x-aws-ec2-metadata-token", token, true}};
    return asked(web, reading);
  };
  response = read(below);
  if (!response) return std::move(response).error().in("ask for the role of this instance");
  const std::string role(trim(response->body.substr(0, response->body.find('\n'))));
  if (response->status == 404 || (response->status == 200 && role.empty()))
    return tl::unexpected(none_there("has no role"));
  if (response->status != 200) return http::error_of(*response).in("ask for the role of this instance");
  response = read(below + http::encode_segment(role));
  const std::string doing = "ask for the keys of the role `" + printable(role) + "` of this instance";
  if (!response) return std::move(response).error().in(doing);
  const auto json = json_object(*response);
  if (!json) return Error(json.error()).in(doing);
  if (const std::string* const code = json->string_at("Code"); code && *code != "Success")
    return fail(Fault::temporary, doing + ": the instance metadata answers `" + printable(*code) + "`");
  auto keys = aws_keys_of(*json, "Token");
  if (!keys) return std::move(keys).error().in(doing);
  return keys;
}

}  // namespace mesh::config
