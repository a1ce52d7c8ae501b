#pragma once

#include "core/model/facts.hpp"
#include "core/text/edit.hpp"
#include "core/yaml/tree.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mesh::rules {

// The fix that writes another text in a value's place and keeps its quotes. Not safe: it changes what the
// document says. Nothing where the value is written in a way that its bytes do not tell, or the new text
// would have to be.
std::optional<Fix> replacement(const model::Text& old, std::string_view text);
std::optional<Fix> replacement(yaml::Node old, std::string_view text);

}  // namespace mesh::rules
