#include "core/publish/status.hpp"

#include "core/base/strings.hpp"
#include "core/model/version.hpp"

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
  }
  return "refused";
}

Result<Status> compare(store::Store& store, const Release& release) {
  Status status{release.identity, State::refused, release.version, release.digest, {}, {}, {}, {}};
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
    if (const auto published = read_release(store, release.identity, *entry);
        published && status.state == State::changed)
      status.reason = join(oci::differences(*published, release.manifest), ", ");
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

}  // namespace mesh::publish
