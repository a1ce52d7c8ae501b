#pragma once

#include "core/publish/journal.hpp"
#include "core/publish/options.hpp"
#include "core/publish/stored.hpp"
#include "core/store/store.hpp"

#include <functional>
#include <optional>
#include <vector>

// The one way in which a product's index is changed.
namespace mesh::publish {

// Bytes that the index is to lead to. They are asked for when they are put, perhaps more than once.
struct Blob {
  oci::Descriptor descriptor;
  std::function<Result<std::string>()> bytes;
};

// Makes the new index of what is there (nullopt: nothing yet); its rev and its marks are not its business.
// Called again upon what others wrote whenever they were faster. Nothing: there is nothing to write.
using Edit = std::function<Result<std::optional<oci::Index>>(const std::optional<Stored>& before)>;

// Puts the blobs in their order, then swaps the index by compare-and-swap, trying again within the time there
// is when others won. A reader sees the product as it was or as it is then. Blobs that a garbage collector
// has marked are used again in the same swap; those it deletes right now are waited for. False when the edit
// had nothing to write, or when this is a dry run. temporary when time was up or a signal came; then the
// index is as others left it.
// What is put is noted in the journal; with Options::resume, what it says was put is not put again if the
// store lists it under the same counter of collectors. `left_out` counts that.
Result<bool> commit(store::Store& store, const Identity& identity, const std::vector<Blob>& blobs,
                    const Edit& edit, const Options& options, const Journal* journal = nullptr,
                    size_t* left_out = nullptr);

}  // namespace mesh::publish
