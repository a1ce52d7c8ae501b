#include "core/config/aws_files.hpp"

#include "core/base/files.hpp"
#include "core/base/secret.hpp"
#include "core/base/strings.hpp"
#include "core/config/variables.hpp"
#include "core/config/words.hpp"

#include <algorithm>
#include <set>

namespace mesh::config {
namespace {

constexpr uint64_t kMostBytes = 4u << 20;
constexpr std::string_view kSpace = " \t\r\n\v\f";

std::string_view stripped(std::string_view text) {
  const size_t begin = text.find_first_not_of(kSpace);
  return begin == text.npos ? std::string_view{}
                            : text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string_view without_end(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

// One after the other, with `\n`, `\r\n` or `\r` for an end.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of("\r\n"), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : end < text.size() ? 1 : 0));
  }
  return lines;
}

// The rules are those of Python's configparser: what is indented more than the line that began a value goes
// on with it, empty lines included.
class Parser {
 public:
  explicit Parser(const std::string& path) : path_(path) {}

  Result<Sections> parse(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    for (const std::string_view line : lines_of(text)) {
      ++number_;
      if (auto good = take(line); !good) return pass(std::move(good));
    }
    finish_value();
    for (auto& [name, section] : sections_)
      for (const auto& [key, value] : defaults_) section.try_emplace(key, value);
    return std::move(sections_);
  }

 private:
  tl::unexpected<Error> wrong(const std::string& what) const {
    return fail(Fault::usage, "line " + std::to_string(number_) + " of `" + printable(path_) + "` " + what,
                "it holds `[sections]` with lines `name = value` in them");
  }

  Result<void> take(std::string_view line) {
    const std::string_view value = stripped(line);
    const bool is_comment = value.starts_with('#') || value.starts_with(';');
    if (value.empty() || is_comment) {
      if (!is_comment && value_) *value_ += '\n';
      return {};
    }
    const size_t indent = line.find_first_not_of(kSpace);
    if (value_ && indent > indent_) {
      *value_ += '\n';
      value_->append(value);
      return {};
    }
    indent_ = indent;
    const size_t bracket = value.rfind(']');
    if (value.starts_with('[') && bracket != value.npos && bracket > 1)
      return begin_section(std::string(value.substr(1, bracket - 1)));
    if (!section_) return wrong("stands in no section");
    return begin_value(value);
  }

  Result<void> begin_section(const std::string& name) {
    finish_value();
    if (name != "DEFAULT" && !seen_.insert(name).second) return wrong("begins a section for the second time");
    section_ = name == "DEFAULT" ? &defaults_ : &sections_[name];
    return {};
  }

  Result<void> begin_value(std::string_view line) {
    finish_value();
    const size_t sign = line.find_first_of("=:");
    if (sign == line.npos || sign == 0) return wrong("is no `name = value`");
    const auto [entry, is_new] =
        section_->try_emplace(to_lower(without_end(line.substr(0, sign))), stripped(line.substr(sign + 1)));
    if (!is_new) return wrong("sets a name for the second time");
    value_ = &entry->second;
    return {};
  }

  void finish_value() {
    if (value_) value_->resize(without_end(*value_).size());
    value_ = nullptr;
  }

  const std::string& path_;
  size_t number_ = 0, indent_ = 0;
  Section defaults_;
  Sections sections_;
  std::set<std::string> seen_;
  Section* section_ = nullptr;
  std::string* value_ = nullptr;
};

// An empty one when it is not there.
Result<Sections> read_sections(const std::string& path) {
  if (path.empty() || !is_file(path)) return Sections{};
  auto text = read_file(path, kMostBytes);
  if (!text) return std::move(text).error().in("read credentials");
  auto sections = parse_sections(*text, path);
  wipe(*text);
  return sections;
}

Result<std::string> path_at(const char* name, const char* below_home) {
  const std::string home = variable("HOME");
  auto set = file_named_by(name);
  if (!set) return set;
  if (set->empty()) return home.empty() ? "" : home + below_home;
  return set->starts_with("~/") ? home + set->substr(1) : *set;
}

// `[KIND NAME]`: its name, which may be quoted.
std::optional<std::string> named(std::string_view header, std::string_view kind) {
  if (!header.starts_with(kind)) return std::nullopt;
  auto words = split_words(header);
  if (!words || words->size() != 2) return std::nullopt;
  return std::move(words->back());
}

// `name = value` of the indented lines below a name.
std::string nested(std::string_view block, std::string_view wanted) {
  if (!block.starts_with('\n')) return {};
  for (const std::string_view line : split(block, '\n')) {
    const size_t sign = line.find('=');
    if (sign != line.npos && stripped(line.substr(0, sign)) == wanted)
      return std::string(stripped(line.substr(sign + 1)));
  }
  return {};
}

}  // namespace

Result<Sections> parse_sections(std::string_view text, const std::string& path) {
  return Parser(path).parse(text);
}

bool AwsFiles::has(std::string_view profile) const {
  return config.contains(profile) || credentials.contains(profile);
}

Section AwsFiles::merged(std::string_view profile) const {
  Section all;
  if (const auto found = credentials.find(profile); found != credentials.end()) all = found->second;
  if (const auto found = config.find(profile); found != config.end())
    all.insert(found->second.begin(), found->second.end());
  return all;
}

std::vector<std::string> AwsFiles::names() const {
  std::set<std::string> all;
  for (const Sections* const sections : {&config, &credentials})
    for (const auto& [name, section] : *sections) all.insert(name);
  return {all.begin(), all.end()};
}

std::string AwsFiles::endpoint(const Section& profile, std::string_view service) const {
  const auto at = [&](const char* key) {
    const auto found = profile.find(key);
    return found == profile.end() ? std::string() : found->second;
  };
  if (to_lower(at("ignore_configured_endpoint_urls")) == "true") return {};
  if (const auto own = services.find(at("services")); own != services.end())
    if (const auto found = own->second.find(service); found != own->second.end())
      if (std::string url = nested(found->second, "endpoint_url"); !url.empty()) return url;
  return at("endpoint_url");
}

Result<AwsFiles> read_aws_files() {
  AwsFiles files;
  auto config_path = path_at("AWS_CONFIG_FILE", "/.aws/config");
  if (!config_path) return pass(std::move(config_path));
  auto credentials_path = path_at("AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials");
  if (!credentials_path) return pass(std::move(credentials_path));
  files.config_path = std::move(*config_path);
  files.credentials_path = std::move(*credentials_path);
  auto config = read_sections(files.config_path);
  if (!config) return pass(std::move(config));
  auto credentials = read_sections(files.credentials_path);
  if (!credentials) return pass(std::move(credentials));
  for (auto& [header, section] : *config) {
    if (const auto name = named(header, "profile"))
      files.config[*name] = std::move(section);
    else if (const auto services = named(header, "services"))
      files.services[*services] = std::move(section);
    else if (header == "default")
      files.config.try_emplace(header, std::move(section));
  }
  files.credentials = std::move(*credentials);
  return files;
}

}  // namespace mesh::config
