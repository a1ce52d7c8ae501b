#include "core/store/oci_state.hpp"

#include "core/base/strings.hpp"
#include "core/oci/artifact.hpp"
#include "core/oci/manifest.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <tuple>

namespace mesh::store {
namespace {

using oci::Json;

// Annotations of records that are not of the entry.
constexpr std::string_view kRev = "vnd.mesh.rev";
constexpr std::string_view kType = "vnd.mesh.type";        // the entry's artifactType
constexpr std::string_view kProduct = "vnd.mesh.product";  // what the index says of itself, as JSON
constexpr std::string_view kSubject = "vnd.mesh.subject";
constexpr std::string_view kHead = "vnd.mesh.head", kId = "vnd.mesh.id";
constexpr size_t kLongestTag = 128;

uint64_t rev_of(const oci::Descriptor& record) {
  const std::string_view text = record.annotation(kRev);
  uint64_t rev = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), rev);
  return fault == std::errc{} && end == text.data() + text.size() && rev < UINT64_MAX / 2 ? rev : 0;
}

// Of two that were written at the same moment everybody must take the same one.
bool is_newer(const oci::Descriptor& a, const oci::Descriptor& b) {
  return std::tuple(rev_of(a), a.digest) > std::tuple(rev_of(b), b.digest);
}

std::optional<oci::Annotations> product_of(const oci::Descriptor& record) {
  const auto json = oci::read_json(record.annotation(kProduct));
  if (!json || json->kind != Json::Kind::object) return std::nullopt;
  oci::Annotations product;
  for (const auto& [name, value] : json->members) {
    if (value.kind != Json::Kind::string) return std::nullopt;
    product.emplace(name, value.text);
  }
  return product;
}

// The head of a product follows from its versions and their statuses, whoever wrote last; that of others is a
// word of its own.
bool keeps_head(const oci::Descriptor& entry) {
  const std::string_view type = oci::artifact_type_of(entry);
  return !type.empty() && type != oci::kProductType;
}

// What the index says that none of its entries does.
oci::Annotations product_of(const oci::Index& index) {
  oci::Annotations product = index.annotations;
  if (!index.id.empty()) product[std::string(kId)] = index.id;
  const oci::Descriptor* const head = index.head.empty() ? nullptr : index.find(index.head);
  if (head && keeps_head(*head)) product[std::string(kHead)] = index.head;
  return product;
}

std::string taken(oci::Annotations& annotations, std::string_view name) {
  const auto node = annotations.extract(std::string(name));
  return node ? node.mapped() : std::string();
}

oci::Descriptor entry_of(const TaggedManifest& tagged) {
  oci::Descriptor entry = tagged.manifest;
  const auto newest =
      std::ranges::max_element(tagged.records, [](const auto& a, const auto& b) { return is_newer(b, a); });
  if (newest != tagged.records.end()) {
    entry.annotations = newest->annotations;
    if (const std::string type = taken(entry.annotations, kType); !type.empty())
      entry.rest.members.emplace("artifactType", Json::string(type));
    for (const std::string_view name : {kRev, kProduct}) entry.annotations.erase(std::string(name));
  }
  entry.annotations[std::string(oci::kRefName)] = tagged.tag;
  return entry;
}

bool is_equal(const oci::Descriptor& a, const oci::Descriptor& b) {
  return a.digest == b.digest && a.annotations == b.annotations &&
         oci::artifact_type_of(a) == oci::artifact_type_of(b);
}

std::string record_of(const oci::Descriptor& entry, uint64_t rev, const oci::Annotations* product) {
  oci::Annotations annotations = entry.annotations;
  annotations.erase(std::string(oci::kRefName));
  annotations[std::string(kRev)] = std::to_string(rev);
  if (const std::string_view type = oci::artifact_type_of(entry); !type.empty())
    annotations[std::string(kType)] = type;
  if (product) annotations[std::string(kProduct)] = oci::write_json(Json::object_of(*product));
  oci::Descriptor subject;
  subject.media_type = entry.media_type;
  subject.digest = entry.digest;
  subject.size = entry.size;
  return oci::artifact_bytes({std::string(kRecordType),
                              {oci::describe(oci::kEmptyType, oci::kEmptyConfig)},
                              std::move(subject),
                              std::move(annotations)});
}

