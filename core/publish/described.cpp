#include "core/publish/described.hpp"

#include "core/find/read.hpp"
#include "core/model/version.hpp"
#include "core/publish/release.hpp"

#include <algorithm>
#include <functional>

namespace mesh::publish {
namespace {

using ReadLayer = std::function<Result<std::string>(const oci::Descriptor& layer)>;

tl::unexpected<Error> unreadable(const Identity& identity, const oci::Descriptor& layer) {
  return fail(Fault::corrupt, "`" + std::string(oci::title_of(layer)) + "` of `" + identity.prefix() +
                                  "` cannot be read as YAML or JSON");
}

Result<find::Product> describe_layers(const Identity& identity, const oci::Manifest& manifest,
                                      const ReadLayer& read) {
  std::optional<find::Product> product;
  std::vector<find::Contract> contracts;
  for (const oci::Descriptor& layer : manifest.layers) {
    const bool is_product = layer.media_type == oci::kOdpsType && !product;
    if (!is_product && layer.media_type != oci::kOdcsType) continue;
    auto bytes = read(layer);
    if (!bytes) return pass(std::move(bytes));
    const Source source(std::string(oci::title_of(layer)), std::move(*bytes));
    if (is_product) {
      product = find::product_in(source);
      if (!product) return unreadable(identity, layer);
      continue;
    }
    auto more = find::contracts_in(source);
    if (more.empty()) return unreadable(identity, layer);
    std::ranges::move(more, std::back_inserter(contracts));
  }
  if (!product)
    return fail(Fault::corrupt, "the release of `" + identity.prefix() + "` has no product in it");
  product->contracts = std::move(contracts);
  return std::move(*product);
}

}  // namespace

Result<find::Product> describe(store::Store& store, const Identity& identity,
                               const oci::Descriptor& release) {
  const auto manifest = read_release(store, identity, release);
  if (!manifest) return tl::unexpected(manifest.error());
  return describe_layers(identity, *manifest, [&](const oci::Descriptor& layer) {
    return read_blob(store, identity, layer, kMaxFile);
  });
}

Result<find::Product> describe(const Release& release) {
  return describe_layers(
      release.identity, release.manifest(), [&](const oci::Descriptor& layer) -> Result<std::string> {
        const auto file = std::ranges::find(release.files, oci::title_of(layer), &ReleaseFile::title);
        if (file == release.files.end())
          return fail(Fault::internal, "a layer of `" + release.identity.prefix() + "` has no file");
        return bytes_of(release, *file);
      });
}

Result<find::Product> read_published(store::Store& store, const Wanted& wanted) {
  const auto stored = read_stored(store, wanted.identity);
  if (!stored) return tl::unexpected(stored.error());
  const std::string name = "`" + wanted.identity.prefix() + "`";
  if (!*stored) return fail(Fault::not_found, name + " is not published there");
  const oci::Index& index = (*stored)->index;
  auto entry = choose(index, wanted);
  // A product that has only a snapshot is one that can be looked at.
  if (const oci::Descriptor* const snapshot = index.find(model::kSnapshotTag);
      !entry && wanted.version.empty() && snapshot && is_release(*snapshot))
    entry = *snapshot;
  if (!entry) return pass(std::move(entry));
  auto product = describe(store, wanted.identity, *entry);
  if (!product) return product;
  product->domain = wanted.identity.domain;
  product->key = wanted.identity.product;
  product->version = version_of(*entry);
  if (const std::string_view status = entry->annotation(oci::kStatus); !status.empty())
    product->status = status;
  if (auto retired = retirement_of(index)) {
    product->status = "retired";
    product->reason = std::move(retired->reason);
    product->replacement = std::move(retired->replacement);
  }
  const auto releases = releases_of(index);
  for (auto at = releases.rbegin(); at != releases.rend(); ++at)
    if (tag_of(**at) != model::kSnapshotTag) product->releases.push_back({version_of(**at), is_yanked(**at)});
  return product;
}

}  // namespace mesh::publish
