#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Percent-encoding, RFC 3986.
namespace mesh {

// 0 to 15; -1 for what is no hexadecimal digit.
int hex_value(char c);

// Section 2.3: letters, digits and `-._~` stay, and what stands in `others`; every other byte becomes %XX.
std::string percent_encoded(std::string_view text, std::string_view others = {});

// "name=value&…": a query, or a form as it is posted.
std::string form_encoded(const std::vector<std::pair<std::string, std::string>>& fields);

// "%XX" for one byte.
void append_percent(std::string& text, char c);

// What is no escape stays as it is.
std::string percent_decoded(std::string_view text);

}  // namespace mesh
