#pragma once

#include "core/rules/rule.hpp"

#include <string>
#include <string_view>

namespace mesh::rules {

// `Customer Care` and `customer-care` are one domain: the field of the standards is free text for people.
std::string domain_key(std::string_view name);

// The domain whose folder holds a file; nullptr when none does.
const model::Domain* domain_holding(const Workspace& workspace, FileId file);

// Whether a file belongs to a domain of type `lakehouse`.
bool is_in_lakehouse(const Workspace& workspace, FileId file);

}  // namespace mesh::rules
