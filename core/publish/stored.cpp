#include "core/publish/stored.hpp"

#include "core/base/strings.hpp"
#include "core/model/version.hpp"
#include "core/oci/layout.hpp"
#include "core/publish/release.hpp"

#include <algorithm>

namespace mesh::publish {

Result<std::optional<Stored>> read_stored(store::Store& store, const Identity& identity) {
  const std::string key = oci::index_key(identity.prefix());
  auto object = store.get(key, oci::kMaxIndex);
  if (!object && object.error().fault == Fault::not_found) return std::nullopt;
  if (!object) return pass(std::move(object));
  auto index = oci::read_index(object->bytes);
  if (!index) return std::move(index).error().in("`" + key + "` cannot be used");
  // A registry does not tell what follows from the releases.
  if (index->head.empty()) index->head = newest(*index);
  return Stored{std::move(*index), std::move(object->token)};
}

bool is_release(const oci::Descriptor& entry) {
  const std::string_view tag = tag_of(entry);
  return entry.media_type == oci::kManifestType && oci::is_digest(entry.digest) &&
         (tag == model::kSnapshotTag || model::parse_tag(tag));
}

std::vector<const oci::Descriptor*> releases_of(const oci::Index& index) {
  std::vector<std::pair<model::Version, const oci::Descriptor*>> versions;
  const oci::Descriptor* snapshot = nullptr;
  for (const oci::Descriptor& entry : index.manifests) {
    if (!is_release(entry)) continue;
    if (auto version = model::parse_tag(tag_of(entry)))
      versions.emplace_back(std::move(*version), &entry);
    else
      snapshot = &entry;
  }
  std::ranges::sort(versions, [](const auto& a, const auto& b) {
    const auto order = model::by_precedence(a.first, b.first);
    return order != 0 ? order < 0 : a.first.build < b.first.build;
  });
  std::vector<const oci::Descriptor*> releases;
  for (const auto& [version, entry] : versions) releases.push_back(entry);
  if (snapshot) releases.push_back(snapshot);
  return releases;
}

std::string_view tag_of(const oci::Descriptor& entry) { return entry.annotation(oci::kRefName); }

std::string version_of(const oci::Descriptor& entry) {
  const auto version = model::parse_tag(tag_of(entry));
  return version ? version->text() : std::string(tag_of(entry));
}

bool is_yanked(const oci::Descriptor& entry) { return entry.annotation(oci::kStatus) == "yanked"; }

std::optional<Retirement> retirement_of(const oci::Index& index) {
  const auto text = [&](std::string_view name) {
    const auto found = index.annotations.find(std::string(name));
    return found == index.annotations.end() ? std::string() : found->second;
  };
  if (text(oci::kStatus) != "retired") return std::nullopt;
  return Retirement{text(oci::kReason), text(oci::kReplacement)};
}

std::string newest(const oci::Index& index) {
  const oci::Descriptor* best = nullptr;
  const auto releases = releases_of(index);
  for (auto at = releases.rbegin(); at != releases.rend(); ++at) {
    if (tag_of(**at) == model::kSnapshotTag || is_yanked(**at)) continue;
    const auto version = model::parse_tag(tag_of(**at));
    if (version && version->prerelease.empty()) return std::string(tag_of(**at));
    if (!best) best = *at;
  }
  return best ? std::string(tag_of(*best)) : "";
}

Result<std::string> read_blob(store::Store& store, const Identity& identity, const oci::Descriptor& blob,
                              uint64_t limit) {
  if (!oci::is_digest(blob.digest))
    return fail(Fault::corrupt, "the digest `" + printable(blob.digest) + "` is not SHA-256");
  const std::string key = oci::blob_key(identity.prefix(), blob.digest);
  if (blob.size > limit) return fail(Fault::corrupt, "`" + key + "` is said to be larger than is allowed");
  auto object = store.get(key, blob.size);
  if (!object && object.error().fault == Fault::not_found)
    return fail(Fault::corrupt, "`" + key + "` is missing");
  if (!object && object.error().fault == Fault::corrupt)
    return fail(Fault::corrupt, "`" + key + "` has the wrong size: more than the " +
                                    std::to_string(blob.size) + " bytes that are expected");
  if (!object) return pass(std::move(object));
  if (object->bytes.size() != blob.size)
    return fail(Fault::corrupt, "`" + key + "` has the wrong size: " + std::to_string(object->bytes.size()) +
                                    " bytes instead of " + std::to_string(blob.size));
  if (oci::digest_of(object->bytes) != blob.digest)
    return fail(Fault::corrupt, "`" + key + "` holds other bytes than its digest says");
  return std::move(object->bytes);
}

Result<oci::Manifest> read_release(store::Store& store, const Identity& identity,
                                   const oci::Descriptor& entry) {
  auto bytes = read_blob(store, identity, entry, oci::kMaxManifest);
  if (!bytes) return pass(std::move(bytes));
  const std::string key = oci::blob_key(identity.prefix(), entry.digest);
  auto manifest = oci::read_manifest(*bytes);
  if (!manifest) return std::move(manifest).error().in("`" + key + "` cannot be used");
  const auto differs = [&](std::string_view what, std::string_view has, std::string_view path_says) {
    return fail(Fault::corrupt, "`" + key + "` is the manifest of " + std::string(what) + " `" +
                                    printable(has) + "`, not of `" + printable(path_says) + "`");
  };
  if (manifest->domain != identity.domain) return differs("domain", manifest->domain, identity.domain);
  if (manifest->product != identity.product) return differs("product", manifest->product, identity.product);
  if (is_release(entry) && manifest->version != version_of(entry))
    return differs("version", manifest->version, version_of(entry));
  uint64_t left = kMaxRelease;
  for (const oci::Descriptor& layer : manifest->layers) {
    if (layer.size > left)
      return fail(Fault::corrupt,
                  "`" + key + "` lists files that are larger together than the 1 GiB a release may have");
    left -= layer.size;
  }
  return manifest;
}

tl::unexpected<Error> no_such_product(store::Store& store, const Identity& identity) {
  std::string help;
  if (const auto products = products_in(store, "")) {
    std::vector<std::string> names;
    for (const Identity& product : *products) names.push_back(product.prefix());
    if (const auto near = nearest(identity.prefix(), names)) help = "did you mean `" + *near + "`?";
  }
  return fail(Fault::not_found, "`" + identity.prefix() + "` is not published there", std::move(help));
}

tl::unexpected<Error> no_such_version(const oci::Index& index, const Identity& identity,
                                      std::string_view version) {
  const auto releases = releases_of(index);
  std::vector<std::string> names;
  for (auto at = releases.rbegin(); at != releases.rend(); ++at) names.push_back(version_of(**at));
  std::string help;
  if (const auto near = nearest(version, std::vector<std::string>(names)); near && !version.empty())
    help = "did you mean `" + *near + "`? ";
  constexpr size_t kShown = 10;
  const bool more = names.size() > kShown;
  if (more) names.resize(kShown);
  help += "published are: " + (names.empty() ? "nothing" : join(names, ", ")) + (more ? ", …" : "");
  return fail(Fault::not_found,
              version.empty() ? "`" + identity.prefix() + "` has no release"
              : version.starts_with('^') || version.starts_with('~')
                  ? "no version of `" + identity.prefix() + "` is in the range `" + printable(version) + "`"
                  : "`" + identity.prefix() + "` has no version `" + printable(version) + "`",
              std::move(help));
}

Result<std::vector<Identity>> products_in(store::Store& store, std::string_view domain) {
  const auto keys = store.list(domain.empty() ? std::string() : std::string(domain) + "/");
  if (!keys) return tl::unexpected(keys.error());
  std::vector<Identity> products;
  for (const std::string& key : *keys) {
    const auto parts = split(key, '/');
    if (parts.size() != 3 || parts[2] != "index.json") continue;
    Identity identity{std::string(parts[0]), std::string(parts[1])};
    if (check_identity(identity)) products.push_back(std::move(identity));
  }
  std::ranges::sort(products);
  return products;
}

}  // namespace mesh::publish
