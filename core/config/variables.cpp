#include "core/config/variables.hpp"

#include "core/base/secret.hpp"
#include "core/base/strings.hpp"

#include <algorithm>
#include <cstdlib>

namespace mesh::config {

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

Result<std::string> file_named_by(const char* name) {
  std::string value = variable(name);
  const std::string_view text = trim(value);
  // The last two are how JSON begins in base64, and so does each JWT.
  const bool is_text = value.find_first_of("\r\n") != value.npos || text.starts_with('{') ||
                       text.find("-----BEGIN") != text.npos || text.starts_with("eyJ") ||
                       text.starts_with("ewo");
  constexpr size_t kShortest = 16;
  if (!is_text || text.size() < kShortest) return value;
  wipe(value);
  return fail(
      Fault::usage, std::string(name) + " holds what should be in a file",
      "write it into a file that only you can read, and set " + std::string(name) + " to the name of that");
}

Result<void> check_plain(std::string_view name, std::string_view value) {
  const auto is_plain = [](unsigned char c) { return c > ' ' && c < 0x7f; };
  if (std::ranges::all_of(value, is_plain)) return {};
  return fail(Fault::usage, std::string(name) + " has white space or another character that no key has");
}

}  // namespace mesh::config
