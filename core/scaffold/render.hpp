#pragma once

#include "core/base/result.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>

// Text with variables: `<% name %>` becomes the value of `name`, written so that it stays one value in the
// language of the file. Nothing else is understood: a template cannot loop, include or run anything.
namespace mesh::scaffold {

using Values = std::map<std::string, std::string, std::less<>>;

enum class Syntax : unsigned char { plain, yaml, json, markdown };

Syntax syntax_of(std::string_view path);  // by the file's suffix

// A YAML scalar that every YAML 1.1 and 1.2 parser reads back as the string `value`.
std::string yaml_scalar(std::string_view value);

// usage, with the line: a tag that is not a variable, a variable without value, a value that is not UTF-8 or
// that the syntax has no way to write, and in YAML a variable that is not a whole value.
Result<std::string> render(std::string_view text, const Values& values, Syntax syntax);

// The path with each `__name__` replaced. usage unless the outcome is a path that may be written
// (`check_path`).
Result<std::string> render_path(std::string_view path, const Values& values);

// A relative path with `/` that means the same file on every system and stays below its folder: no empty
// part, `.` or `..`, no `.git`, no device name, only printable ASCII without `<>:"\|?*`, no trailing dot or
// space, at most 255 bytes a part.
Result<void> check_path(std::string_view path);

}  // namespace mesh::scaffold
