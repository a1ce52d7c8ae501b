#include "core/publish/listing_document.hpp"

#include "core/base/strings.hpp"
#include "core/crypto/sha256.hpp"
#include "core/oci/raw_json.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace mesh::publish {
namespace {

using oci::Json;

constexpr const char* kNoListing = "it is no listing of this version";

// Of canonical JSON: what is between brackets and commas, and each key.
size_t values_in(std::string_view json) {
  size_t count = 1;
  bool in_text = false;
  for (size_t i = 0; i < json.size(); ++i) {
    if (in_text && json[i] == '\\')
      ++i;
    else if (json[i] == '"')
      in_text = !in_text;
    else if (!in_text)
      count += json[i] == ',' || json[i] == ':' || json[i] == '[' || json[i] == '{';
  }
  return count;
}

std::string joined(std::string_view domain, const Json& rest, const Entries& products) {
  Json document = rest;
  document.members.emplace("schemaVersion", Json::number(1));
  document.members.emplace("domain", Json::string(domain));
  document.members.emplace("products", Json::array());
  size_t size = oci::write_json(document).size();
  for (const auto& [name, entry] : products) size += entry.size() + 1;
  std::string bytes;
  bytes.reserve(size);
  for (const auto& [key, value] : document.members) {
    bytes.append(1, bytes.empty() ? '{' : ',').append(json_quote(key)).append(1, ':');
    if (key != "products") {
      bytes += oci::write_json(value);
      continue;
    }
    bytes += '[';
    for (const auto& [name, entry] : products) {
      if (bytes.back() != '[') bytes += ',';
      bytes += entry.text();
    }
    bytes += ']';
  }
  bytes += '}';
  return bytes;
}

}  // namespace

std::string listing_key(std::string_view domain) { return std::string(domain) + "/listing.json"; }

Json entry_in(const Packed& entry) { return oci::read_json(entry.text()).value_or(Json::object()); }

Result<Json> each_entry(std::string_view listing,
                        const std::function<void(const std::string& product, const Json& entry)>& add) {
  auto members = oci::raw_members(listing);
  if (!members) return pass(std::move(members));
  std::optional<std::string_view> products;
  Json rest = Json::object();
  bool is_known = false;
  for (const auto& [key, value] : *members) {
    if (key == "products") {
      products = value;
      continue;
    }
    auto member = oci::read_json(value);
    if (!member) return pass(std::move(member));
    if (key == "schemaVersion")
      is_known = member->text == "1";
    else if (key != "domain")
      rest.members.emplace(key, std::move(*member));
  }
  if (!products || !products->starts_with('[') || !is_known) return fail(Fault::corrupt, kNoListing);
  const auto entries = oci::raw_items(*products);
  if (!entries) return tl::unexpected(entries.error());
  std::set<std::string> names;
  for (const std::string_view part : *entries) {
    const auto entry = oci::read_json(part);
    if (!entry) return tl::unexpected(entry.error());
    const std::string* const name = entry->string_at("product");
    if (!name) return fail(Fault::corrupt, kNoListing);
    if (names.insert(*name).second) add(*name, *entry);
  }
  return rest;
}

bool Listing::is(std::string_view bytes) const { return token && crypto::sha256_hex(bytes) == digest; }

Result<Listing> read_listing(store::Store& store, const std::string& key) {
  Listing listing;
  auto object = store.get(key, kMaxListing);
  if (!object && object.error().fault == Fault::not_found) return listing;
  if (!object) return pass(std::move(object));
  listing.token = std::move(object->token);
  listing.digest = crypto::sha256_hex(object->bytes);
  auto rest = each_entry(object->bytes, [&](const std::string& product, const Json& entry) {
    listing.products.emplace(product, oci::write_json(entry));
  });
  listing.usable = rest.has_value();
  if (rest) listing.rest = std::move(*rest);
  if (!rest) listing.products.clear();
  return listing;
}

std::string listing_bytes(std::string_view domain, const Json& rest, const Entries& products) {
  std::string bytes = joined(domain, rest, products);
  if (bytes.size() <= kMaxListing && values_in(bytes) <= oci::kMaxValues) return bytes;
  // A listing that nobody would read is worth less than one without columns.
  Entries brief;
  for (const auto& [name, text] : products) {
    Json entry = entry_in(text);
    entry.members.erase("contracts");
    brief.emplace(name, oci::write_json(entry));
  }
  bytes = std::string();
  return joined(domain, rest, brief);
}

}  // namespace mesh::publish
