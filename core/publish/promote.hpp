#pragma once

#include "core/publish/options.hpp"
#include "core/publish/pull.hpp"
#include "core/publish/receipt.hpp"

#include <functional>

namespace mesh::publish {

// Copies a release from one store to another, byte for byte: its manifest and files, and what refers to it
// (signatures, provenance). Nothing is built again, so the digest is the same; every digest is checked on the
// way. The rules are those of publishing: the id is bound, a version never changes, what is equal is left
// alone. Its status, time and revision go with it; that it is yanked or retired is not promoted but refused.
// A snapshot, which another one may replace at any time, only when that is allowed. `check` is asked about
// the release, and the index it was found in, before anything else is read.
using CheckRelease = std::function<Result<void>(const oci::Index&, const oci::Descriptor& release)>;
Result<Receipt> promote(store::Store& from, store::Store& to, const Wanted& wanted, bool allow_snapshot,
                        const Options& options, const CheckRelease& check = {});

}  // namespace mesh::publish
