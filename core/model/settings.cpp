#include "core/model/nodes.hpp"
#include "core/model/read.hpp"

#include <algorithm>
#include <array>

// mesh.yaml and domain.yaml.
namespace mesh::model {
namespace {

using yaml::Node;

// A string, or the strings of a list.
std::vector<std::string> one_or_more(Node mapping, std::string_view key) {
  std::string one = plain_text(mapping, key);
  if (!one.empty()) return {std::move(one)};
  return plain_texts(mapping, key);
}

// `warning`, or `{level: warning, when: {status: active, domain: [sales]}}`.
void read_level(const std::string& pattern, Span at, Node value, std::vector<LevelSetting>& settings) {
  if (!value.is_mapping()) {
    if (const auto level = level_named(value.text())) settings.push_back({pattern, *level, at});
    return;
  }
  const auto level = level_named(plain_text(value, "level"));
  if (!level) return;
  LevelSetting& setting = settings.emplace_back(LevelSetting{pattern, *level, at});
  const auto when = value.find("when");
  if (!when || !when->is_mapping()) return;
  setting.statuses = one_or_more(*when, "status");
  setting.domains = one_or_more(*when, "domain");
  if (const auto domain = when->find("domain")) setting.domains_at = domain->span();
}

std::vector<LevelSetting> read_levels(Node root) {
  std::vector<LevelSetting> settings;
  const auto rules = root.find("rules");
  if (!rules || !rules->is_mapping()) return settings;
  for (uint32_t i = 0; i < rules->size(); ++i) {
    const std::string pattern(rules->key(i).text());
    const Node value = rules->value(i);
    const uint32_t count = value.is_sequence() ? value.size() : 1;
    for (uint32_t k = 0; k < count; ++k)
      read_level(pattern, rules->key(i).span(), value.is_sequence() ? value.item(k) : value, settings);
  }
  return settings;
}

std::vector<Target> read_targets(Node root) {
  std::vector<Target> targets;
  const auto entries = root.find("targets");
  if (!entries || !entries->is_mapping()) return targets;
  for (uint32_t i = 0; i < entries->size(); ++i) {
    const Node entry = entries->value(i);
    if (!entry.is_mapping()) continue;
    targets.push_back({std::string(entries->key(i).text()), plain_text(entry, "url"),
                       plain_text(entry, "environment"), plain_text(entry, "profile"),
                       plain_text(entry, "region"), entries->key(i).span()});
  }
  return targets;
}

std::vector<Mesh::DomainEntry> read_domain_entries(Node root) {
  std::vector<Mesh::DomainEntry> entries;
  const auto list = root.find("domains");
  if (!list || !list->is_sequence()) return entries;
  for (uint32_t i = 0; i < list->size(); ++i) {
    const Node item = list->item(i);
    if (item.is_string()) {
      entries.push_back({std::string(item.text()), {}, {}, item.span()});
    } else if (item.is_mapping()) {
      Mesh::DomainEntry entry{{}, plain_text(item, "name"), plain_texts(item, "paths"), item.span()};
      if (const auto name = item.find("name")) entry.at = name->span();
      if (!entry.name.empty()) entries.push_back(std::move(entry));
    }
  }
  return entries;
}

std::vector<Mesh::Naming> read_names(Node root) {
  std::vector<Mesh::Naming> names;
  const auto entries = root.find("names");
  if (!entries || !entries->is_mapping()) return names;
  for (uint32_t i = 0; i < entries->size(); ++i)
    if (const Node pattern = entries->value(i); pattern.is_string())
      names.push_back({std::string(entries->key(i).text()), std::string(pattern.text()), pattern.span()});
  return names;
}

std::optional<std::vector<std::string>> read_variables(Node root) {
  const auto entries = root.find("variables");
  if (!entries || !entries->is_mapping()) return std::nullopt;
  std::vector<std::string> names;
  for (uint32_t i = 0; i < entries->size(); ++i) names.emplace_back(entries->key(i).text());
  std::ranges::sort(names);
  return names;
}

std::vector<OwnSchema> read_schemas(Node root) {
  return read_list<OwnSchema>(root.find("schemas").value_or(Node{}), [](Node entry) {
    OwnSchema schema;
    schema.kind = plain_text(entry, "kind");
    schema.file = plain_text(entry, "file");
    schema.at = entry.find("file").value_or(entry).span();
    if (const auto when = entry.find("when"); when && when->is_mapping()) {
      schema.statuses = one_or_more(*when, "status");
      schema.domains = one_or_more(*when, "domain");
    }
    return schema;
  });
}

Mesh::Match read_match(Node root) {
  const std::string match = plain_text(root, "contractVersions");
  return match == "major" ? Mesh::Match::major : match == "any" ? Mesh::Match::any : Mesh::Match::exact;
}

}  // namespace

bool is_slug(std::string_view name) {
  constexpr size_t kLongest = 63;
  if (name.empty() || name.size() > kLongest || name.front() == '-' || name.back() == '-') return false;
  if (name.find("--") != name.npos) return false;
  return std::ranges::all_of(
      name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool is_reserved(std::string_view name) {
  constexpr std::array<std::string_view, 3> kReserved{"mesh", "index", "listing"};
  return std::ranges::find(kReserved, name) != kReserved.end();
}

Mesh read_mesh(Node root, FileId file) {
  Mesh mesh;
  mesh.file = file;
  if (!root.is_mapping()) return mesh;
  mesh.name = plain_text(root, "name");
  mesh.include = plain_texts(root, "include");
  mesh.exclude = plain_texts(root, "exclude");
  mesh.domains = read_domain_entries(root);
  mesh.contract_versions = read_match(root);
  if (const auto standards = root.find("standards"); standards && standards->is_mapping()) {
    mesh.odcs = plain_text(*standards, "odcs");
    mesh.odps = plain_text(*standards, "odps");
  }
  mesh.rules = read_levels(root);
  mesh.overridable = plain_texts(root, "overridable");
  mesh.externals = plain_texts(root, "externals");
  mesh.baseline = plain_text(root, "baseline");
  mesh.targets = read_targets(root);
  mesh.names = read_names(root);
  mesh.variables = read_variables(root);
  mesh.schemas = read_schemas(root);
  return mesh;
}

Domain read_domain(Node root, FileId file, std::string folder) {
  Domain domain;
  domain.file = file;
  domain.folder = std::move(folder);
  if (!root.is_mapping()) return domain;
  domain.name_at = root.size() > 0 ? root.key(0).span() : root.span();
  if (const auto name = root.find("name"); name && name->is_string()) {
    domain.name_at = name->span();
    domain.name = name->text();
  }
  domain.parent = plain_text(root, "parent");
  if (const auto parent = root.find("parent")) domain.parent_at = parent->span();
  domain.type = plain_text(root, "type");
  if (const auto owner = root.find("owner"); owner && owner->is_mapping()) {
    domain.owner_team = plain_text(*owner, "team");
    domain.owner_email = plain_text(*owner, "email");
  }
  domain.rules = read_levels(root);
  domain.targets = read_targets(root);
  domain.files = plain_texts(root, "files");
  domain.signers = plain_texts(root, "signers");
  return domain;
}

}  // namespace mesh::model
