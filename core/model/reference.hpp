#pragma once

#include "core/model/facts.hpp"

#include <optional>
#include <string_view>

// References between the parts of contracts (standards section 3): `schema/<id>/properties/<id>` by ids,
// `object.property.nested` by names, either after `file.yaml#`.
namespace mesh::model {

struct Reference {
  std::string_view file;  // before the `#`: a path or a URL; empty for the contract itself
  std::string_view path;  // the rest, without a leading `/`
  bool by_id = false;     // has a `/`
};

// Nothing for what is no such reference; the schema judges its form.
std::optional<Reference> parse_reference(std::string_view text);
bool is_url(std::string_view file);

// Fills `foreign_files` from the contract's relationships.
void find_foreign_files(Contract& contract);

}  // namespace mesh::model
