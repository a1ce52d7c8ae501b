#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace mesh::http {

struct Response;

// What a status of 300 or more means to a caller: 404 and 410 are not_found, 409 and 412 conflict, 408, 429,
// 500, 502, 503 and 504 temporary, all others refused.
Fault fault_of(int status);

// "HTTP 503: <message>", redacted, with what Retry-After asks for. `message` is what the server says in the
// body.
Error error_of(const Response& response, std::string_view message = {});

// Seconds that the server asks to wait, by number or by date; nothing when it does not say, or not clearly. A
// date is held against the reply's own Date, so that a wrong clock here does no harm.
std::optional<uint32_t> retry_after(const Response& response);

// Seconds since 1970 of the server's Date header.
std::optional<int64_t> date_of(const Response& response);

// A date in any of the three forms of RFC 9110: "Sun, 06 Nov 1994 08:49:37 GMT" and its two ancestors.
std::optional<int64_t> parse_date(std::string_view text);

}  // namespace mesh::http
