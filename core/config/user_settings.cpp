#include "core/config/user_settings.hpp"

#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/config/user_folders.hpp"
#include "core/yaml/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mesh::config {
namespace {

constexpr std::array<std::string_view, 2> kKnown{"color", "jobs"};
constexpr uint64_t kMostBytes = 1u << 20;

tl::unexpected<Error> wrong(const Source& source, Span at, std::string_view message, std::string help) {
  const Position place = source.position(at.begin);
  return fail(Fault::usage,
              fmt::format("{}:{}:{}: {}", printable(source.path()), place.line, place.column, message),
              std::move(help));
}

}  // namespace

std::string user_settings_path() {
  const std::string folder = user_config_folder();
  return folder.empty() ? folder : folder + "/config.yaml";
}

Result<UserSettings> read_user_settings(const std::string& path) {
  UserSettings settings;
  if (path.empty() || !is_file(path)) return settings;
  auto bytes = read_file(path, kMostBytes);
  if (!bytes) return pass(std::move(bytes));
  const Source source(path, std::move(*bytes));
  Findings findings;
  const auto documents = yaml::read_yaml(source, findings);
  for (const Finding& finding : findings.all())
    if (finding.level == Level::error && finding.rule != "yaml/empty")
      return wrong(source, finding.at.span, finding.message, finding.label);
  if (documents.empty() || documents.front().root().is_null()) return settings;

  const yaml::Node root = documents.front().root();
  if (!root.is_mapping()) return wrong(source, root.span(), "settings are a mapping", "write `jobs: 4`");
  for (uint32_t i = 0; i < root.size(); ++i) {
    const yaml::Node key = root.key(i), value = root.value(i);
    if (std::ranges::find(kKnown, key.text()) == kKnown.end()) {
      const auto near = nearest(key.text(), kKnown);
      return wrong(source, key.span(), fmt::format("`{}` is no setting", printable(key.text())),
                   near ? fmt::format("did you mean `{}`?", *near) : "the settings are `color` and `jobs`");
    }
    if (value.is_mapping() || value.is_sequence() || value.is_null())
      return wrong(source, key.span(), fmt::format("`{}` needs a plain value", key.text()), {});
    settings.emplace(key.text(), value.text());
  }
  return settings;
}

}  // namespace mesh::config
