#pragma once

#include "core/base/date.hpp"
#include "core/base/result.hpp"
#include "core/oci/index.hpp"

#include <cstdint>
#include <map>
#include <string>

// What a garbage collector and publishers tell each other in a product's index (design section 6).
namespace mesh::publish {

struct Marks {
  // vnd.mesh.gc: moves whenever blobs are given up for deletion. A publisher that put its blobs under another
  // number puts them again, as one of them may be gone.
  uint64_t counter = 0;
  // vnd.mesh.gc.doomed: nothing led to these blobs on that day. Whoever uses one again takes it off.
  std::map<std::string, Day> doomed;
  // vnd.mesh.gc.deleting: a collector deletes these right now, so nobody may rest a release on them.
  std::map<std::string, Day> deleting;
  // vnd.mesh.gc.since: when that collector began, in seconds since 1970.
  int64_t since = 0;

  bool operator==(const Marks&) const = default;
};

// A collector deletes for an hour at most and then puts back what is left. What stands under `deleting` for a
// day was left by one that was killed: clocks may differ by hours, and nothing is deleted under a release.
inline constexpr int64_t kLongestDeletion = 60 * 60;
inline constexpr int64_t kAbandonedAfter = 24 * 60 * 60;
bool is_abandoned(const Marks& marks, int64_t now);

// corrupt: somebody else wrote there, and what is being deleted cannot be known.
Result<Marks> read_marks(const oci::Index& index);
void write_marks(oci::Index& index, const Marks& marks);

}  // namespace mesh::publish
