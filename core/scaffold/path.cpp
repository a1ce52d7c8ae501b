#include "core/base/strings.hpp"
#include "core/scaffold/render.hpp"

#include <algorithm>
#include <array>

namespace mesh::scaffold {
namespace {

// Windows opens a device for these, whatever the suffix.
bool is_device(std::string_view part) {
  const std::string stem = to_lower(part.substr(0, part.find('.')));
  constexpr std::array<std::string_view, 4> kNames{"con", "prn", "aux", "nul"};
  if (std::ranges::find(kNames, stem) != kNames.end()) return true;
  return stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) && stem[3] >= '0' &&
         stem[3] <= '9';
}

// Why a part of a path may not be written; empty when it may.
std::string_view fault_of(std::string_view part) {
  if (part.empty()) return "has an empty part";
  if (part == "." || part == "..") return "leaves its folder";
  if (part.size() > 255) return "has a part of more than 255 bytes";
  for (const char c : part) {
    if (c < 0x20 || c >= 0x7f) return "has a character that is not printable ASCII";
    if (std::string_view("<>:\"\\|?*").find(c) != std::string_view::npos)
      return "has a character that some systems do not allow in a file name";
  }
  if (part.ends_with('.') || part.ends_with(' ')) return "has a part that ends in a dot or a space";
  const std::string lower = to_lower(part);
  if (lower == ".git" || lower == "git~1") return "reaches into `.git`";
  if (is_device(part)) return "has the name of a device";
  return {};
}

}  // namespace

Result<void> check_path(std::string_view path) {
  for (const std::string_view part : split(path, '/')) {
    const std::string_view fault = fault_of(part);
    if (fault.empty()) continue;
    return fail(Fault::usage, "the path `" + printable(path) + "` " + std::string(fault));
  }
  return {};
}

Result<std::string> render_path(std::string_view path, const Values& values) {
  std::string rendered;
  for (size_t at = 0; at < path.size();) {
    const size_t open = path.find("__", at);
    const size_t close = open == std::string_view::npos ? open : path.find("__", open + 2);
    if (close == std::string_view::npos) {
      rendered += path.substr(at);
      break;
    }
    const std::string_view name = path.substr(open + 2, close - open - 2);
    const auto value = values.find(name);
    if (value == values.end())
      return fail(Fault::usage,
                  "the path `" + printable(path) + "` uses `" + printable(name) + "`, which has no value");
    rendered += path.substr(at, open - at);
    // A value is one part of a path or a piece of one, never several.
    if (value->second.find('/') != std::string::npos)
      return fail(Fault::usage, "`" + printable(value->second) + "` cannot be part of a file name");
    rendered += value->second;
    at = close + 2;
  }
  if (auto checked = check_path(rendered); !checked) return pass(std::move(checked));
  return rendered;
}

}  // namespace mesh::scaffold
