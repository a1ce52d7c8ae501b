#include "core/publish/listing_document.hpp"

#include "core/base/strings.hpp"
#include "core/crypto/sha256.hpp"
#include "core/oci/raw_json.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

namespace mesh::publish {
namespace {

using oci::Json;

constexpr const char* kNoListing = "it is no listing of this version";

// Of canonical JSON: what is between brackets and commas, and each key.
size_t values_in(std::string_view json) {
  size_t count = 0;
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

// Too many for those who read it: more than that needs two bytes each.
bool has_too_many_values(const Pieces& text) {
  size_t count = 1;
  if (text.size() / 2 > oci::kMaxValues)
    for (size_t i = 0; i < text.count() && count <= oci::kMaxValues; ++i) count += values_in(text.piece(i));
  return count > oci::kMaxValues;
}

// The document around the entries.
struct Frame {
  std::string before, after;
};

Frame frame_of(std::string_view domain, const Json& rest) {
  Json document = rest;
  document.members.emplace("schemaVersion", Json::number(1));
  document.members.emplace("domain", Json::string(domain));
  document.members.emplace("products", Json::array());
  Frame frame;
  std::string* text = &frame.before;
  *text = "{";
  for (const auto& [key, value] : document.members) {
    if (&value != &document.members.begin()->second) *text += ',';
    text->append(json_quote(key)).append(1, ':');
    if (key == "products") {
      *text += '[';
      text = &frame.after;
      *text = "]";
    } else {
      *text += oci::write_json(value);
    }
  }
  *text += '}';
  return frame;
}

Pieces text_of(Frame frame, std::shared_ptr<const Entries> products) {
  std::vector<const Packed*> entries;
  uint64_t size = frame.before.size() + frame.after.size();
  for (const auto& [name, entry] : *products) {
    size += entry.size() + (entries.empty() ? 0 : 1);
    entries.push_back(&entry);
  }
  const size_t count = entries.size() + 2;
  return {count, size, [frame = std::move(frame), entries = std::move(entries), products](size_t number) {
            if (number == 0) return frame.before;
            if (number > entries.size()) return frame.after;
            return (number == 1 ? "" : ",") + entries[number - 1]->text();
          }};
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

bool Listing::is(const Pieces& text) const { return token && crypto::hex(crypto::sha256(text)) == digest; }

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

Pieces listing_text(std::string_view domain, const Json& rest, const Entries& products) {
  const Frame frame = frame_of(domain, rest);
  Pieces text = text_of(frame, std::shared_ptr<const Entries>(std::shared_ptr<void>(), &products));
  if (text.size() <= kMaxListing && !has_too_many_values(text)) return text;
  // A listing that nobody would read is worth less than one without columns.
  const auto brief = std::make_shared<Entries>();
  for (const auto& [name, packed] : products) {
    Json entry = entry_in(packed);
    entry.members.erase("contracts");
    brief->emplace(name, oci::write_json(entry));
  }
  return text_of(frame, brief);
}

}  // namespace mesh::publish
