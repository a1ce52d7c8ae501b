#include "core/publish/gc.hpp"

#include "core/base/strings.hpp"
#include "core/oci/layout.hpp"
#include "core/publish/commit.hpp"
#include "core/publish/marks.hpp"
#include "core/publish/reach.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <ctime>
#include <set>

namespace mesh::publish {
namespace {

// What one index can hold of marks, so that it stays small; the rest is marked by a later run.
constexpr size_t kMostMarks = 20'000;

tl::unexpected<Error> at_work(const Identity& identity, const Marks& marks) {
  return fail(Fault::temporary,
              fmt::format("`{}`: another collection has been deleting since {:%Y-%m-%dT%H:%M:%SZ}",
                          identity.prefix(), fmt::gmtime(static_cast<std::time_t>(marks.since))),
              "wait for its end; if it was killed, `--take-over` goes on with it now, and any run does so "
              "after a day");
}

Result<std::set<std::string>> blobs_in(store::Store& store, const Identity& identity) {
  const std::string folder = identity.prefix() + "/blobs/sha256/";
  const auto keys = store.list(folder);
  if (!keys) return tl::unexpected(keys.error());
  std::set<std::string> digests;
  for (const std::string& key : *keys)
    if (const std::string digest = "sha256:" + key.substr(folder.size()); oci::is_digest(digest))
      digests.insert(digest);
  return digests;
}

// An index without a revision is another tool's; blobs without an index are ours where a publisher that was
// killed left them, and every publisher puts the layout file first.
Result<bool> is_foreign(store::Store& store, const Identity& identity, const std::optional<Stored>& before) {
  if (before) return before->index.rev == 0;
  const auto layout = store.get(oci::layout_key(identity.prefix()), oci::kLayoutBytes.size());
  if (layout) return layout->bytes != oci::kLayoutBytes;
  const Fault fault = layout.error().fault;
  if (fault == Fault::not_found || fault == Fault::corrupt) return true;
  return tl::unexpected(layout.error());
}

// One look at a product: the marks as they are to be, and what has become of them.
struct Look {
  Marks marks;
  Garbage garbage;  // `deleted` is what is given up for deletion
  bool changes = false;
};

Result<Look> look(store::Store& store, const Identity& identity, const std::optional<Stored>& before,
                  const GarbageRules& rules, const Options& options) {
  const auto foreign = is_foreign(store, identity, before);
  if (!foreign) return tl::unexpected(foreign.error());
  if (*foreign) return Look{{}, {identity, {}, {}, {}, true}, false};
  const oci::Index index = before ? before->index : oci::Index{};
  auto marks = read_marks(index);
  if (!marks) return std::move(marks).error().in("the index of `" + identity.prefix() + "` cannot be used");
  const int64_t now = seconds_since_1970(options.clock);
  Look look{*marks, {identity, {}, {}, {}, false}, false};
  if (!marks->deleting.empty()) {
    if (!rules.take_over && !is_abandoned(*marks, now)) return at_work(identity, *marks);
    // Under another number, so that its own collector, should it live, leaves the rest alone.
    ++look.marks.counter;
    look.marks.doomed.insert(marks->deleting.begin(), marks->deleting.end());
    look.marks.deleting.clear();
  }
  // The index was read before: what is put from now on is not yet in it, and its publisher will find it
  // marked.
  const auto there = blobs_in(store, identity);
  if (!there) return tl::unexpected(there.error());
  const auto reach = reach_of(store, identity, index);
  if (!reach) return tl::unexpected(reach.error());
  if (!reach->problems.empty())
    return fail(Fault::corrupt,
                "`" + identity.prefix() + "`: what is garbage cannot be told: " + reach->problems.front(),
                "`mesh verify` tells what is damaged");

  const Day today = day_of(now);
  std::map<std::string, Day> doomed;
  for (const std::string& digest : *there) {
    if (reach->keeps(digest)) continue;
    const auto known = look.marks.doomed.find(digest);
    const bool is_known = known != look.marks.doomed.end();
    if (!is_known && doomed.size() >= kMostMarks) continue;
    const Day since = is_known ? std::min(known->second, today) : today;
    const bool is_over = int64_t(today.number) - since.number >= int64_t(rules.grace_days);
    if (is_over && look.marks.deleting.size() < rules.most) {
      look.marks.deleting.emplace(digest, since);
      look.garbage.deleted.push_back(digest);
      continue;
    }
    doomed.emplace(digest, since);
    (is_known ? look.garbage.waiting : look.garbage.marked).push_back(digest);
  }
  look.marks.doomed = std::move(doomed);
  if (!look.marks.deleting.empty()) {
    if (look.marks.counter == marks->counter) ++look.marks.counter;
    look.marks.since = now;
  }
  look.changes = look.marks != *marks;
  return look;
}

// Whether there is time left. Clocks that measure stand still while a machine sleeps, those of the day may be
// set: either may say that it is over.
class Deadline {
 public:
  explicit Deadline(const Options& options)
      : options_(options), began_(options.clock.now()), began_at_(seconds_since_1970(options.clock)) {}
  bool is_over() const {
    const int64_t by_day = seconds_since_1970(options_.clock) - began_at_;
    return options_.clock.now() - began_ > std::chrono::seconds(kLongestDeletion) ||
           by_day > kLongestDeletion || by_day < 0;
  }

