#include "core/publish/status.hpp"

#include "core/base/strings.hpp"
#include "core/model/version.hpp"
#include "core/publish/lifecycle.hpp"

namespace mesh::publish {
namespace {

bool is_newer(const std::string& version, const std::string& than) {
  const auto a = model::parse_version(version), b = model::parse_version(than);
  return a && b && model::by_precedence(*a, *b) > 0;
}

}  // namespace

std::string_view name_of(State state) {
  switch (state) {
    case State::fresh:
      return "new";
    case State::ahead:
      return "ahead";
    case State::behind:
      return "behind";
    case State::changed:
      return "changed";
    case State::published:
      return "published";
    case State::refused:
      return "refused";
    case State::orphaned:
      return "orphaned";
    case State::retired:
      return "retired";
  }
  return "refused";
}

Result<Status> compare(store::Store& store, const Release& release) {
  Status status{release.identity, State::refused, release.version, release.digest, {}, {}, {}, {}, {}};
  if (release.refused) {
    status.reason = release.refused->reason;
    return status;
  }
  const auto stored = read_stored(store, release.identity);
  if (!stored) return tl::unexpected(stored.error());
  status.state = State::fresh;
  if (!*stored) return status;

  const oci::Index& index = (*stored)->index;
  const oci::Descriptor* const head = index.find(index.head);
  if (head && is_release(*head)) status.head = version_of(*head);
  if (const oci::Descriptor* const entry = index.find(release.tag)) {
    status.published_digest = entry->digest;
    status.published_status = entry->annotation(oci::kStatus);
    status.state = entry->digest == release.digest ? State::published : State::changed;
    if (status.state == State::changed)
      if (const auto published = read_release(store, release.identity, *entry))
        status.reason = join(oci::differences(*published, release.manifest()), ", ");
    if (status.state == State::published && is_yanked(*entry))
      status.reason = "this version is yanked" + because(entry->annotation(oci::kReason));
  } else if (!releases_of(index).empty()) {
    const bool is_old =
        !status.head.empty() && !release.is_snapshot() && !is_newer(release.version, status.head);
    status.state = is_old ? State::behind : State::ahead;
  }
  if (!index.id.empty() && index.id != release.id) {
    status.state = State::changed;
    status.reason = "it is published with the id `" + printable(index.id) + "`";
  }
  return status;
}

Result<std::vector<Status>> not_here(store::Store& store, std::string_view domain,
                                     const std::set<Identity>& here) {
  const auto products = products_in(store, domain);
  if (!products) return tl::unexpected(products.error());
  std::vector<Status> all;
  for (const Identity& identity : *products) {
    if (here.contains(identity)) continue;
    const auto stored = read_stored(store, identity);
    if (!stored) return tl::unexpected(stored.error());
    if (!*stored) continue;
    const oci::Index& index = (*stored)->index;
    const auto releases = releases_of(index);
    if (releases.empty()) continue;  // nothing but marks of a garbage collector
    const oci::Descriptor* shown = index.find(index.head);
    if (!shown || !is_release(*shown)) shown = releases.back();
    Status status{identity, State::orphaned, {}, {}, {}, {}, {}, {}, {}};
    status.head = index.head.empty() ? "" : version_of(*shown);
    status.published_digest = shown->digest;
    status.published_status = shown->annotation(oci::kStatus);
    status.revision = shown->annotation(oci::kRevision);
    if (const auto retired = retirement_of(index)) {
      status.state = State::retired;
      status.reason = retired->reason;
    }
    all.push_back(std::move(status));
  }
  return all;
}

}  // namespace mesh::publish
