#pragma once

#include "core/scaffold/render.hpp"
#include "core/scaffold/write.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mesh::scaffold {

// Renders the built-in template of that name (a folder of `templates/`) and adds its files below `into`. A
// part of a path that starts with `dot_` becomes a hidden one: `dot_gitignore` would otherwise be obeyed in
// our own repository.
Result<void> add_template(std::string_view name, const std::string& into, const Values& values,
                          std::vector<File>& files);

}  // namespace mesh::scaffold
