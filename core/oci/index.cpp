#include "core/oci/index.hpp"

#include "core/base/strings.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace mesh::oci {
namespace {

constexpr std::string_view kRev = "vnd.mesh.rev";
constexpr std::string_view kHead = "vnd.mesh.head";
constexpr std::string_view kId = "vnd.mesh.id";

std::string take(Annotations& annotations, std::string_view name) {
  const auto node = annotations.extract(std::string(name));
  return node ? node.mapped() : std::string();
}

Result<uint64_t> read_rev(const std::string& text) {
  if (text.empty()) return 0;
  uint64_t rev = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, rev);
  if (fault != std::errc{} || stop != end || rev > kMaxRev || (text[0] == '0' && text.size() > 1))
    return fail(Fault::corrupt, "its vnd.mesh.rev is not a number");
  return rev;
}

Result<std::vector<Descriptor>> read_manifests(const Json& document) {
  const Json* const given = document.find("manifests");
  if (!given || given->kind != Json::Kind::array) return fail(Fault::corrupt, "it has no manifests");
  std::vector<Descriptor> manifests;
  std::set<std::string, std::less<>> tags;
  for (const Json& item : given->items) {
    auto entry = read_descriptor(item);
    if (!entry) return pass(std::move(entry));
    // Of two entries with one name some readers take the first and some the last.
    const std::string_view tag = entry->annotation(kRefName);
    if (!tag.empty() && !tags.emplace(tag).second)
      return fail(Fault::corrupt, "it has the name `" + printable(tag) + "` twice");
    manifests.push_back(std::move(*entry));
  }
  return manifests;
}

}  // namespace

const Descriptor* Index::find(std::string_view tag) const {
  const auto found = std::ranges::find_if(
      manifests, [&](const Descriptor& entry) { return entry.annotation(kRefName) == tag; });
  return found == manifests.end() ? nullptr : &*found;
}

void Index::put(Descriptor entry) {
  const std::string tag(entry.annotation(kRefName));
  const auto found =
      std::ranges::find_if(manifests, [&](const Descriptor& old) { return old.annotation(kRefName) == tag; });
  if (found == manifests.end())
    manifests.push_back(std::move(entry));
  else
    *found = std::move(entry);
}

Result<Index> read_index(std::string_view bytes) {
  auto document = read_json(bytes);
  if (!document) return pass(std::move(document));
  if (auto checked = check_document(*document, kIndexType); !checked) return pass(std::move(checked));
  auto annotations = read_annotations(*document);
  if (!annotations) return pass(std::move(annotations));
  const auto rev = read_rev(take(*annotations, kRev));
  if (!rev) return tl::unexpected(rev.error());
  auto manifests = read_manifests(*document);
  if (!manifests) return pass(std::move(manifests));

  Index index;
  index.rev = *rev;
  index.head = take(*annotations, kHead);
  index.id = take(*annotations, kId);
  index.annotations = std::move(*annotations);
  index.manifests = std::move(*manifests);
  for (const auto& [key, value] : document->members)
    if (key != "schemaVersion" && key != "mediaType" && key != "manifests" && key != "annotations")
      index.rest.members.emplace(key, value);
  return index;
}

std::string index_bytes(const Index& index) {
  std::vector<const Descriptor*> ordered;
  for (const Descriptor& entry : index.manifests) ordered.push_back(&entry);
  std::ranges::stable_sort(ordered, [](const Descriptor* a, const Descriptor* b) {
    const auto a_name = a->annotation(kRefName), b_name = b->annotation(kRefName);
    if (a_name.empty() || b_name.empty()) return !a_name.empty() && b_name.empty();
    return a_name < b_name;
  });
  Json manifests = Json::array();
  for (const Descriptor* entry : ordered) manifests.items.push_back(to_json(*entry));

  Annotations annotations = index.annotations;
  annotations[std::string(kRev)] = std::to_string(index.rev);
  if (!index.head.empty()) annotations[std::string(kHead)] = index.head;
  if (!index.id.empty()) annotations[std::string(kId)] = index.id;

  Json document = index.rest;
  document.members.insert_or_assign("schemaVersion", Json::number(2));
  document.members.insert_or_assign("mediaType", Json::string(kIndexType));
  document.members.insert_or_assign("manifests", std::move(manifests));
  document.members.insert_or_assign("annotations", Json::object_of(annotations));
  return write_json(document);
}

}  // namespace mesh::oci
