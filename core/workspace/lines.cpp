#include "core/workspace/lines.hpp"

#include "core/base/strings.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace mesh::workspace {
namespace {

constexpr size_t kHead = 4096;

bool has(std::string_view text, std::string_view word) { return text.find(word) != text.npos; }

std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

// Calls take(line) for each line until it says stop.
template <class Take>
void for_each_line(std::string_view text, const Take& take) {
  text = without_mark(text);
  while (!text.empty()) {
    const size_t end = text.find_first_of("\r\n");
    if (!take(text.substr(0, end)) || end == text.npos) return;
    text.remove_prefix(end + 1);
  }
}

// What follows `key:` in a line of YAML; a key may be quoted.
std::optional<std::string_view> after_key(std::string_view line, std::string_view key) {
  const char quote = line.empty() ? '\0' : line[0];
  const bool quoted = quote == '"' || quote == '\'';
  if (quoted) line.remove_prefix(1);
  if (!line.starts_with(key)) return std::nullopt;
  line.remove_prefix(key.size());
  if (quoted && !line.starts_with(quote)) return std::nullopt;
  if (quoted) line.remove_prefix(1);
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  if (!line.starts_with(':')) return std::nullopt;
  line.remove_prefix(1);
  if (!quoted && !line.empty() && line[0] != ' ' && line[0] != '\t') return std::nullopt;
  return trim(line);
}

std::string plain_value(std::string_view value) {
  if (value.starts_with('"') || value.starts_with('\''))
    return std::string(value.substr(1, value.find(value[0], 1) - 1));
  if (const size_t comment = value.find(" #"); comment != value.npos) value = value.substr(0, comment);
  return std::string(trim(value));
}

// The line without the indentation, the opening brace and the comma that JSON may put before a key.
std::string_view json_line(std::string_view line) {
  const size_t begin = line.find_first_not_of(" \t{,");
  return begin == line.npos || line[begin] != '"' ? std::string_view() : line.substr(begin);
}

bool is_json_of_manifest(std::string_view line) {
  if (after_key(line, "dataContractSpecification") || after_key(line, "dataProductDescriptor")) return true;
  const auto kind = after_key(line, "kind");
  return kind && (kind->starts_with("\"DataContract\"") || kind->starts_with("\"DataProduct\""));
}

}  // namespace

bool is_manifest_name(std::string_view path) {
  const std::string name = to_lower(path.substr(path.rfind('/') + 1));
  return has(name, ".odcs.") || has(name, ".odps.") || name.starts_with("datacontract.") ||
         name.starts_with("dataproduct.");
}

bool may_be_manifest(std::string_view text) {
  // A key written with escapes may be any of them.
  for (const std::string_view word :
       {"kind", "apiVersion", "dataContractSpecification", "dataProductDescriptor", "datasetName",
        "quantumName", "templateName", "standardVersion", "\\u00", "\\x"})
    if (has(text, word)) return true;
  return has(text, "product") && has(text, "schema") && has(text, "version");
}

bool starts_like_manifest(std::string_view text) {
  bool found = false, schema = false, version = false, product = false;
  for_each_line(text.substr(0, kHead), [&](std::string_view line) {
    for (const std::string_view key : {"kind:", "apiVersion:", "dataContractSpecification:",
                                       "dataProductDescriptor:", "datasetName:", "quantumName:"})
      found = found || line.starts_with(key);
    schema = schema || line.starts_with("schema:");
    version = version || line.starts_with("version:");
    product = product || line.starts_with("product:");
    found = found || is_json_of_manifest(json_line(line)) || (schema && version && product);
    return !found;
  });
  return found;
}

std::optional<std::string> top_level_value(std::string_view text, std::string_view key) {
  std::optional<std::string> found;
  for_each_line(text, [&](std::string_view line) {
    if (const auto value = after_key(line, key); value && !value->empty()) found = plain_value(*value);
    return !found;
  });
  return found;
}

std::vector<std::string> declared_ids(std::string_view text) {
  constexpr size_t kMost = 100;
  std::vector<std::string> ids;
  for_each_line(text, [&](std::string_view line) {
    for (const std::string_view key : {"id", "uuid"}) {
      auto value = after_key(line, key);
      if (!value) value = after_key(json_line(line), key);
      if (value && !value->empty()) ids.push_back(plain_value(*value));
    }
    return ids.size() < kMost;
  });
  return ids;
}

std::vector<std::string> named_contracts(std::string_view text) {
  constexpr std::string_view kKey = "contractId";
  constexpr size_t kMost = 1000;
  std::vector<std::string> ids;
  for_each_line(text, [&](std::string_view line) {
    for (size_t at = line.find(kKey); at != line.npos; at = line.find(kKey, at + kKey.size())) {
      const size_t begin = at > 0 && (line[at - 1] == '"' || line[at - 1] == '\'') ? at - 1 : at;
      const auto value = after_key(line.substr(begin), kKey);
      if (value && !value->empty()) ids.push_back(plain_value(value->substr(0, value->find_first_of(",}"))));
    }
    return ids.size() < kMost;
  });
  return ids;
}

}  // namespace mesh::workspace
