#include "core/store/azure_signature.hpp"

#include "core/base/strings.hpp"
#include "core/base/base64.hpp"
#include "core/crypto/hmac.hpp"

#include <algorithm>
#include <map>

namespace mesh::store {
namespace {

// Each has a line of its own, in this order and empty where it is not sent.
constexpr std::string_view kLines[] = {
    "content-encoding",  "content-language", "content-length", "content-md5",         "content-type", "date",
    "if-modified-since", "if-match",         "if-none-match",  "if-unmodified-since", "range"};

}  // namespace

std::string azure_string_to_sign(const AzureRequest& request, std::string_view account) {
  std::map<std::string, std::string, std::less<>> headers;
  for (const http::Header& header : request.headers)
    headers.emplace(to_lower(header.name), std::string(trim(header.value)));
  // A body without bytes has no length here, though one is sent.
  if (request.body_size > 0) headers["content-length"] = std::to_string(request.body_size);

  std::string text = request.method + "\n";
  for (const std::string_view name : kLines) {
    const auto found = headers.find(name);
    text += (found == headers.end() ? "" : found->second) + "\n";
  }
  for (const auto& [name, value] : headers)
    if (name.starts_with("x-ms-")) text += name + ":" + value + "\n";

  text.append("/").append(account).append(request.path);
  std::map<std::string, std::vector<std::string>> query;
  for (const auto& [name, value] : request.query) query[to_lower(name)].push_back(value);
  for (auto& [name, values] : query) {
    std::ranges::sort(values);
    text += "\n" + name + ":" + join(values, ",");
  }
  return text;
}

std::string azure_authorization(const AzureRequest& request, std::string_view account,
                                const Secret& account_key) {
  const auto digest = crypto::hmac_sha256(account_key.reveal(), azure_string_to_sign(request, account));
  return "SharedKey " + std::string(account) + ":" + base64(crypto::bytes_of(digest));
}

}  // namespace mesh::store
