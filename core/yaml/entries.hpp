#pragma once

#include "core/text/finding.hpp"
#include "core/yaml/tree.hpp"

#include <string>
#include <vector>

// What the keys of one mapping must obey. `entries` holds node ids, keys and values in turn.
namespace mesh::yaml {

// Whether no two of the keys, which are hashed, are equal. `count` ids, keys and values in turn.
bool has_distinct_keys(const Tree& tree, const uint32_t* entries, size_t count);

// Reports every key that an earlier one of the mapping equals, and drops it with its value.
void drop_duplicates(const Tree& tree, std::vector<uint32_t>& entries, Findings& findings);

// Replaces the entries whose keys are the nodes `merges` (its `<<`) by what they merge, at the end: a key of
// the mapping itself wins, then the first mapping merged.
void merge_entries(const Tree& tree, std::vector<uint32_t>& entries, const std::vector<uint32_t>& merges,
                   Findings& findings);

}  // namespace mesh::yaml
