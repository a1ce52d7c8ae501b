#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mesh::config {

// The words of a command line as a POSIX shell splits it, with quotes and backslashes, and nothing else of a
// shell: no variables, no patterns, no operators. Nothing when a quote is not closed.
std::optional<std::vector<std::string>> split_words(std::string_view line);

}  // namespace mesh::config
