#pragma once

#include "core/crypto/signer.hpp"
#include "core/publish/receipt.hpp"
#include "core/publish/release.hpp"
#include "core/publish/stored.hpp"
#include "core/store/store.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

// Compares releases with what is published, and publishes what is new (design section 6).
namespace mesh::publish {

struct Clock {
  std::function<std::chrono::milliseconds()> now;
  std::function<void(std::chrono::milliseconds)> sleep;
};
Clock real_clock();

struct Options {
  bool skip_existing = false;         // a version that exists with other content is no failure
  std::string created;                // RFC 3339, of the index entry
  std::string revision;               // commit the files are from, or ""
  std::chrono::seconds patience{60};  // for swaps that others win
  Clock clock = real_clock();
  std::function<bool()> is_stopped = [] { return false; };
  // Who signs the releases of a product, empty when nobody does; the reason of an error refuses the release.
  std::function<Result<crypto::Signer>(const Identity&)> signer = {};
};

// What publishing would do now. Reads only.
Receipt plan(store::Store& store, const Release& release, const Options& options);

// Publishes: blobs, then the manifest, last the index by compare-and-swap; a swap that another publisher won
// is tried again upon what that one wrote. What is equal already is not touched. A reader sees the product as
// it was or as it is then.
Receipt apply(store::Store& store, const Release& release, const Options& options);

struct Job {
  const Release* release;
  store::Store* store;
};

struct Run {
  std::vector<Receipt> receipts;      // one a job, in their order
  std::vector<std::string> warnings;  // listings that could not be written
};

// All jobs, in parallel, each by itself; then the listings of their domains. `on_done` is called after each,
// one at a time. Once stopped, what is under way is finished and nothing more begun.
Run apply_all(const std::vector<Job>& all, const Options& options, unsigned jobs,
              const std::function<void(const Receipt&)>& on_done);

}  // namespace mesh::publish
