#pragma once

#include "core/publish/options.hpp"
#include "core/publish/stored.hpp"

#include <string>
#include <vector>

// Garbage: blobs that a product's index leads to in no way, left by publishers that were killed and by
// snapshots that were replaced. It is collected beside publishers that are at work (design section 6): first
// marked in the index, after days of grace given up in the index, and only then deleted.
namespace mesh::publish {

inline constexpr unsigned kGraceDays = 14;

struct GarbageRules {
  unsigned grace_days = kGraceDays;
  size_t most = SIZE_MAX;  // blobs to delete
  bool take_over = false;  // another collector's deletion, although it is not a day old
};

// What a collector did with a product, or would do. Digests, in order.
struct Garbage {
  Identity identity;
  std::vector<std::string> marked;   // nothing leads to them any more
  std::vector<std::string> waiting;  // marked before, and the grace is not over
  std::vector<std::string> deleted;
  bool is_foreign = false;  // mesh did not write what is there, so it is left alone
};

// Reads only. corrupt: a document cannot be read, so what it keeps is not known.
Result<Garbage> find_garbage(store::Store& store, const Identity& identity, const GarbageRules& rules,
                             const Options& options);

// temporary: another collector is at work there. When it is stopped, what was not deleted yet is marked as
// before.
Result<Garbage> collect_garbage(store::Store& store, const Identity& identity, const GarbageRules& rules,
                                const Options& options);

// Whatever has blobs below a domain or product (all, for ""), also without an index: a first publish may have
// been killed.
Result<std::vector<Identity>> layouts_in(store::Store& store, std::string_view domain_or_product);

}  // namespace mesh::publish
