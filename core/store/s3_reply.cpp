#include "core/store/s3_reply.hpp"

#include "core/base/percent.hpp"
#include "core/base/strings.hpp"
#include "core/store/xml.hpp"

#include <algorithm>
#include <optional>

namespace mesh::store {
namespace {

struct Known {
  std::string_view code;
  Fault fault;
  std::string_view help;
};

// What a code means where its status does not tell, or what there is to do.
constexpr Known kKnown[] = {
    {"AccessDenied", Fault::refused,
     "the key needs s3:GetObject, s3:PutObject and s3:ListBucket for this bucket and prefix, and "
     "s3:DeleteObject to collect garbage: see `mesh help policies`"},
    {"AllAccessDisabled", Fault::refused, ""},
    {"BadDigest", Fault::temporary, "what arrived is not what was sent"},
    {"ExpiredToken", Fault::refused, "the credentials have expired: get new ones"},
    {"InvalidAccessKeyId", Fault::refused,
     "check AWS_ACCESS_KEY_ID, and that the endpoint is the one it is for"},
    {"InvalidToken", Fault::refused,
     "AWS_SESSION_TOKEN does not belong to this key, or is left over from another"},
    {"NoSuchBucket", Fault::usage, "make the bucket, or check its name, the region and the endpoint"},
    {"NotImplemented", Fault::usage, "this server lacks something that publishing needs"},
    {"OperationAborted", Fault::temporary, ""},
    {"RequestTimeTooSkewed", Fault::refused, "set the clock of this machine"},
    {"RequestTimeout", Fault::temporary, ""},
    {"SignatureDoesNotMatch", Fault::refused, "check AWS_SECRET_ACCESS_KEY"},
    {"SlowDown", Fault::temporary, ""},
    {"XAmzContentChecksumMismatch", Fault::temporary, "what arrived is not what was sent"},
    {"XAmzContentSHA256Mismatch", Fault::temporary, "what arrived is not what was sent"},
};

bool is_error(const XmlElement& root) { return root.name == "Error"; }

std::optional<std::string> key_decoded(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    // Some write a space as in forms; a `+` of a key is %2B.
    if (text[i] != '%') {
      decoded += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

// The region that the bucket is in, as AWS tells who asks in another.
std::string region_of(const http::Response& response, const S3Error& error) {
  const std::string_view header = response.header("x-amz-bucket-region");
  const std::string region = header.empty() ? error.region : std::string(header);
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return std::ranges::all_of(region, is_plain) ? region : std::string();
}

}  // namespace

S3Error s3_error(const http::Response& response) {
  const auto root = read_xml(response.body);
  if (!root || !is_error(*root)) return {};
  return {std::string(root->text_at("Code")), std::string(root->text_at("Message")),
          std::string(root->text_at("Region"))};
}

bool is_failure_in_disguise(const http::Response& response) {
  if (response.status / 100 != 2) return false;
  const auto root = read_xml(response.body);
  return root && is_error(*root);
}

Error s3_failure(const http::Response& response, std::string_view bucket, std::string_view region) {
  const S3Error told = s3_error(response);
  Error error = http::error_of(response, told.code.empty()      ? ""
                                         : told.message.empty() ? told.code
                                                                : told.code + ": " + told.message);
  if (response.status / 100 == 2) error.fault = Fault::temporary;
  // A gateway's 404, 409 or 412 says nothing about objects; whoever sent the request reads those that S3
  // gives.
  if (error.fault == Fault::not_found || error.fault == Fault::conflict) error.fault = Fault::refused;
  if (response.status == 501) error.fault = Fault::usage;

  const auto known = std::ranges::find(kKnown, told.code, &Known::code);
  if (known != std::end(kKnown)) {
    error.fault = known->fault;
    error.help = known->help;
  }
  const std::string there = region_of(response, told);
  const bool is_elsewhere = response.status == 301 || response.status == 307 ||
                            (told.code == "AuthorizationHeaderMalformed" && !there.empty());
  if (is_elsewhere) {
    error.fault = Fault::usage;
    error.help =
        there.empty() || there == region
            ? "`x-amz-bucket-region` names no region: check the bucket's name, AWS_REGION and the endpoint"
            : "`x-amz-bucket-region` says that the bucket `" + printable(bucket) + "` is in `" +
                  printable(there.substr(0, 64)) + "`, not in `" + printable(region) +
                  "`: set AWS_REGION=" + printable(there.substr(0, 64));
  }
  if (error.fault != Fault::temporary) error.retry_after = 0;
  return error;
}

Result<Page> read_s3_page(std::string_view body) {
  auto root = read_xml(body);
  if (!root) return pass(std::move(root));
  if (root->name != "ListBucketResult")
    return fail(Fault::corrupt,
                "the reply is no list of keys but `" + printable(root->name.substr(0, 64)) + "`");
  const bool is_encoded = root->text_at("EncodingType") == "url";
  Page page;
  for (const XmlElement& child : root->children) {
    const bool is_object = child.name == "Contents";
    if (!is_object && child.name != "CommonPrefixes") continue;
    const XmlElement* const key = child.find(is_object ? "Key" : "Prefix");
    if (!key) return fail(Fault::corrupt, "the reply lists an object without a key");
    auto decoded = is_encoded ? key_decoded(key->text) : key->text;
    if (!decoded) return fail(Fault::corrupt, "the reply lists a key that is not encoded as it says");
    (is_object ? page.keys : page.prefixes).push_back(std::move(*decoded));
  }
  if (root->text_at("IsTruncated") == "true") {
    page.next = root->text_at("NextContinuationToken");
    if (page.next.empty()) return fail(Fault::corrupt, "the reply says that more follows, and not where");
  }
  return page;
}

}  // namespace mesh::store
