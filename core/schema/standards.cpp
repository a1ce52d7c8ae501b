#include "core/schema/standards.hpp"

#include "core/schema/words.hpp"

#include "core/base/strings.hpp"
#include "core/embed/embed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>
#include <atomic>
#include <mutex>
#include <span>

namespace mesh::schema {
namespace {

using yaml::Node;

struct Edition {
  std::string_view version;  // as `versions` lists it
  std::string_view schema;   // the file that judges it
};

// 3.1.0 was republished with relaxed ids under its own number: the later text accepts all that the earlier
// did.
constexpr Edition kOdcs[] = {{"2.2.0", "2.2.1"},         {"2.2.1", "2.2.1"}, {"2.2.2", "2.2.2"},
                             {"3.0.0", "3.0.0"},         {"3.0.1", "3.0.1"}, {"3.0.2", "3.0.2"},
                             {"3.1.0", "3.1.0-patched"}, {"3.2.0", "3.2.0"}};
constexpr Edition kOdps[] = {{"0.9.0", "0.9.0"}, {"1.0.0", "1.0.0"}, {"1.1.0", "1.1.0"}};
constexpr Edition kDcs[] = {{"0.9.0", "0.9.0"}, {"0.9.1", "0.9.1"}, {"0.9.2", "0.9.2"}, {"0.9.3", "0.9.3"},
                            {"1.1.0", "1.1.0"}, {"1.2.0", "1.2.0"}, {"1.2.1", "1.2.1"}};
constexpr Edition kLfOdps[] = {{"4.0", "4.0"}, {"4.1", "4.1"}};
constexpr Edition kDpds[] = {{"1.0.0", "1.0.0"}};
constexpr Edition kOwn[] = {{"mesh/v1", "mesh/v1"}};

struct Row {
  Standard standard;
  std::string_view name;
  std::string_view folder;  // of schemas; our own kinds have one file instead
  std::span<const Edition> editions;
};
constexpr Row kRows[] = {
    {Standard::odcs, "ODCS", "core/schema/standards/odcs/", kOdcs},
    {Standard::odps, "Bitol ODPS", "core/schema/standards/odps/", kOdps},
    {Standard::dcs, "Data Contract Specification", "core/schema/standards/datacontract-spec/", kDcs},
    {Standard::lf_odps, "LF ODPS", "core/schema/standards/lf-odps/", kLfOdps},
    {Standard::dpds, "DPDS", "core/schema/standards/dpds/", kDpds},
    {Standard::mesh, "Mesh", "core/model/mesh.schema.json", kOwn},
    {Standard::domain, "Domain", "core/model/domain.schema.json", kOwn},
    {Standard::waivers, "Waivers", "core/model/waivers.schema.json", kOwn},
};

const Row* row_of(Standard standard) {
  for (const Row& row : kRows)
    if (row.standard == standard) return &row;
  return nullptr;
}

std::string_view without_v(std::string_view version) {
  if (version.size() > 1 && version[0] == 'v' && version[1] >= '0' && version[1] <= '9')
    version.remove_prefix(1);
  return version;
}

std::string_view major_of(std::string_view version) { return version.substr(0, version.find('.')); }

// The edition of a version, else the newest of its major, else the newest.
const Edition& edition_for(const Row& row, std::string_view version, bool& known) {
  const std::string_view plain = without_v(version);
  known = true;
  for (const Edition& edition : row.editions)
    if (edition.version == plain) return edition;
  known = false;
  for (auto edition = row.editions.rbegin(); edition != row.editions.rend(); ++edition)
    if (major_of(edition->version) == major_of(plain)) return *edition;
  return row.editions.back();
}

std::string path_of(const Row& row, std::string_view schema) {
  return row.folder.ends_with('/') ? fmt::format("{}{}.json", row.folder, schema) : std::string(row.folder);
}

// ---- which document is it

std::string_view text_at(Node root, std::string_view key) {
  const auto value = root.find(key);
  return value && !value->is_mapping() && !value->is_sequence() ? value->text() : std::string_view();
}

bool has(Node root, std::string_view key) { return root.find(key).has_value(); }

bool has_ports(Node root) {
  for (uint32_t i = 0; i < root.size(); ++i)
    if (const std::string_view key = root.key(i).text(); key.size() > 5 && key.ends_with("Ports"))
      return true;
  return false;
}

bool is_old_odcs(Node root) {
  return has(root, "dataset") || has(root, "datasetName") || has(root, "quantumName");
}

// Other tools use short kinds such as `Mesh` too, so ours ask for an `apiVersion` of ours or for our file
// names.
bool is_ours(Node root, std::string_view file) {
  const std::string_view version = text_at(root, "apiVersion");
  if (version.starts_with("mesh/")) return true;
  const bool named = file == "mesh.yaml" || file == "domain.yaml" || file == "mesh.yml" ||
                     file == "domain.yml" || file == "waivers.yaml";
  return named && version.find('/') == version.npos;
}

struct Kind {
  std::string_view name;
  Standard standard;
};
constexpr Kind kKinds[] = {{"DataContract", Standard::odcs},
                           {"DataProduct", Standard::odps},
                           {"Mesh", Standard::mesh},
                           {"Domain", Standard::domain},
                           {"Waivers", Standard::waivers}};

Standard standard_of_kind(Node root, std::string_view kind, bool ours) {
  if (kind == "DataContract") return Standard::odcs;
  if (kind == "DataProduct" && (text_at(root, "apiVersion").starts_with('v') || has_ports(root)))
    return Standard::odps;
  if (kind == "Mesh" && ours) return Standard::mesh;
  if (kind == "Domain" && ours) return Standard::domain;
  if (kind == "Waivers" && ours) return Standard::waivers;
  return Standard::none;
}

// A kind that was mistyped, case aside.
Standard standard_of_near_kind(std::string_view kind, bool ours) {
  const std::string lower = to_lower(kind);
  for (const Kind& known : kKinds) {
    if (kind == known.name || (is_own(known.standard) && !ours)) continue;
    if (!lower.empty() && edit_distance(lower, to_lower(known.name)) <= 2) return known.standard;
  }
  return Standard::none;
}

Standard standard_of(Node root, std::string_view path) {
  if (!root.is_mapping()) return Standard::none;
  if (has(root, "dataContractSpecification")) return Standard::dcs;
  if (has(root, "dataProductDescriptor")) return Standard::dpds;
  const std::string_view file = path.substr(path.rfind('/') + 1);
  const std::string_view kind = text_at(root, "kind");
  const bool ours = is_ours(root, file);
  if (const Standard named = standard_of_kind(root, kind, ours); named != Standard::none) return named;
  if (has(root, "schema") && has(root, "version") && has(root, "product")) return Standard::lf_odps;
  if ((has(root, "templateName") || has(root, "standardVersion") || has(root, "datasetName")) &&
      (has(root, "dataset") || has(root, "quantumName")))
    return Standard::odcs;
  if (const Standard meant = standard_of_near_kind(kind, ours); meant != Standard::none) return meant;
  if (!has(root, "apiVersion")) return Standard::none;
  if (file.find(".odcs.") != file.npos) return Standard::odcs;
  if (file.find(".odps.") != file.npos) return Standard::odps;
  if (has(root, "schema")) return Standard::odcs;
  return has_ports(root) ? Standard::odps : Standard::none;
}

std::string_view version_key(Standard standard) {
  switch (standard) {
    case Standard::dcs:
      return "dataContractSpecification";
    case Standard::dpds:
      return "dataProductDescriptor";
    case Standard::lf_odps:
      return "version";
    default:
      return "apiVersion";
  }
}

}  // namespace

std::string_view name_of(Standard standard) {
  const Row* row = row_of(standard);
  return row ? row->name : "";
}

Identified identify(Node root, std::string_view path) {
  Identified result;
  result.standard = standard_of(root, path);
  const Row* row = row_of(result.standard);
  if (!row) {
    const std::string_view kind = root.is_mapping() ? text_at(root, "kind") : "";
    constexpr std::array<std::string_view, 5> kNames{"DataContract", "DataProduct", "Mesh", "Domain",
                                                     "Waivers"};
    if (!kind.empty()) result.nearest_kind = nearest(kind, kNames);
    return result;
  }
  const auto declared = root.find(version_key(result.standard));
  if (declared) result.version = text_at(root, version_key(result.standard));
  if (!declared && result.standard == Standard::odcs && is_old_odcs(root)) {
    result.schema_version = "2.2.2";
    return result;
  }
  bool known = false;
  result.schema_version = edition_for(*row, result.version, known).schema;
  // A version that is no string is a wrong type; the standards judged by their schema alone list theirs in
  // it.
  const bool by_schema_alone = result.standard == Standard::dcs || result.standard == Standard::lf_odps ||
                               result.standard == Standard::dpds;
  if (!declared || !declared->is_string() || by_schema_alone) return result;
  const bool lacks_v = !result.version.starts_with('v') && !result.version.starts_with("mesh/");
  result.unknown_version = !known || lacks_v;
  return result;
}

std::vector<std::string_view> versions(Standard standard) {
  std::vector<std::string_view> all;
  if (const Row* row = row_of(standard))
    for (const Edition& edition : row->editions) all.push_back(edition.version);
  return all;
}

std::string schema_version_of(Standard standard, std::string_view version) {
  const Row* row = row_of(standard);
  bool known = false;
  return row ? std::string(edition_for(*row, version, known).schema) : "";
}

std::optional<std::string_view> schema_text(Standard standard, std::string_view version) {
  const Row* row = row_of(standard);
  if (!row) return std::nullopt;
  if (version.empty()) return embed::find(path_of(*row, row->editions.back().schema));
  for (const Edition& edition : row->editions)
    if (edition.version == without_v(version) || edition.schema == version)
      return embed::find(path_of(*row, edition.schema));
  return std::nullopt;
}

static std::optional<Schema> compile_embedded(const std::string& path) {
  const auto text = embed::find(path);
  if (!text) return std::nullopt;
  auto compiled = compile(*text);
  assert(compiled && "an embedded schema compiles");
  if (!compiled) return std::nullopt;
  return std::move(*compiled);
}

const Schema* schema_for(Standard standard, std::string_view schema_version) {
  struct Slot {
    std::mutex filling;  // not std::call_once: libc cannot pass an exception on when memory has run out
    std::atomic<bool> filled = false;
    Schema schema;
    bool present = false;
  };
  static std::array<std::array<Slot, std::size(kOdcs)>, std::size(kRows)> slots;
  for (size_t row = 0; row < std::size(kRows); ++row) {
    if (kRows[row].standard != standard) continue;
    for (size_t i = 0; i < kRows[row].editions.size(); ++i) {
      if (kRows[row].editions[i].schema != schema_version) continue;
      Slot& slot = slots[row][i];
      if (!slot.filled.load(std::memory_order_acquire)) {
        const std::lock_guard lock(slot.filling);
        if (!slot.filled.load(std::memory_order_relaxed)) {
          if (auto compiled = compile_embedded(path_of(kRows[row], schema_version))) {
            slot.schema = std::move(*compiled);
            slot.present = true;
          }
          slot.filled.store(true, std::memory_order_release);
        }
      }
      return slot.present ? &slot.schema : nullptr;
    }
  }
  return nullptr;
}

}  // namespace mesh::schema
