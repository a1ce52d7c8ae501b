#pragma once

#include "core/http/client.hpp"
#include "core/oci/json.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

// How credentials are asked for over the network, and what answers have in common.
namespace mesh::config {

struct Web {
  using Send = std::function<Result<http::Response>(const http::Request&)>;
  Send send;       // servers of clouds, which may be far away
  Send ask_cloud;  // the metadata service of the machine this runs on: near or not there, so with little
                   // patience
  std::function<bool()> is_stopped = {};  // by a signal
};

// A token that is lent.
struct LentToken {
  Secret secret;
  std::optional<std::chrono::sys_seconds> expiry;
};

std::chrono::sys_seconds now_in_seconds();

// "2026-11-28T13:00:00Z", also with a fraction or an offset.
std::optional<std::chrono::sys_seconds> parse_instant(std::string_view text);
std::string text_of(std::chrono::sys_seconds instant);  // "2026-11-28T13:00:00Z"

// A POST of a form, or of JSON. Bodies of requests are never traced.
http::Request post_form(std::string url, std::string_view body);
http::Request post_json(std::string url, std::string_view body);

// The object that a success brings. Otherwise what went wrong: the status with what the server says about it
// (`error_description`, `error.message`, `message`), told without secrets.
Result<oci::Json> json_object(const http::Response& response);

// `access_token` and `expires_in` (a number or a text) of an answer of OAuth, or Azure's `expires_on`.
Result<LentToken> token_of_reply(const http::Response& response);

}  // namespace mesh::config
