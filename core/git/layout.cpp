#include "core/git/layout.hpp"

#include "core/base/files.hpp"
#include "core/base/strings.hpp"

#include <filesystem>

namespace mesh::git {
namespace {

namespace fs = std::filesystem;

// What follows `label` in a file of one line.
std::optional<std::string> pointer(const std::string& path, std::string_view label) {
  const auto text = content(path, kSmallFile);
  if (!text || !text->starts_with(label)) return std::nullopt;
  const std::string_view target = trim(std::string_view(*text).substr(label.size()));
  if (target.empty() || target.find_first_of(std::string_view("\n\0", 2)) != std::string_view::npos)
    return std::nullopt;
  return std::string(target);
}

std::optional<Layout> layout_at(const std::string& folder) {
  Layout found{folder, from(folder, ".git"), {}};
  if (const auto elsewhere = pointer(found.own, "gitdir:")) found.own = from(folder, *elsewhere);
  // git, too, passes by a `.git` that holds no HEAD.
  if (!is_folder(found.own) || !is_file(from(found.own, "HEAD"))) return std::nullopt;
  const auto common = pointer(from(found.own, "commondir"), "");
  found.common = common ? from(found.own, *common) : found.own;
  return found;
}

// `[branch "main"]` as "branch.main."; `[core]` as "core.".
std::string section_of(std::string_view line) {
  const size_t end = line.rfind(']');
  if (end == line.npos) return {};
  line = trim(line.substr(1, end - 1));
  const size_t quote = line.find('"');
  if (quote == line.npos) return to_lower(line) + ".";
  std::string name = to_lower(trim(line.substr(0, quote))) + ".";
  for (size_t i = quote + 1; i < line.size() && line[i] != '"'; ++i) {
    if (line[i] == '\\' && i + 1 < line.size()) ++i;
    name += line[i];
  }
  return name + ".";
}

std::string value_of(std::string_view text) {
  std::string value;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == '\\' && i + 1 < text.size()) {
      value += text[++i];
    } else if (!quoted && (text[i] == '#' || text[i] == ';')) {
      break;
    } else {
      value += text[i];
    }
  }
  return std::string(trim(value));
}

}  // namespace

std::optional<std::string> content(const std::string& path, uint64_t limit) {
  if (!is_file(path)) return std::nullopt;
  auto bytes = read_file(path, limit);
  if (!bytes) return std::nullopt;
  return std::move(*bytes);
}

std::string from(const std::string& folder, std::string_view path) {
  return (fs::path(folder) / path).string();
}

std::optional<Layout> find_layout(const std::string& folder) {
  std::error_code failed;
  fs::path at = fs::canonical(folder.empty() ? "." : folder, failed);
  if (failed) return std::nullopt;
  for (;; at = at.parent_path()) {
    if (auto found = layout_at(at.string())) return found;
    if (at == at.parent_path()) return std::nullopt;
  }
}

Config::Config(std::string_view text) {
  std::string section;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line);
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    if (line[0] == '[') {
      section = section_of(line);
      continue;
    }
    const size_t equals = line.find('=');
    const std::string name = to_lower(trim(line.substr(0, equals)));
    values_[section + name] = equals == line.npos ? "true" : value_of(line.substr(equals + 1));
  }
}

std::string_view Config::value(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? std::string_view() : std::string_view(found->second);
}

static bool means_true(std::string_view value) {
  const std::string word = to_lower(value);
  return word == "true" || word == "yes" || word == "on" || word == "1";
}

bool Config::is_true(const std::string& key) const { return means_true(value(key)); }

bool Config::any_true(std::string_view section, std::string_view name) const {
  for (const auto& [key, value] : values_)
    if (key.starts_with(section) && key.ends_with(name) && means_true(value)) return true;
  return false;
}

Config config_of(const Layout& layout) {
  constexpr uint64_t kMost = 1u << 20;
  return Config(content(from(layout.common, "config"), kMost).value_or(""));
}

}  // namespace mesh::git
