#pragma once

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

// Much faster for a text of any length: when the answer is no, secret_in sees nothing in any text that stands
// in this one as a value of YAML or JSON.
bool may_hold_secret(std::string_view text);

// No for every key under which secret_under sees nothing, whatever the value.
bool is_name_of_secret(std::string_view key);

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
