#include "core/oci/descriptor.hpp"

#include "core/base/strings.hpp"
#include "core/crypto/sha256.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace mesh::oci {
namespace {

constexpr std::string_view kSha256 = "sha256:";

bool is_lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
bool is_lower_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }
bool is_alphanumeric(char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }

// image-spec, "digests": algorithm ":" encoded.
bool is_any_digest(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == text.npos || colon == 0 || text.size() > 512) return false;
  const std::string_view algorithm = text.substr(0, colon), encoded = text.substr(colon + 1);
  if (algorithm == "sha256") return is_digest(text);
  if (algorithm == "sha512" && encoded.size() != 128) return false;
  constexpr std::string_view kSeparators = "+._-";
  if (!is_lower_or_digit(algorithm.front()) || !is_lower_or_digit(algorithm.back())) return false;
  const auto names = [&](char c) { return is_lower_or_digit(c) || kSeparators.find(c) != kSeparators.npos; };
  const auto encodes = [](char c) { return is_alphanumeric(c) || c == '=' || c == '_' || c == '-'; };
  return std::ranges::all_of(algorithm, names) && !encoded.empty() && std::ranges::all_of(encoded, encodes);
}

// RFC 6838, 4.2: two restricted names.
bool is_media_type(std::string_view text) {
  const auto is_name = [](std::string_view name) {
    constexpr std::string_view kMarks = "!#$&-^_.+";
    return !name.empty() && name.size() <= 127 && is_alphanumeric(name.front()) &&
           std::ranges::all_of(name,
                               [&](char c) { return is_alphanumeric(c) || kMarks.find(c) != kMarks.npos; });
  };
  const auto parts = split(text, '/');
  return parts.size() == 2 && is_name(parts[0]) && is_name(parts[1]);
}

std::optional<uint64_t> whole_number(const Json* json) {
  if (!json || json->kind != Json::Kind::number) return std::nullopt;
  uint64_t value = 0;
  const char* const end = json->text.data() + json->text.size();
  const auto [stop, fault] = std::from_chars(json->text.data(), end, value);
  if (fault != std::errc{} || stop != end || value > uint64_t(std::numeric_limits<int64_t>::max()))
    return std::nullopt;
  return value;
}

}  // namespace

std::string_view Descriptor::annotation(std::string_view name) const {
  const auto found = annotations.find(std::string(name));
  return found == annotations.end() ? std::string_view{} : std::string_view(found->second);
}

std::string digest_of(std::string_view bytes) { return std::string(kSha256) + crypto::sha256_hex(bytes); }

bool is_digest(std::string_view text) {
  return text.size() == kSha256.size() + 64 && text.starts_with(kSha256) &&
         std::ranges::all_of(text.substr(kSha256.size()), is_lower_hex);
}

Descriptor describe(std::string_view media_type, std::string_view bytes) {
  Descriptor descriptor;
  descriptor.media_type = media_type;
  descriptor.digest = digest_of(bytes);
  descriptor.size = bytes.size();
  return descriptor;
}

Result<Annotations> read_annotations(const Json& document) {
  Annotations annotations;
  const Json* const given = document.find("annotations");
  if (!given) return annotations;
  if (given->kind != Json::Kind::object) return fail(Fault::corrupt, "its annotations are not an object");
  for (const auto& [name, value] : given->members) {
    if (value.kind != Json::Kind::string)
      return fail(Fault::corrupt, "its annotation `" + printable(name) + "` is not a string");
    annotations.emplace(name, value.text);
  }
  return annotations;
}

Result<Descriptor> read_descriptor(const Json& json) {
  if (json.kind != Json::Kind::object) return fail(Fault::corrupt, "a descriptor is not an object");
  const std::string* const type = json.string_at("mediaType");
  if (!type || !is_media_type(*type)) return fail(Fault::corrupt, "a descriptor has no media type");
  const std::string* const digest = json.string_at("digest");
  if (!digest || !is_any_digest(*digest)) return fail(Fault::corrupt, "a descriptor has no digest");
  const auto size = whole_number(json.find("size"));
  if (!size) return fail(Fault::corrupt, "a descriptor has no size");
  auto annotations = read_annotations(json);
  if (!annotations) return pass(std::move(annotations));

  Descriptor descriptor;
  descriptor.media_type = *type;
  descriptor.digest = *digest;
  descriptor.size = *size;
  descriptor.annotations = std::move(*annotations);
  for (const auto& [key, value] : json.members)
    if (key != "mediaType" && key != "digest" && key != "size" && key != "annotations")
      descriptor.rest.members.emplace(key, value);
  return descriptor;
}

Json to_json(const Descriptor& descriptor) {
  Json json = descriptor.rest;
  json.members.insert_or_assign("mediaType", Json::string(descriptor.media_type));
  json.members.insert_or_assign("digest", Json::string(descriptor.digest));
  json.members.insert_or_assign("size", Json::number(descriptor.size));
  if (!descriptor.annotations.empty())
    json.members.insert_or_assign("annotations", Json::object_of(descriptor.annotations));
  return json;
}

Result<void> check_document(const Json& document, std::string_view media_type) {
  if (document.kind != Json::Kind::object) return fail(Fault::corrupt, "it is not an object");
  const Json* const schema = document.find("schemaVersion");
  if (!schema || schema->kind != Json::Kind::number || schema->text != "2")
    return fail(Fault::corrupt, "its schemaVersion is not 2");
  const Json* const type = document.find("mediaType");
  if (type && (type->kind != Json::Kind::string || type->text != media_type))
    return fail(Fault::corrupt, "its mediaType is not `" + std::string(media_type) + "`");
  return {};
}

}  // namespace mesh::oci
