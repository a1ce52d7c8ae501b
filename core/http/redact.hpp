#pragma once

#include <string>
#include <string_view>

// Secrets in what is shown: traces, messages, URLs, what servers answer.
namespace mesh::http {

// The text with `***` in place of the values of headers, parameters and members that hold secrets by their
// name
// (`Authorization: …`, `sig=…`, `"access_token": "…"`, `<SessionToken>…`), of bearer tokens and JWTs, and of
// the user name and password in a URL. It masks too much rather than too little.
std::string redacted(std::string_view text);

// The text with `***` in place of a secret that is known, however it is written there: as it is,
// percent-encoded, in hexadecimal, in base64 of it or of a text that holds it. Nothing of fewer than four
// bytes is looked for.
std::string without(std::string text, std::string_view secret);

// Whether a header, parameter or member of this name holds a secret, whatever its case and hyphens.
bool is_secret_name(std::string_view name);

}  // namespace mesh::http
