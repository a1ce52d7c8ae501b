#pragma once

#include "core/base/packed.hpp"
#include "core/publish/journal.hpp"
#include "core/publish/options.hpp"
#include "core/publish/receipt.hpp"
#include "core/publish/release.hpp"
#include "core/publish/stored.hpp"
#include "core/store/store.hpp"

#include <functional>
#include <string>
#include <vector>

// Compares releases with what is published, and publishes what is new (design section 6).
namespace mesh::publish {

// What publishing would do now. Reads only.
Receipt plan(store::Store& store, const Release& release, const Options& options);

// Publishes: blobs, then the manifest, last the index by compare-and-swap; a swap that another publisher won
// is tried again upon what that one wrote. What is equal already is not touched. A reader sees the product as
// it was or as it is then.
Receipt apply(store::Store& store, const Release& release, const Options& options);

// What the listing of its domain is to say of a product that was applied.
struct Applied {
  Receipt receipt;
  uint64_t rev = 0;   // of its index; 0: it is not known
  Packed entry = {};  // as listing.hpp makes it; empty when nothing was written
  // Nothing was written now, and something had been put before: by a run that may have died before it wrote
  // the listing, or by this one, which the store did not answer.
  bool was_cut_off = false;
};

// The same; what it notes in the journal is the caller's to remove, when the listing is written.
Applied apply_unlisted(store::Store& store, const Release& release, const Options& options);
Journal journal_of(const store::Store& store, const Release& release, const Options& options);

// Why something is refused, for people: how a version that exists differs, and the next version of its line
// that nobody has published; that the product is retired.
std::string difference(store::Store& store, const Identity& identity, const oci::Descriptor& published,
                       const oci::Manifest& now);
std::string free_version(const oci::Index& index, const std::string& taken);
std::string refusal_of(const Retirement& retired);

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
