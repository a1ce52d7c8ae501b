#include "core/publish/commit.hpp"

#include "core/base/jitter.hpp"
#include "core/oci/layout.hpp"
#include "core/publish/marks.hpp"

#include <algorithm>
#include <ctime>
#include <set>
#include <thread>

namespace mesh::publish {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds kForCollectors = 60s;

std::chrono::milliseconds pause_before(unsigned attempt) {
  return jittered(std::min<std::chrono::milliseconds>(5s, 100ms * (1 << std::min(attempt, 6u))));
}

// Waits before another attempt; an error when there is to be none.
class Patience {
 public:
  explicit Patience(const Options& options) : options_(options), begun_(options.clock.now()) {}

  Result<void> wait(const std::string& why_not, std::chrono::milliseconds most) {
    if (options_.is_stopped()) return fail(Fault::temporary, "stopped before it was written");
    const auto pause = pause_before(attempt_++);
    if (options_.clock.now() + pause > begun_ + most) return fail(Fault::temporary, why_not);
    options_.clock.sleep(pause);
    return {};
  }

 private:
  const Options& options_;
  std::chrono::milliseconds begun_;
  unsigned attempt_ = 0;
};

Result<void> put_blob(store::Store& store, const Identity& identity, const Blob& blob) {
  const std::string key = oci::blob_key(identity.prefix(), blob.descriptor.digest);
  const store::Put put{blob.descriptor.media_type, store::Caching::immutable};
  const auto bytes = blob.bytes();
  if (!bytes) return tl::unexpected(bytes.error());
  constexpr int kMostTries = 3;
  for (int i = 1;; ++i) {
    const auto created = store.create(key, *bytes, put);
    if (!created) return tl::unexpected(created.error());
    if (*created == store::Created::now) return {};
    // Somebody may have damaged what is there, and a release must not rest on it.
    auto there = store.get(key, blob.descriptor.size);
    if (there && there->bytes == *bytes) return {};
    if (there) return fail(Fault::corrupt, "`" + key + "` holds other bytes than its digest says");
    // A collector deleted it meanwhile; the swap will tell whether that went on.
    if (there.error().fault != Fault::not_found) return pass(std::move(there));
    if (i == kMostTries) return store::contradiction(store, key);
  }
}

// Of those blobs the ones that are there for certain: the journal says that their bytes were put and found
// good, and the store, asked after the index was read, that they still are.
Result<std::set<std::string>> still_there(store::Store& store, const Identity& identity, const Marks& marks,
                                          const Journal& journal) {
  std::set<std::string> digests;
  const auto known = journal.read();
  if (known.empty()) return digests;
  const std::string folder = oci::blob_key(identity.prefix(), "");
  const auto keys = store.list(folder);
  if (!keys) return tl::unexpected(keys.error());
  for (const std::string& key : *keys) {
    const std::string digest = "sha256:" + key.substr(folder.size());
    const auto found = known.find(digest);
    if (found != known.end() && found->second == marks.counter && !marks.doomed.contains(digest))
      digests.insert(digest);
  }
  return digests;
}

Result<void> put_blobs(store::Store& store, const Identity& identity, const std::vector<Blob>& blobs,
                       const std::set<std::string>& but, uint64_t counter, const Journal* journal) {
  for (const Blob& blob : blobs) {
    const std::string& digest = blob.descriptor.digest;
    if (but.contains(digest)) continue;
    if (auto put = put_blob(store, identity, blob); !put) return put;
    if (journal) journal->add(digest, counter);
  }
  return {};
}

bool has_any(const std::map<std::string, Day>& digests, const std::vector<Blob>& blobs) {
  return std::ranges::any_of(blobs,
                             [&](const Blob& blob) { return digests.contains(blob.descriptor.digest); });
}

// What is used again is no garbage.
void take_off(Marks& marks, const std::vector<Blob>& blobs) {
  for (const Blob& blob : blobs) {
    marks.doomed.erase(blob.descriptor.digest);
    marks.deleting.erase(blob.descriptor.digest);
  }
}

}  // namespace

Clock real_clock() {
  return {[] {
            const auto now = std::chrono::steady_clock::now().time_since_epoch();
            return std::chrono::duration_cast<std::chrono::milliseconds>(now);
          },
          [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }};
}

int64_t seconds_since_1970(const Clock& clock) {
  return clock.seconds ? clock.seconds() : std::time(nullptr);
}

Result<bool> commit(store::Store& store, const Identity& identity, const std::vector<Blob>& blobs,
                    const Edit& edit, const Options& options, const Journal* journal, size_t* left_out) {
  Patience patience(options);
  const std::string prefix = identity.prefix();
  bool probed = false;
  std::optional<uint64_t> put_under;  // the collectors' counter when the blobs were put
  for (;;) {
    // Read before the blobs are put: whatever a collector does from here on, the swap does not succeed.
    const auto before = read_stored(store, identity);
    if (!before) return tl::unexpected(before.error());
    auto edited = edit(*before);
    if (!edited) return pass(std::move(edited));
    if (!*edited || options.dry_run) return false;
    oci::Index& index = **edited;
    auto marks = read_marks(index);
    if (!marks) return std::move(marks).error().in("the index of `" + prefix + "` cannot be used");

    if (has_any(marks->deleting, blobs) && !is_abandoned(*marks, seconds_since_1970(options.clock))) {
      if (auto waited = patience.wait("garbage is being collected from `" + prefix + "`; try again later",
                                      std::min(options.patience, kForCollectors));
          !waited)
        return pass(std::move(waited));
      continue;
    }
    if (!probed)
      if (auto done = store.probe(oci::layout_key(prefix), oci::kLayoutBytes); !done)
        return pass(std::move(done));
    probed = true;
    if (put_under != marks->counter) {
      std::set<std::string> there;
      if (options.resume && journal && !put_under) {
        auto found = still_there(store, identity, *marks, *journal);
        if (!found) return pass(std::move(found));
        there = std::move(*found);
      }
      if (left_out) *left_out = there.size();
      if (auto put = put_blobs(store, identity, blobs, there, marks->counter, journal); !put)
        return pass(std::move(put));
    }
    put_under = marks->counter;

    take_off(*marks, blobs);
    write_marks(index, *marks);
    const uint64_t rev = *before ? (*before)->index.rev : 0;
    if (rev >= oci::kMaxRev)
      return fail(Fault::corrupt,
                  "the index of `" + prefix + "` cannot be used: its vnd.mesh.rev, " + std::to_string(rev) +
                      ", cannot grow",
                  "somebody else wrote it there; put the number of the last write in its place");
    index.rev = rev + 1;
    const auto swapped =
        store.swap(oci::index_key(prefix), *before ? std::optional((*before)->token) : std::nullopt,
                   oci::index_bytes(index), {oci::kIndexType, store::Caching::no_store});
    if (swapped) return true;
    if (swapped.error().fault != Fault::conflict) return tl::unexpected(swapped.error());
    if (auto waited = patience.wait("other publishers changed the index again and again; try again later",
                                    options.patience);
        !waited)
      return pass(std::move(waited));
  }
}

}  // namespace mesh::publish
