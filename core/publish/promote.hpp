#pragma once

#include "core/publish/options.hpp"
#include "core/publish/pull.hpp"
#include "core/publish/receipt.hpp"

namespace mesh::publish {

// Copies a release from one store to another, byte for byte: its manifest and files, and what refers to it
// (signatures, provenance). Nothing is built again, so the digest is the same; every digest is checked on the
// way. The rules are those of publishing: the id is bound, a version never changes, what is equal is left
// alone. Its status, time and revision go with it; that it is yanked or retired is not promoted but refused.
// A snapshot, which another one may replace at any time, only when that is allowed.
Result<Receipt> promote(store::Store& from, store::Store& to, const Wanted& wanted, bool allow_snapshot,
                        const Options& options);

}  // namespace mesh::publish
