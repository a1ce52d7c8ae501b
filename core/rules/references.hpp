#pragma once

#include "core/model/facts.hpp"

#include <optional>
#include <string>
#include <string_view>

// References between the parts of contracts (standards section 3): `schema/<id>/properties/<id>` by ids,
// `object.property.nested` by names, either after `file.yaml#`.
namespace mesh::rules {

struct Reference {
  std::string_view file;  // before the `#`: a path or a URL; empty for the contract itself
  std::string_view path;  // the rest, without a leading `/`
  bool by_id = false;     // has a `/`
};

// Nothing for what is no such reference; the schema judges its form.
std::optional<Reference> parse_reference(std::string_view text);
bool is_url(std::string_view file);

// Why a reference leads nowhere in a contract.
struct Missing {
  std::string message;                    // "`orders` has no property `order_idd`"
  std::optional<std::string> suggestion;  // the whole reference, corrected
};

// Nothing when it leads somewhere, or when that cannot be told: parts without names (their schema finding
// says so), sections other than the schema, what is inside a map. `object_needed`: the first name is an
// object's, even if the contract has only one.
std::optional<Missing> find_missing(const model::Contract& contract, const Reference& reference,
                                    bool object_needed = true);

}  // namespace mesh::rules
