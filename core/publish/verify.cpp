#include "core/publish/verify.hpp"

#include "core/base/strings.hpp"
#include "core/oci/artifact.hpp"
#include "core/oci/layout.hpp"
#include "core/publish/document.hpp"
#include "core/publish/marks.hpp"
#include "core/publish/reach.hpp"
#include "core/publish/release.hpp"
#include "core/publish/roots.hpp"
#include "core/publish/signatures.hpp"

#include <algorithm>
#include <set>

namespace mesh::publish {
namespace {

// An error that tells of a wrong byte is a verdict; one of reading itself (network, permission) ends the
// check.
bool is_verdict(const Error& error) { return error.fault == Fault::corrupt; }

// What the index says of itself.
void check_index(const oci::Index& index, std::vector<std::string>& problems) {
  if (index.rev == 0)
    problems.push_back(
        "the index has no vnd.mesh.rev, by which readers tell that an older one was put in its place");
  const std::string newest_tag = newest(index);
  const oci::Descriptor* const head = index.find(index.head);
  if (!index.head.empty() && !(head && is_release(*head)))
    problems.push_back("the head `" + printable(index.head) + "` is not among the releases");
  else if (index.head != newest_tag)
    problems.push_back("the head is " + (head ? version_of(*head) : std::string("not said")) + ", and " +
                       (newest_tag.empty() ? std::string("no version is left that is not yanked")
                                           : "the newest version that is not yanked is " +
                                                 version_of(*index.find(newest_tag))));
  const auto marks = read_marks(index);
  if (!marks) problems.push_back("the index cannot be used for collecting garbage: " + marks.error().message);
  for (const oci::Descriptor& entry : index.manifests)
    if (marks && marks->deleting.contains(entry.digest))
      problems.push_back("`" + entry.digest + "` is listed, and given up for deletion");
}

// What an entry says of a manifest and the manifest says otherwise; "" when it does not. Readers choose by
// the entry what to open: a signature that is listed as something else is missing for them.
std::string contradiction(const oci::Descriptor& entry, std::string_view bytes, const std::string& key) {
  const std::string_view listed = oci::artifact_type_of(entry);
  const auto artifact =
      listed.empty() ? Result<oci::Artifact>(fail(Fault::corrupt, "")) : oci::read_artifact(bytes);
  if (!artifact) return {};
  if (artifact->type != listed)
    return "`" + key + "` is listed as `" + printable(listed) + "`, and is `" + printable(artifact->type) +
           "`";
  const std::string_view subject = entry.annotation(kSubject);
  if (!subject.empty() && artifact->subject && artifact->subject->digest != subject)
    return "`" + key + "` is listed as about `" + printable(subject) + "`, and is about `" +
           artifact->subject->digest + "`";
  return {};
}

Result<void> check_layout(store::Store& store, const Identity& identity, std::vector<std::string>& problems) {
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
  return {};
}

// That they are whole, with all they lead to.
Result<void> check_entries(store::Store& store, const Identity& identity, const oci::Index& index,
                           const std::function<bool(const oci::Descriptor&)>& limited_to,
                           std::vector<std::string>& problems) {
  const auto reach = reach_of(store, identity, index, limited_to);
  if (!reach) return tl::unexpected(reach.error());
  for (const std::string& problem : reach->problems) problems.push_back(problem);
  const std::set<std::string> told(problems.begin(), problems.end());
  for (const auto& [digest, blob] : reach->blobs) {
    if (!oci::is_digest(digest)) continue;
    const auto bytes = read_blob(store, identity, blob, kMaxFile);
    if (bytes && blob.media_type == oci::kManifestType)
      if (std::string wrong = contradiction(blob, *bytes, oci::blob_key(identity.prefix(), digest));
          !wrong.empty())
        problems.push_back(std::move(wrong));
    if (bytes) continue;
    if (!is_verdict(bytes.error())) return tl::unexpected(bytes.error());
    if (!told.contains(bytes.error().message)) problems.push_back(bytes.error().message);
  }
  return {};
}

Result<void> check_product(store::Store& store, const Identity& identity, const oci::Index& index,
                           std::vector<std::string>& problems) {
  if (auto checked = check_layout(store, identity, problems); !checked) return checked;
  check_index(index, problems);
  // Referrers and what others put there.
  return check_entries(
      store, identity, index, [](const oci::Descriptor& entry) { return !is_release(entry); }, problems);
}

Result<Verdict> check_release(store::Store& store, const Identity& identity, const oci::Index& index,
                              const oci::Descriptor& entry) {
  Verdict verdict{identity, version_of(entry), entry.digest, {}};
  const auto manifest = read_release(store, identity, entry);
  if (!manifest && !is_verdict(manifest.error())) return tl::unexpected(manifest.error());
  if (!manifest) {
    verdict.problems.push_back(manifest.error().message);
    return verdict;
  }
  if (const std::string_view listed = oci::artifact_type_of(entry);
      !listed.empty() && listed != oci::kProductType)
    verdict.problems.push_back("it is listed as `" + printable(listed) + "`, and is `" +
                               std::string(oci::kProductType) + "`");
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
  const auto document = read_document(store, identity, *manifest);
  if (document && !document->id.empty() && !index.id.empty() && document->id != index.id)
    verdict.problems.push_back("its document has the id `" + printable(document->id) +
                               "`, and the product was first published with `" + printable(index.id) + "`");
  return verdict;
}

}  // namespace

Result<std::vector<Verdict>> verify(store::Store& store, const Wanted& wanted, bool all_versions,
                                    const std::function<Result<void>(const oci::Index&)>& check) {
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
  if (const auto checked = check ? check(index) : Result<void>(); !checked) {
    if (!is_verdict(checked.error())) return tl::unexpected(checked.error());
    product.problems.push_back(checked.error().message);
    product.help = checked.error().help;
  }
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
    auto verdict = check_release(store, identity, index, entry);
    if (!verdict) return pass(std::move(verdict));
    verdicts.push_back(std::move(*verdict));
  }
  return verdicts;
}

Result<std::optional<Verdict>> verify_roots(store::Store& store) {
  const Identity& identity = root_place();
  const auto stored = read_stored(store, identity);
  if (!stored && !is_verdict(stored.error())) return tl::unexpected(stored.error());
  if (stored && !*stored) return std::nullopt;
  Verdict verdict{identity, "", "", {}};
  if (!stored) {
    verdict.problems.push_back(stored.error().message);
    return verdict;
  }
  if (auto checked = check_layout(store, identity, verdict.problems); !checked)
    return pass(std::move(checked));
  if (auto checked = check_entries(store, identity, (*stored)->index, {}, verdict.problems); !checked)
    return pass(std::move(checked));
  return verdict;
}

}  // namespace mesh::publish
