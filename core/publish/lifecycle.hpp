#pragma once

#include "core/publish/options.hpp"
#include "core/publish/receipt.hpp"
#include "core/publish/stored.hpp"

#include <string>
#include <vector>

// What happens to releases after they were published. Their bytes never change: all of this is said of them
// in the index, each time in one swap, and can be taken back.
namespace mesh::publish {

// One a version that is concerned. Errors of the whole: not_found, conflict, and those of stores.
using Told = Result<std::vector<Receipt>>;

// Withdraws one version: readers that ask for it by name or digest are warned, all others get the newest
// that is not yanked, which is the head from then on. The snapshot cannot be yanked; it can be replaced.
Told yank(store::Store& store, const Identity& identity, const std::string& version,
          const std::string& reason, const Options& options);

// The version has the status again that it had before.
Told unyank(store::Store& store, const Identity& identity, const std::string& version,
            const Options& options);

// Makes `version` the head by yanking all that are newer by precedence, pre-releases too. conflict when it is
// yanked itself.
Told roll_back(store::Store& store, const Identity& identity, const std::string& version,
               const std::string& reason, const Options& options);

// The end of a product: nothing more is published to it, readers are told why and what to use instead.
// nullopt takes that back.
Told retire(store::Store& store, const Identity& identity, const std::optional<Retirement>& retirement,
            const Options& options);

// The status a release had before it was yanked or its product retired.
std::string_view status_before(const oci::Descriptor& entry);

// ": REASON", or nothing without one.
std::string because(std::string_view reason);

// What readers have to be told of a release before they use it, a sentence each.
std::vector<std::string> warnings_of(const oci::Index& index, const oci::Descriptor& entry);

}  // namespace mesh::publish
