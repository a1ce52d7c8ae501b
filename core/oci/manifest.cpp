#include "core/oci/manifest.hpp"

#include "core/base/strings.hpp"
#include "core/base/utf8.hpp"

#include <algorithm>
#include <set>

namespace mesh::oci {
namespace {

constexpr std::string_view kDomain = "vnd.mesh.domain";
constexpr std::string_view kProduct = "vnd.mesh.product";

// The standard's empty config, with its two bytes inline so that nobody need fetch them.
Json empty_config() {
  Json config = to_json(describe(kEmptyType, kEmptyConfig));
  config.members.emplace("data", Json::string("e30="));
  return config;
}

tl::unexpected<Error> bad_title(std::string_view title, std::string_view why) {
  return fail(Fault::corrupt, "the file name `" + printable(title) + "` " + std::string(why));
}

Result<std::vector<Descriptor>> read_layers(const Json& document) {
  const Json* const given = document.find("layers");
  if (!given || given->kind != Json::Kind::array) return fail(Fault::corrupt, "it has no layers");
  std::vector<Descriptor> layers;
  std::set<std::string, std::less<>> titles;
  for (const Json& item : given->items) {
    auto layer = read_descriptor(item);
    if (!layer) return pass(std::move(layer));
    if (!is_digest(layer->digest)) return fail(Fault::corrupt, "a layer's digest is not SHA-256");
    const std::string_view title = title_of(*layer);
    if (auto checked = check_title(title); !checked) return pass(std::move(checked));
    if (!titles.emplace(title).second) return bad_title(title, "is there twice");
    layers.push_back(std::move(*layer));
  }
  // `a` beside `a/b` would have to be a file and a folder.
  for (const std::string& title : titles)
    for (size_t slash = title.find('/'); slash != title.npos; slash = title.find('/', slash + 1))
      if (titles.contains(title.substr(0, slash))) return bad_title(title, "lies below another file");
  return layers;
}

}  // namespace

std::string manifest_bytes(Manifest manifest) {
  std::ranges::sort(manifest.layers, {}, title_of);
  Json layers = Json::array();
  for (const Descriptor& layer : manifest.layers) layers.items.push_back(to_json(layer));

  Json document = Json::object();
  document.members.emplace("schemaVersion", Json::number(2));
  document.members.emplace("mediaType", Json::string(kManifestType));
  document.members.emplace("artifactType", Json::string(kProductType));
  document.members.emplace("config", empty_config());
  document.members.emplace("layers", std::move(layers));
  document.members.emplace("annotations", Json::object_of({{std::string(kVersion), manifest.version},
                                                           {std::string(kDomain), manifest.domain},
                                                           {std::string(kProduct), manifest.product}}));
  return write_json(document);
}

Result<Manifest> read_manifest(std::string_view bytes) {
  auto document = read_json(bytes);
  if (!document) return pass(std::move(document));
  if (auto checked = check_document(*document, kManifestType); !checked) return pass(std::move(checked));
  const std::string* const type = document->string_at("artifactType");
  if (!type || *type != kProductType) return fail(Fault::corrupt, "it is not the manifest of a data product");
  const Json* const given = document->find("config");
  if (!given) return fail(Fault::corrupt, "it has no config");
  auto config = read_descriptor(*given);
  if (!config) return pass(std::move(config));
  auto annotations = read_annotations(*document);
  if (!annotations) return pass(std::move(annotations));
  auto layers = read_layers(*document);
  if (!layers) return pass(std::move(layers));

  Manifest manifest;
  manifest.domain = (*annotations)[std::string(kDomain)];
  manifest.product = (*annotations)[std::string(kProduct)];
  manifest.version = (*annotations)[std::string(kVersion)];
  manifest.layers = std::move(*layers);
  manifest.config = std::move(*config);
  return manifest;
}

Result<void> check_title(std::string_view title) {
  if (title.empty()) return fail(Fault::corrupt, "a file has no name");
  if (title.size() > 1024) return bad_title(title.substr(0, 64), "is too long");
  if (title.front() == '/') return bad_title(title, "is absolute");
  if (utf8::first_invalid(title)) return bad_title(title, "is not UTF-8");
  if (printable(title) != title) return bad_title(title, "has characters that cannot be shown");
  if (title.find_first_of("\\:") != title.npos) return bad_title(title, "has a backslash or colon");
  for (const std::string_view part : split(title, '/')) {
    if (part.empty() || part == "." || part == "..")
      return bad_title(title, "has an empty, `.` or `..` part");
    if (part.size() > 255) return bad_title(title.substr(0, 64), "is too long");
    // Who pulls into a repository must not get hooks with the data, also where dots and spaces at the end of
    // a name do not count and each has a short form.
    const std::string lower = to_lower(part.substr(0, part.find_last_not_of(". ") + 1));
    if (lower == ".git" || lower == "git~1") return bad_title(title, "lies in a `.git` folder");
  }
  return {};
}

std::vector<std::string> differences(const Manifest& published, const Manifest& now) {
  std::map<std::string_view, std::pair<const Descriptor*, const Descriptor*>> files;
  for (const Descriptor& layer : published.layers) files[title_of(layer)].first = &layer;
  for (const Descriptor& layer : now.layers) files[title_of(layer)].second = &layer;
  std::vector<std::string> told;
  for (const auto& [title, pair] : files) {
    const std::string name = "`" + printable(title) + "`";
    const auto& [before, after] = pair;
    if (!before)
      told.push_back(name + " is new");
    else if (!after)
      told.push_back(name + " is gone");
    else if (before->digest != after->digest)
      told.push_back(name + " differs");
    else if (before->media_type != after->media_type)
      told.push_back(name + " has another media type");
  }
  return told;
}

}  // namespace mesh::oci
