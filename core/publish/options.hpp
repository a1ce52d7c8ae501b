#pragma once

#include "core/crypto/signer.hpp"
#include "core/publish/identity.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace mesh::publish {

struct Clock {
  std::function<std::chrono::milliseconds()> now;  // for measuring; it never jumps
  std::function<void(std::chrono::milliseconds)> sleep;
  std::function<int64_t()> seconds = {};  // since 1970, as this machine has it; empty: the system's
};
Clock real_clock();
int64_t seconds_since_1970(const Clock& clock);

// Of a run that writes to stores.
struct Options {
  bool dry_run = false;                // say what would be written, and write nothing
  bool skip_existing = false;          // a version that exists with other content is no failure
  std::string created;                 // RFC 3339, of the index entry
  std::string revision;                // commit the files are from, or ""
  std::chrono::seconds patience{300};  // for swaps that others win; of it a minute at most for a collector
  std::string journals;                // folder in which a publish notes what it has put; "": nowhere
  bool resume = false;                 // leave out what such a note and the store both say is there
  Clock clock = real_clock();
  std::function<bool()> is_stopped = [] { return false; };
  // Who signs the releases of a product, empty when nobody does; the reason of an error refuses the release.
  std::function<Result<crypto::Signer>(const Identity&)> signer = {};
};

}  // namespace mesh::publish