 private:
  const Options& options_;
  std::chrono::milliseconds began_;
  int64_t began_at_;
};

// Takes `gone` off the list of what is being deleted, and marks what is left as before; but for one that a
// store may still delete, as its answer is unknown.
Result<void> clear(store::Store& store, const Identity& identity, uint64_t counter,
                   const std::set<std::string>& gone, const std::string& unknown, Options options) {
  options.is_stopped = [] { return false; };  // a signal must not leave it half done
  const auto committed = commit(
      store, identity, {},
      [&](const std::optional<Stored>& before) -> Result<std::optional<oci::Index>> {
        if (!before) return std::nullopt;
        auto marks = read_marks(before->index);
        if (!marks) return pass(std::move(marks));
        if (marks->counter != counter) return std::nullopt;  // somebody took over
        std::map<std::string, Day> still;
        for (const auto& [digest, since] : marks->deleting)
          if (!gone.contains(digest)) (digest == unknown ? still : marks->doomed).emplace(digest, since);
        marks->deleting = std::move(still);
        oci::Index index = before->index;
        write_marks(index, *marks);
        return index;
      },
      options);
  if (!committed) return tl::unexpected(committed.error());
  return {};
}

}  // namespace

Result<Garbage> find_garbage(store::Store& store, const Identity& identity, const GarbageRules& rules,
                             const Options& options) {
  const auto before = read_stored(store, identity);
  if (!before) return tl::unexpected(before.error());
  auto looked = look(store, identity, *before, rules, options);
  if (!looked) return pass(std::move(looked));
  return std::move(looked->garbage);
}

Result<Garbage> collect_garbage(store::Store& store, const Identity& identity, const GarbageRules& rules,
                                const Options& options) {
  Look done;
  const auto committed = commit(
      store, identity, {},
      [&](const std::optional<Stored>& before) -> Result<std::optional<oci::Index>> {
        auto looked = look(store, identity, before, rules, options);
        if (!looked) return pass(std::move(looked));
        done = std::move(*looked);
        if (!done.changes) return std::nullopt;
        oci::Index index = before ? before->index : oci::Index{};
        write_marks(index, done.marks);
        return index;
      },
      options);
  if (!committed) return tl::unexpected(committed.error());
  if (done.marks.deleting.empty() || options.dry_run) return std::move(done.garbage);

  const Deadline deadline(options);
  std::set<std::string> gone;
  std::string unknown;
  Result<void> removed;
  for (const auto& [digest, since] : done.marks.deleting) {
    if (options.is_stopped() || deadline.is_over()) break;
    removed = store.remove(oci::blob_key(identity.prefix(), digest));
    if (!removed && removed.error().fault == Fault::temporary) unknown = digest;
    if (!removed) break;
    gone.insert(digest);
  }
  // Also after a failure: nobody is to wait for what is not being deleted.
  const auto cleared = clear(store, identity, done.marks.counter, gone, unknown, options);
  if (!removed) return pass(std::move(removed));
  if (!cleared) return tl::unexpected(cleared.error());
  done.garbage.deleted.assign(gone.begin(), gone.end());
  return std::move(done.garbage);
}

Result<std::vector<Identity>> layouts_in(store::Store& store, std::string_view domain_or_product) {
  const auto keys =
      store.list(domain_or_product.empty() ? std::string() : std::string(domain_or_product) + "/");
  if (!keys) return tl::unexpected(keys.error());
  std::set<Identity> found;
  for (const std::string& key : *keys) {
    const auto parts = split(key, '/');
    const bool is_index = parts.size() == 3 && parts[2] == "index.json";
    const bool is_blob = parts.size() == 5 && parts[2] == "blobs" && parts[3] == "sha256";
    if (!is_index && !is_blob) continue;
    Identity identity{std::string(parts[0]), std::string(parts[1])};
    if (check_identity(identity)) found.insert(std::move(identity));
  }
  return std::vector<Identity>(found.begin(), found.end());
}

}  // namespace mesh::publish
