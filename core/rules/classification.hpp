#pragma once

#include "core/model/details.hpp"

#include <string_view>

namespace mesh::rules {

// Whether a classification says that not everybody may see the data: `restricted`, `confidential`, `pii` and
// their like, whatever case and separators.
bool is_protected_class(std::string_view classification);

// Whether something about a property says how its values are hidden: an encrypted column, a mask, a hash.
bool is_hidden(const model::ContractDetails& contract, const model::PropertyDetails& property);

}  // namespace mesh::rules
