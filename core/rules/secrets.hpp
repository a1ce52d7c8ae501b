#pragma once

#include "core/yaml/tree.hpp"

#include <optional>
#include <string>
#include <string_view>

// What looks like a credential written out. Made to be silent when in doubt: a false alarm costs more than a
// miss.
namespace mesh::rules {

// What a text holds, for a message: "a GitHub token", "a password in a URL". Looks at the text alone: tokens
// of known forms, private keys, passwords in URLs and connection strings.
std::optional<std::string_view> secret_in(std::string_view text);

// The same for the value of a key or custom property that says by its name that it is a secret (`password`,
// `clientSecret`, `api_key`): its value counts unless it is a placeholder, a reference or prose.
std::optional<std::string_view> secret_under(std::string_view key, std::string_view value);

// Nearly all texts hold no secret, and that is told much faster. No: secret_in sees nothing in the text, nor
// in any value of YAML or JSON that stands in it as it is.
bool may_hold_secret(std::string_view text);

// No: neither secret_in nor secret_under sees anything in the document.
bool may_hold_secret(yaml::Node root);

// `${VAR}`, `***`, `<password>`, `{{ x }}`, `changeme`, `vault:…`, the name of a variable: stands for a
// secret without being one.
bool is_placeholder(std::string_view value);

// The text with everything that secret_in sees written as `***`, for messages.
std::string without_secrets(std::string_view text);
void hide_secrets(std::string& text);

// Overwrites with `*`, in a text of lines, what secret_in sees and the values of keys that mean a secret.
// Offsets and columns stay, so that the lines of a manifest can be shown.
void blank_secrets(std::string& lines);

// Overwrites [begin, end) in the same way.
void blank(std::string& text, size_t begin, size_t end);

// The rule that tells of secrets: what its findings point at is never shown.
inline constexpr std::string_view kSecretRule = "security/secret-in-manifest";

}  // namespace mesh::rules
