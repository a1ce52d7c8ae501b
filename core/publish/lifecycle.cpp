#include "core/publish/lifecycle.hpp"

#include "core/base/strings.hpp"
#include "core/model/version.hpp"
#include "core/publish/commit.hpp"

#include <algorithm>
#include <set>

namespace mesh::publish {
namespace {

Receipt receipt_of(const Identity& identity, const oci::Descriptor& entry, Action action,
                   std::string reason = {}) {
  return {identity, version_of(entry), entry.digest, action, std::move(reason), {}, {}};
}

void annotate(oci::Annotations& annotations, std::string_view name, std::string_view text) {
  if (text.empty())
    annotations.erase(std::string(name));
  else
    annotations.insert_or_assign(std::string(name), std::string(text));
}

// `why` it is yanked; nothing: it is not. Then the end of its product counts, and before all that what its
// own document says.
void restate(oci::Descriptor& entry, const std::optional<std::string>& why, const oci::Index& index) {
  const auto retired = retirement_of(index);
  const std::string before(status_before(entry));
  const std::string now = why ? "yanked" : retired ? "retired" : before;
  annotate(entry.annotations, oci::kStatus, now);
  annotate(entry.annotations, oci::kStatusBefore, now == before ? "" : before);
  annotate(entry.annotations, oci::kReason, why ? *why : retired ? retired->reason : "");
  annotate(entry.annotations, oci::kReplacement, !why && retired ? retired->replacement : "");
}

std::string head_sentence(const oci::Index& index) {
  if (index.head.empty()) return "no version is left that is not yanked";
  return "the head is " + version_of(*index.find(index.head));
}

// A version as people write it (`v1.0.0`), or a digest; the release that is meant.
Result<oci::Descriptor*> find_version(oci::Index& index, const Identity& identity,
                                      const std::string& version) {
  if (version == model::kSnapshotTag)
    return fail(Fault::usage, "a snapshot cannot be withdrawn", "publish another one in its place");
  const auto parsed = model::parse_version(version);
  for (oci::Descriptor& entry : index.manifests) {
    if (!is_release(entry) || tag_of(entry) == model::kSnapshotTag) continue;
    if (parsed ? tag_of(entry) == parsed->tag() : entry.digest == version) return &entry;
  }
  return no_such_version(index, identity, version);
}

// Edits the index of a product that is there.
Told change(store::Store& store, const Identity& identity, const Options& options,
            const std::function<Told(oci::Index&)>& edit) {
  std::vector<Receipt> receipts;
  const auto committed = commit(
      store, identity, {},
      [&](const std::optional<Stored>& before) -> Result<std::optional<oci::Index>> {
        if (!before) return no_such_product(store, identity);
        oci::Index index = before->index;
        auto told = edit(index);
        if (!told) return pass(std::move(told));
        receipts = std::move(*told);
        const bool changes = std::ranges::any_of(
            receipts, [](const Receipt& receipt) { return receipt.action == Action::updated; });
        if (!changes) return std::nullopt;
        return index;
      },
      options);
  if (!committed) return tl::unexpected(committed.error());
  return receipts;
}

}  // namespace

std::string_view status_before(const oci::Descriptor& entry) {
  const std::string_view before = entry.annotation(oci::kStatusBefore);
  return before.empty() ? entry.annotation(oci::kStatus) : before;
}

Told yank(store::Store& store, const Identity& identity, const std::string& version,
          const std::string& reason, const Options& options) {
  return change(store, identity, options, [&](oci::Index& index) -> Told {
    const auto entry = find_version(index, identity, version);
    if (!entry) return tl::unexpected(entry.error());
    if (is_yanked(**entry) && (reason.empty() || reason == (*entry)->annotation(oci::kReason)))
      return std::vector{receipt_of(identity, **entry, Action::unchanged, "it is yanked already")};
    restate(**entry, reason, index);
    index.head = newest(index);
    return std::vector{receipt_of(identity, **entry, Action::updated, head_sentence(index))};
  });
}

Told unyank(store::Store& store, const Identity& identity, const std::string& version,
            const Options& options) {
  return change(store, identity, options, [&](oci::Index& index) -> Told {
    const auto entry = find_version(index, identity, version);
    if (!entry) return tl::unexpected(entry.error());
    if (!is_yanked(**entry))
      return std::vector{receipt_of(identity, **entry, Action::unchanged, "it is not yanked")};
    // One that another tool yanked has no status to go back to.
    if ((*entry)->annotation(oci::kStatusBefore).empty())
      annotate((*entry)->annotations, oci::kStatusBefore, "active");
    restate(**entry, std::nullopt, index);
    index.head = newest(index);
    return std::vector{receipt_of(identity, **entry, Action::updated, head_sentence(index))};
  });
}

Told roll_back(store::Store& store, const Identity& identity, const std::string& version,
               const std::string& reason, const Options& options) {
  return change(store, identity, options, [&](oci::Index& index) -> Told {
    const auto found = find_version(index, identity, version);
    if (!found) return tl::unexpected(found.error());
    const std::string tag(tag_of(**found));
    if (is_yanked(**found))
      return fail(Fault::conflict, "`" + identity.prefix() + "` " + version_of(**found) + " is yanked itself",
                  "name another version, or `mesh unyank` it first");
    std::vector<const oci::Descriptor*> newer;  // newest first
    const auto releases = releases_of(index);
    for (auto at = releases.rbegin(); at != releases.rend() && tag_of(**at) != tag; ++at)
      if (tag_of(**at) != model::kSnapshotTag && !is_yanked(**at)) newer.push_back(*at);
    const std::set<const oci::Descriptor*> yanked(newer.begin(), newer.end());
    for (oci::Descriptor& entry : index.manifests)
      if (yanked.contains(&entry)) restate(entry, reason, index);
    index.head = newest(index);
    std::vector<Receipt> receipts;
    for (const oci::Descriptor* entry : newer)
      receipts.push_back(receipt_of(identity, *entry, Action::updated, "it is yanked"));
    if (newer.empty())
      receipts.push_back(receipt_of(identity, *index.find(tag), Action::unchanged,
                                    index.head == tag ? "it is the head already" : "it is the newest"));
    return receipts;
  });
}

Told retire(store::Store& store, const Identity& identity, const std::optional<Retirement>& retirement,
            const Options& options) {
  return change(store, identity, options, [&](oci::Index& index) -> Told {
    const auto before = retirement_of(index);
    const Action action = before == retirement ? Action::unchanged : Action::updated;
    annotate(index.annotations, oci::kStatus, retirement ? "retired" : "");
    annotate(index.annotations, oci::kReason, retirement ? retirement->reason : "");
    annotate(index.annotations, oci::kReplacement, retirement ? retirement->replacement : "");
    for (oci::Descriptor& entry : index.manifests) {
      if (!is_release(entry)) continue;
      const std::optional<std::string> why =
          is_yanked(entry) ? std::optional(std::string(entry.annotation(oci::kReason))) : std::nullopt;
      restate(entry, why, index);
    }
    Receipt receipt{identity, {}, {}, action, {}, {}, {}};
    if (action == Action::unchanged)
      receipt.reason = retirement ? "it is retired already" : "it is not retired";
    else
      receipt.reason = retirement ? "it is retired" : "it is no longer retired";
    return std::vector{std::move(receipt)};
  });
}

std::string because(std::string_view reason) {
  return reason.empty() ? std::string() : ": " + std::string(reason);
}

std::vector<std::string> warnings_of(const oci::Index& index, const oci::Descriptor& entry) {
  std::vector<std::string> warnings;
  const std::string version = version_of(entry);
  if (is_yanked(entry))
    warnings.push_back("version " + version + " is yanked, its domain asks not to use it" +
                       because(entry.annotation(oci::kReason)));
  const auto retired = retirement_of(index);
  if (retired) {
    warnings.push_back("the product is retired" + because(retired->reason));
    if (!retired->replacement.empty())
      warnings.push_back("`" + retired->replacement + "` is there in its place");
  } else if (status_before(entry) == "retired") {
    warnings.push_back("version " + version + " is of a product whose document says that it is retired");
  }
  if (status_before(entry) == "deprecated") warnings.push_back("version " + version + " is deprecated");
  return warnings;
}

}  // namespace mesh::publish
