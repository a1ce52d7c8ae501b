#include "core/trust/pins.hpp"

#include "core/base/files.hpp"
#include "core/base/percent.hpp"
#include "core/base/strings.hpp"
#include "core/config/user_folders.hpp"
#include "core/model/nodes.hpp"
#include "core/store/azure.hpp"
#include "core/store/gcs.hpp"
#include "core/store/oci.hpp"
#include "core/store/s3.hpp"
#include "core/trust/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace mesh::trust {
namespace {

constexpr uint64_t kMostBytes = 1u << 20;

// What stands under `target`, as the store that it names is called; a pin whose target is written otherwise
// would count for nothing, without a word.
Result<std::string> pinned_place(const std::string& target) {
  const std::string scheme = to_lower(target.substr(0, std::min(target.find(':'), target.size())));
  const auto url_of = [](const auto& address) { return address.url(); };
  Result<std::string> url = fail(Fault::usage, "it is not the URL of a target");
  // The endpoint is of no matter, but servers that are not AWS's have buckets of other names.
  if (scheme == "s3") url = store::s3_address(target, {.endpoint = "https://other.invalid"}).map(url_of);
  if (scheme == "gs") url = store::gcs_address(target, {}).map(url_of);
  if (scheme == "az") url = store::azure_address(target, {}).map(url_of);
  if (scheme == "oci") url = store::oci_address(target).map(url_of);
  if (scheme == "file") {
    const std::string_view path = std::string_view(target).substr(5);
    const bool is_absolute = path.starts_with('/') && path != "//" && !path.starts_with("//.");
    url = is_absolute ? Result<std::string>("file:" + std::string(path))
                      : fail(Fault::usage, "it depends on the folder one is in");
  }
  if (url) return place_of(*url);
  return fail(Fault::usage, "the target `" + printable(target) + "` cannot be pinned: " + url.error().message,
              "`mesh trust show --from TARGET --format pin` prints how it is written, such as "
              "s3://BUCKET/PREFIX or file:///FOLDER");
}

Result<Pin> read_pin(yaml::Node entry) {
  Pin pin;
  pin.mesh = model::plain_text(entry, "name");
  pin.target = model::plain_text(entry, "target");
  if (!pin.target.empty()) {
    auto place = pinned_place(pin.target);
    if (!place) return pass(std::move(place));
    pin.target = std::move(*place);
  }
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
  if (!bytes) return std::move(bytes).error().in("read the roots that are pinned");
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