bool is_tag(std::string_view text) {
  const auto belongs = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  return !text.empty() && text.size() <= kLongestTag && text.front() != '.' && text.front() != '-' &&
         std::ranges::all_of(text, belongs);
}

}  // namespace

bool is_release_tag(std::string_view tag) {
  return is_tag(tag) && tag != "latest" && !tag.starts_with("sha256-");
}

bool is_record(const oci::Descriptor& referrer) {
  return oci::artifact_type_of(referrer) == kRecordType && rev_of(referrer) > 0;
}

oci::Index index_of(const std::vector<TaggedManifest>& all) {
  oci::Index index;
  const oci::Descriptor* teller = nullptr;
  std::set<std::string> listed;
  std::vector<oci::Descriptor> nameless;
  for (const TaggedManifest& tagged : all) {
    index.manifests.push_back(entry_of(tagged));
    for (const oci::Descriptor& record : tagged.records) {
      index.rev = std::max(index.rev, rev_of(record));
      if (product_of(record) && (!teller || is_newer(record, *teller))) teller = &record;
    }
    for (oci::Descriptor referrer : tagged.referrers) {
      if (!listed.insert(referrer.digest).second) continue;
      referrer.annotations.erase(std::string(oci::kRefName));
      referrer.annotations[std::string(kSubject)] = tagged.manifest.digest;
      nameless.push_back(std::move(referrer));
    }
  }
  std::ranges::sort(nameless, {}, &oci::Descriptor::digest);
  index.manifests.insert(index.manifests.end(), nameless.begin(), nameless.end());
  if (teller) index.annotations = *product_of(*teller);
  index.id = taken(index.annotations, kId);
  index.head = taken(index.annotations, kHead);
  if (!index.find(index.head)) index.head.clear();
  return index;
}

std::string token_of(const oci::Index& index) {
  oci::Index named = index;
  std::erase_if(named.manifests,
                [](const oci::Descriptor& entry) { return entry.annotation(oci::kRefName).empty(); });
  return oci::digest_of(oci::index_bytes(named));
}

Result<std::vector<Record>> records_for(const oci::Index& now, const oci::Index& wanted) {
  const uint64_t rev = now.rev + 1;
  const oci::Annotations product = product_of(wanted);
  std::vector<std::pair<const oci::Descriptor*, bool>> changed;
  const oci::Descriptor* last = nullptr;
  for (const oci::Descriptor& entry : wanted.manifests) {
    const std::string_view tag = entry.annotation(oci::kRefName);
    if (tag.empty()) continue;
    if (!is_release_tag(tag))
      return fail(Fault::usage, "`" + printable(tag) + "` cannot be the tag of a release in a registry");
    last = &entry;
    const oci::Descriptor* const before = now.find(tag);
    const bool moves = !before || before->digest != entry.digest;
    if (moves || !is_equal(*before, entry)) changed.emplace_back(&entry, moves);
  }
  for (const oci::Descriptor& entry : now.manifests)
    if (const std::string_view tag = entry.annotation(oci::kRefName); !tag.empty() && !wanted.find(tag))
      return fail(Fault::usage, "`" + printable(tag) + "` cannot be taken off: a registry keeps its tags");
  if (!last)
    return fail(Fault::usage,
                "a registry keeps what is said of a product beside a release, and there is none");
  if (changed.empty()) changed.emplace_back(last, false);

  // What is said of the product stands in the last record: by then all others have been written. It is said
  // again when a tag leaves a manifest, with whose records it may go.
  const bool leaves = std::ranges::any_of(
      changed, [&](const auto& one) { return one.second && now.find(one.first->annotation(oci::kRefName)); });
  const bool says_product = leaves || product != product_of(now);
  std::vector<Record> records;
  for (const auto& [entry, moves] : changed)
    records.push_back(
        {entry, moves,
         record_of(*entry, rev, says_product && entry == changed.back().first ? &product : nullptr)});
  return records;
}

bool has_taken(const oci::Index& now, const oci::Index& wanted, const std::vector<Record>& records) {
  return product_of(now) == product_of(wanted) && std::ranges::all_of(records, [&](const Record& record) {
           const oci::Descriptor* const there = now.find(record.entry->annotation(oci::kRefName));
           return there && is_equal(*there, *record.entry);
         });
}

}  // namespace mesh::store
