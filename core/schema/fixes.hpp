#pragma once

#include "core/schema/schema.hpp"
#include "core/text/edit.hpp"

#include <optional>
#include <string>

namespace mesh::schema {

// What would mend a violation, where there is one right answer. Safe are: a value that is one of those listed
// but for upper and lower case, a number in quotes or without them where the schema asks for the other.
// `meant`: the known key that an unknown one most likely stands for.
std::optional<Fix> fix_for(const Violation& violation, const std::optional<std::string>& meant);

// The fix of an `apiVersion` that only lacks its `v`.
Fix add_v(yaml::Node version);

}  // namespace mesh::schema
