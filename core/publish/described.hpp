#pragma once

#include "core/find/product.hpp"
#include "core/publish/pull.hpp"
#include "core/publish/release.hpp"

namespace mesh::publish {

// What the documents of a release say, with its contracts; every digest is checked. Without domain, key and
// releases.
Result<find::Product> describe(store::Store& store, const Identity& identity, const oci::Descriptor& release);

// The same of a release of this machine, from its files.
Result<find::Product> describe(const Release& release);

// A published product as the version that is wanted tells of it, with all releases there are.
Result<find::Product> read_published(store::Store& store, const Wanted& wanted);

}  // namespace mesh::publish
