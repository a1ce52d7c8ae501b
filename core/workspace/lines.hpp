#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What the lines of a text say where it could not be parsed, or need not be.
namespace mesh::workspace {

// The name says that it is a manifest: `*.odcs.*`, `*.odps.*`, `datacontract.*`, `dataproduct.*`.
bool is_manifest_name(std::string_view path);

// Whether a manifest could be in there: false only when it holds none of the words that tell one.
bool may_be_manifest(std::string_view text);

// Whether a text that cannot be parsed was meant as a manifest: lines near its start begin with the keys that
// tell one, such as `kind:` and `apiVersion:`.
bool starts_like_manifest(std::string_view text);

// The plain value of `key: value` at the start of a line, without quotes and comment; the first one.
std::optional<std::string> top_level_value(std::string_view text, std::string_view key);

// The ids that a text seems to declare: `id:` and `uuid:` at the start of a line, `"id":` anywhere in JSON.
std::vector<std::string> declared_ids(std::string_view text);

// What stands behind every `contractId:` of a text.
std::vector<std::string> named_contracts(std::string_view text);

}  // namespace mesh::workspace
