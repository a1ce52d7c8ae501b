#include "core/store/oci_reply.hpp"

#include "core/base/strings.hpp"
#include "core/oci/index.hpp"
#include "core/oci/json.hpp"

#include <algorithm>
#include <charconv>

namespace mesh::store {
namespace {

using oci::Json;

struct Told {
  std::string code, message;
};

// {"errors": [{"code": …, "message": …}]}; the first is what matters.
Told told_by(const http::Response& response) {
  const auto json = oci::read_json(response.body);
  if (!json || json->kind != Json::Kind::object) return {};
  Told told;
  const Json* error = json->find("errors");
  error = error && !error->items.empty() ? &error->items.front() : &*json;
  if (const std::string* const code = error->string_at("code")) told.code = *code;
  for (const char* name : {"message", "error_description", "details", "error"})
    if (const std::string* const message = error->string_at(name); message && told.message.empty())
      told.message = *message;
  return told;
}

std::string log_in(std::string_view host) {
  return "log in with `docker login " + std::string(host) + "` or `oras login " + std::string(host) +
         "`, which keep what they are told in ~/.docker/config.json";
}

bool is_space(char c) { return c == ' ' || c == '\t'; }
bool ends_word(char c) { return is_space(c) || c == ',' || c == '=' || c == '"'; }

// Reads `Bearer realm="…",service="…", Basic realm="…"`.
class ChallengeReader {
 public:
  explicit ChallengeReader(std::string_view text) : rest_(text) {}

  void read(std::vector<Challenge>& all) {
    for (;;) {
      skip([](char c) { return is_space(c) || c == ','; });
      const std::string word = take_word();
      if (word.empty()) return;
      skip(is_space);
      if (!rest_.starts_with('=')) {
        all.push_back({to_lower(word), {}});
        continue;
      }
      rest_.remove_prefix(1);
      skip(is_space);
      std::string value = rest_.starts_with('"') ? take_quoted() : take_word();
      if (!all.empty()) all.back().parameters.try_emplace(to_lower(word), std::move(value));
    }
  }

 private:
  template <class Belongs>
  void skip(const Belongs& belongs) {
    while (!rest_.empty() && belongs(rest_.front())) rest_.remove_prefix(1);
  }

  std::string take_word() {
    const auto end = std::ranges::find_if(rest_, ends_word);
    std::string word(rest_.begin(), end);
    rest_.remove_prefix(word.size());
    return word;
  }

