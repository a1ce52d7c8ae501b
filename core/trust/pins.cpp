#include "core/trust/pins.hpp"

#include "core/base/files.hpp"
#include "core/base/percent.hpp"
#include "core/base/strings.hpp"
#include "core/config/user_folders.hpp"
#include "core/model/nodes.hpp"
#include "core/trust/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace mesh::trust {
namespace {

constexpr uint64_t kMostBytes = 1u << 20;

Result<Pin> read_pin(yaml::Node entry) {
  Pin pin;
  pin.mesh = model::plain_text(entry, "name");
  pin.target = model::plain_text(entry, "target");
  if (!pin.target.empty()) pin.target = place_of(pin.target);
  auto keys = parse_keys(model::plain_texts(entry, "keys"), Fault::usage);
  if (!keys) return pass(std::move(keys));
  pin.keys = std::move(*keys);
  const auto threshold = parse_threshold(entry, Fault::usage);
  if (!threshold) return tl::unexpected(threshold.error());
  pin.threshold = *threshold;
  if (pin.threshold == 0 || pin.threshold > pin.keys.size())
    return fail(Fault::usage, "the pin of `" + pin.mesh + "` asks for " +
                                  count_of(pin.threshold, "signature") + " and has " +
                                  count_of(pin.keys.size(), "key"));
  return pin;
}

}  // namespace

std::string pins_path() {
  const std::string folder = config::user_config_folder();
  return folder.empty() ? folder : folder + "/trust.yaml";
}

Result<std::vector<Pin>> read_pins(const std::string& path) {
  std::vector<Pin> pins;
  if (path.empty()) return pins;
  auto bytes = read_file(path, kMostBytes);
  if (!bytes && bytes.error().fault == Fault::not_found) return pins;
  if (!bytes) return pass(std::move(bytes));
  const auto document = read_document(path, std::move(*bytes), kPinsSchema, Fault::usage);
  if (!document) return tl::unexpected(document.error());
  const yaml::Node meshes = *(*document)->root().find("meshes");
  for (uint32_t i = 0; i < meshes.size(); ++i) {
    auto pin = read_pin(meshes.item(i));
    if (!pin) return std::move(pin).error().in(printable(path));
    const bool twice = std::ranges::any_of(
        pins, [&](const Pin& other) { return other.mesh == pin->mesh && other.target == pin->target; });
    if (twice)
      return fail(Fault::usage, printable(path) + ": `" + pin->mesh + "` is pinned twice for one target");
    pins.push_back(std::move(*pin));
  }
  return pins;
}

std::string pin_file(const Pin& pin) {
  std::string text = fmt::format("apiVersion: mesh/v1\nkind: Trust\nmeshes:\n  - name: {}\n", pin.mesh);
  if (!pin.target.empty()) text += "    target: " + json_quote(pin.target) + "\n";
  text += fmt::format("    threshold: {}\n    keys:\n", pin.threshold);
  for (const crypto::PublicKey& key : pin.keys) text += "      - " + json_quote(crypto::line_of(key)) + "\n";
  return text;
}

std::string place_of(std::string_view store_url) {
  namespace fs = std::filesystem;
  if (!store_url.starts_with("file:")) {
    while (store_url.ends_with('/')) store_url.remove_suffix(1);
    return std::string(store_url);
  }
  std::string_view path = store_url.substr(5);
  if (path.starts_with("//")) path.remove_prefix(std::min(path.find('/', 2), path.size()));
  std::error_code failed;
  const fs::path absolute = fs::absolute(percent_decoded(path), failed);
  const fs::path canonical = fs::weakly_canonical(absolute, failed);
  std::string shown = (failed ? absolute : canonical).lexically_normal().generic_string();
  while (shown.size() > 1 && shown.ends_with('/')) shown.pop_back();
  return "file://" + shown;
}

std::vector<Pin> pins_for(const std::vector<Pin>& pins, std::string_view place) {
  std::vector<Pin> found;
  std::ranges::copy_if(pins, std::back_inserter(found), [&](const Pin& pin) { return pin.target == place; });
  if (found.empty())
    std::ranges::copy_if(pins, std::back_inserter(found), [](const Pin& pin) { return pin.target.empty(); });
  return found;
}

}  // namespace mesh::trust
