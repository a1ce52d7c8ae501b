#include "core/config/variables.hpp"

#include <algorithm>
#include <cstdlib>

namespace mesh::config {

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

Result<void> check_plain(std::string_view name, std::string_view value) {
  const auto is_plain = [](unsigned char c) { return c > ' ' && c < 0x7f; };
  if (std::ranges::all_of(value, is_plain)) return {};
  return fail(Fault::usage, std::string(name) + " has white space or another character that no key has");
}

}  // namespace mesh::config