  std::string take_quoted() {
    std::string value;
    rest_.remove_prefix(1);
    for (; !rest_.empty() && rest_.front() != '"'; rest_.remove_prefix(1)) {
      if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      value += rest_.front();
    }
    if (!rest_.empty()) rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
};

std::optional<uint64_t> number_of(std::string_view text) {
  uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Error registry_failure(const http::Response& response, std::string_view host) {
  const Told told = told_by(response);
  Error error = http::error_of(response, told.code.empty()      ? told.message
                                         : told.message.empty() ? told.code
                                                                : told.code + ": " + told.message);
  // Whoever sent the request reads the 404 of what it asked for; there are no conditions that could fail.
  if (error.fault == Fault::not_found || error.fault == Fault::conflict) error.fault = Fault::refused;
  // Whoever wrote it may stand between us and the registry, which may or may not have been asked.
  if (response.status / 100 == 2) error.fault = Fault::temporary;
  // Of bytes whose digest we know: others arrived, or (in Docker's registry) somebody was just writing the
  // link to a blob that the manifest names.
  // A registry of several machines may have the upload on another one.
  for (const char* code : {"TOOMANYREQUESTS", "DIGEST_INVALID", "BLOB_UPLOAD_UNKNOWN", "BLOB_UPLOAD_INVALID"})
    if (told.code == code) error.fault = Fault::temporary;
  if (error.fault != Fault::temporary) error.retry_after = 0;
  if (response.status == 401) error.help = log_in(host);
  if (response.status == 403)
    error.help = "the login may not do this: publishing needs the rights to pull and push below the target";
  if (response.status == 403 && told.message.find("expired") != told.message.npos) error.help = log_in(host);
  // What servers of TLS answer to http, which is spoken with this machine only.
  if (response.status == 400 && told.code.empty() &&
      (response.body.find("HTTPS server") != response.body.npos ||
       response.body.find("HTTPS port") != response.body.npos)) {
    error.message += ": it speaks https only";
    error.help =
        "`localhost` and its addresses are reached by http: call the registry by a name of this machine that "
        "its "
        "certificate is for";
  }
  if (told.code == "UNSUPPORTED" || response.status == 405)
    error.help = "the registry does not do this for anybody; a mirror takes no pushes";
  return error;
}

bool is_absent(const http::Response& response) { return response.status == 404; }

std::string Challenge::parameter(const std::string& name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : found->second;
}

std::vector<Challenge> challenges_of(const http::Response& response) {
  std::vector<Challenge> all;
  for (const http::Header& header : response.headers)
    if (header.name == "www-authenticate") ChallengeReader(header.value).read(all);
  return all;
}

Result<RegistryToken> read_token(std::string_view body) {
  auto json = oci::read_json(body);
  // Without what it is: it may be half a token.
  if (!json || json->kind != Json::Kind::object) return fail(Fault::corrupt, "the reply holds no token");
  const std::string* token = json->string_at("token");
  if (!token || token->empty()) token = json->string_at("access_token");
  const auto is_plain = [](unsigned char c) { return c > ' ' && c < 0x7f; };
  if (!token || token->empty() || !std::ranges::all_of(*token, is_plain))
    return fail(Fault::corrupt, "the reply holds no token");
  RegistryToken read{Secret(*token)};
  if (const Json* const seconds = json->find("expires_in"))
    if (const auto number = number_of(seconds->text); number && *number > 0)
      read.seconds = static_cast<uint32_t>(std::min<uint64_t>(*number, 24 * 3600));
  return read;
}

std::string next_page(const http::Response& response) {
  const std::string_view link = response.header("link");
  const size_t begin = link.find('<'), end = link.find('>');
  if (begin == link.npos || end == link.npos || end < begin) return {};
  const std::string_view rest = link.substr(end);
  const bool is_next = rest.find("rel=\"next\"") != rest.npos || rest.find("rel=next") != rest.npos;
  return is_next ? std::string(link.substr(begin + 1, end - begin - 1)) : std::string();
}

Result<std::vector<std::string>> read_names(std::string_view body, std::string_view member) {
  const auto json = oci::read_json(body);
  if (!json || json->kind != Json::Kind::object) return fail(Fault::corrupt, "the reply is no list of names");
  std::vector<std::string> names;
  const Json* const given = json->find(member);
  if (!given || given->kind == Json::Kind::null) return names;
  if (given->kind != Json::Kind::array) return fail(Fault::corrupt, "the reply is no list of names");
  for (const Json& item : given->items) {
    if (item.kind != Json::Kind::string) return fail(Fault::corrupt, "the reply lists what is no name");
    names.push_back(item.text);
  }
  return names;
}

Result<std::vector<oci::Descriptor>> read_referrers(std::string_view body) {
  auto json = oci::read_json(body);
  if (!json) return pass(std::move(json));
  if (auto good = oci::check_document(*json, oci::kIndexType); !good) return pass(std::move(good));
  std::vector<oci::Descriptor> all;
  const Json* const given = json->find("manifests");
  if (!given || given->kind == Json::Kind::null) return all;
  for (const Json& item : given->items) {
    auto descriptor = oci::read_descriptor(item);
    if (!descriptor) return pass(std::move(descriptor));
    if (!oci::is_digest(descriptor->digest)) continue;  // nothing of ours has another one
    all.push_back(std::move(*descriptor));
  }
  return all;
}

std::optional<oci::Descriptor> described_by(const http::Response& response) {
  oci::Descriptor descriptor;
  const std::string_view type = response.header("content-type");
  descriptor.media_type = trim(type.substr(0, type.find(';')));
  descriptor.digest = response.header("docker-content-digest");
  const auto size = number_of(response.header("content-length"));
  if (descriptor.media_type.empty() || !oci::is_digest(descriptor.digest) || !size) return std::nullopt;
  descriptor.size = *size;
  return descriptor;
}

}  // namespace mesh::store
