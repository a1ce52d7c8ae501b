#include "core/store/gcs_reply.hpp"

#include "core/base/strings.hpp"
#include "core/base/base64.hpp"
#include "core/crypto/crc32c.hpp"
#include "core/crypto/hmac.hpp"
#include "core/crypto/md5.hpp"
#include "core/oci/json.hpp"

#include <algorithm>

namespace mesh::store {
namespace {

using oci::Json;

std::string crc32c_of(std::string_view bytes) { return base64(crypto::bytes_of(crypto::crc32c(bytes))); }
std::string md5_of(std::string_view bytes) { return base64(crypto::bytes_of(crypto::md5({bytes}))); }

struct Told {
  std::string message, reason;
  bool is_json = false;  // all of Google's are, but those of downloads
};

// {"error": {"message": …, "errors": [{"reason": …}]}}; of downloads a line of text.
Told told_by(const http::Response& response) {
  const auto json = oci::read_json(response.body);
  const Json* const error = json ? json->find("error") : nullptr;
  if (!error) {
    const std::string_view line = trim(std::string_view(response.body).substr(0, response.body.find('\n')));
    return {line.starts_with('<') || line.starts_with('{') ? "" : std::string(line), {}, false};
  }
  Told told;
  told.is_json = true;
  if (const std::string* const message = error->string_at("message")) told.message = *message;
  if (const Json* const all = error->find("errors"); all && !all->items.empty())
    if (const std::string* const reason = all->items.front().string_at("reason")) told.reason = *reason;
  return told;
}

// Limits that pass by themselves, which some answers call forbidden.
constexpr std::string_view kBusy[] = {"rateLimitExceeded", "userRateLimitExceeded", "backendError"};

}  // namespace

Error gcs_failure(const http::Response& response, std::string_view bucket) {
  const Told told = told_by(response);
  Error error = http::error_of(response, told.message);
  if (error.fault == Fault::not_found) error.fault = Fault::refused;
  if (response.status == 404 && told.is_json) {
    // Whoever sent the request reads those of objects, so this one is the bucket's.
    error.fault = Fault::usage;
    error.help = "make the bucket `" + printable(bucket) + "`, or check its name";
  }
  if (error.fault == Fault::conflict) error.fault = Fault::refused;
  if (response.status / 100 == 2 || std::ranges::find(kBusy, told.reason) != std::end(kBusy))
    error.fault = Fault::temporary;
  if (response.status == 401)
    error.help =
        "the token is not good (any more): get a new one, `gcloud auth print-access-token` prints it";
  if (response.status == 403 && error.fault == Fault::refused)
    error.help =
        "publishing needs the role Storage Object User for this bucket: to read, list, create and replace "
        "objects";
  if (error.fault != Fault::temporary) error.retry_after = 0;
  return error;
}

bool is_generation(std::string_view text) {
  constexpr size_t kLongest = 20;
  return !text.empty() && text.size() <= kLongest && text.front() != '0' &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Result<std::string> read_gcs_written(std::string_view reply, std::string_view bytes) {
  const auto json = oci::read_json(reply);
  const std::string* const generation = json ? json->string_at("generation") : nullptr;
  // Whoever wrote that may stand between us and the server, which may or may not have been asked.
  if (!generation || !is_generation(*generation))
    return fail(Fault::temporary, "the reply is not one of Google: it has no generation");
  const std::string* const crc32c = json->string_at("crc32c");
  const std::string* const md5 = json->string_at("md5Hash");
  if ((crc32c && *crc32c != crc32c_of(bytes)) || (md5 && *md5 != md5_of(bytes)))
    return fail(Fault::temporary, "the server says that it has other bytes than were sent");
  return *generation;
}

Result<void> check_gcs_hashes(const http::Response& response) {
  const std::string_view stored_as = response.header("x-goog-stored-content-encoding");
  if (!stored_as.empty() && stored_as != "identity") return {};
  for (const http::Header& header : response.headers) {
    if (header.name != "x-goog-hash") continue;
    for (std::string_view hash : split(header.value, ',')) {
      hash = trim(hash);
      const bool is_wrong = (hash.starts_with("crc32c=") && hash.substr(7) != crc32c_of(response.body)) ||
                            (hash.starts_with("md5=") && hash.substr(4) != md5_of(response.body));
      if (is_wrong) return fail(Fault::corrupt, "other bytes arrived than its checksum says");
    }
  }
  return {};
}

Result<Page> read_gcs_page(std::string_view body) {
  auto json = oci::read_json(body);
  if (!json) return std::move(json).error().in("the list");
  if (json->kind != Json::Kind::object) return fail(Fault::corrupt, "the reply is no list of keys");
  Page page;
  if (const std::string* const next = json->string_at("nextPageToken")) page.next = *next;
  // Both are absent where there are none.
  if (const Json* const prefixes = json->find("prefixes"))
    for (const Json& prefix : prefixes->items) page.prefixes.push_back(prefix.text);
  const Json* const items = json->find("items");
  if (!items) return page;
  for (const Json& item : items->items) {
    const std::string* const name = item.string_at("name");
    if (!name) return fail(Fault::corrupt, "the reply lists an object without a key");
    page.keys.push_back(*name);
  }
  return page;
}

}  // namespace mesh::store
