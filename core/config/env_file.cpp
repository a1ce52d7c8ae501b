#include "core/config/env_file.hpp"

#include "core/base/files.hpp"
#include "core/base/strings.hpp"

#include <algorithm>

namespace mesh::config {

static bool is_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

Result<std::vector<std::string>> read_variable_names(const std::string& path) {
  constexpr uint64_t kLimit = 1 << 20;
  auto text = read_file(path, kLimit);
  if (!text) return std::move(text).error().in("read the variables of `--env-file`");
  std::vector<std::string> names;
  size_t number = 0;
  for (std::string_view line : split(*text, '\n')) {
    ++number;
    line = trim(line);
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with("export ")) line = trim(line.substr(7));
    const size_t equals = line.find('=');
    const std::string_view name = trim(line.substr(0, equals));
    if (equals == std::string_view::npos || !is_name(name))
      return fail(Fault::usage, "line " + std::to_string(number) + " of `" + path + "` sets no variable",
                  "each line is NAME=VALUE");
    names.emplace_back(name);
  }
  return names;
}

}  // namespace mesh::config
