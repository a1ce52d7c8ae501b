#include "core/publish/verify.hpp"

#include "core/base/strings.hpp"
#include "core/oci/layout.hpp"
#include "core/publish/release.hpp"

#include <algorithm>

namespace mesh::publish {
namespace {

// An error that tells of a wrong byte is a verdict; one of reading itself (network, permission) ends the
// check.
bool is_verdict(const Error& error) { return error.fault == Fault::corrupt; }

Result<void> check_product(store::Store& store, const Identity& identity, const oci::Index& index,
                           std::vector<std::string>& problems) {
  const std::string key = oci::layout_key(identity.prefix());
  const auto layout = store.get(key, 4096);
  if (!layout && layout.error().fault == Fault::not_found)
    problems.push_back("`" + key + "` is missing");
  else if (!layout && is_verdict(layout.error()))
    problems.push_back(layout.error().message);
  else if (!layout)
    return tl::unexpected(layout.error());
  else if (const auto checked = oci::check_layout(layout->bytes); !checked)
    problems.push_back("`" + key + "` cannot be used: " + checked.error().message);

  if (!index.head.empty() && !index.find(index.head))
    problems.push_back("the head `" + printable(index.head) + "` is not among the releases");
  // Referrers and what others put there: they must at least be whole.
  for (const oci::Descriptor& entry : index.manifests) {
    if (is_release(entry) || !oci::is_digest(entry.digest)) continue;
    if (const auto bytes = read_blob(store, identity, entry, kMaxFile); !bytes) {
      if (!is_verdict(bytes.error())) return tl::unexpected(bytes.error());
      problems.push_back(bytes.error().message);
    }
  }
  return {};
}

Result<Verdict> check_release(store::Store& store, const Identity& identity, const oci::Descriptor& entry) {
  Verdict verdict{identity, version_of(entry), entry.digest, {}};
  const auto manifest = read_release(store, identity, entry);
  if (!manifest && !is_verdict(manifest.error())) return tl::unexpected(manifest.error());
  if (!manifest) {
    verdict.problems.push_back(manifest.error().message);
    return verdict;
  }
  const auto check = [&](const oci::Descriptor& blob, const std::string& name) -> Result<void> {
    const auto bytes = read_blob(store, identity, blob, kMaxFile);
    if (!bytes && !is_verdict(bytes.error())) return tl::unexpected(bytes.error());
    if (!bytes) verdict.problems.push_back(name + ": " + bytes.error().message);
    return {};
  };
  if (auto checked = check(manifest->config, "config"); !checked) return pass(std::move(checked));
  for (const oci::Descriptor& layer : manifest->layers)
    if (auto checked = check(layer, "file `" + printable(oci::title_of(layer)) + "`"); !checked)
      return pass(std::move(checked));
  return verdict;
}

}  // namespace

Result<std::vector<Verdict>> verify(store::Store& store, const Wanted& wanted, bool all_versions) {
  const Identity& identity = wanted.identity;
  std::vector<Verdict> verdicts;
  const auto stored = read_stored(store, identity);
  if (!stored && is_verdict(stored.error())) {
    verdicts.push_back({identity, "", "", {stored.error().message}});
    return verdicts;
  }
  if (!stored) return tl::unexpected(stored.error());
  if (!*stored) return no_such_product(store, identity);
  const oci::Index& index = (*stored)->index;

  Verdict product{identity, "", "", {}};
  if (auto checked = check_product(store, identity, index, product.problems); !checked)
    return pass(std::move(checked));
  if (!product.problems.empty()) verdicts.push_back(std::move(product));

  std::vector<oci::Descriptor> entries;
  if (all_versions) {
    for (const oci::Descriptor* release : releases_of(index)) entries.push_back(*release);
  } else {
    auto entry = choose(index, wanted);
    if (!entry) return pass(std::move(entry));
    entries.push_back(std::move(*entry));
  }
  for (const oci::Descriptor& entry : entries) {
    auto verdict = check_release(store, identity, entry);
    if (!verdict) return pass(std::move(verdict));
    verdicts.push_back(std::move(*verdict));
  }
  return verdicts;
}

}  // namespace mesh::publish
