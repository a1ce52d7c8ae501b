#include "core/config/web.hpp"

#include "core/base/date.hpp"
#include "core/base/strings.hpp"
#include "core/config/variables.hpp"

#include <fmt/format.h>

#include <charconv>

namespace mesh::config {
namespace {

constexpr uint64_t kMostBytes = 1 << 20;

std::optional<int64_t> number_of(std::string_view digits) {
  int64_t number = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || fault != std::errc{} || end != digits.data() + digits.size() || number < 0)
    return std::nullopt;
  return number;
}

// "13:05" of a clock.
std::optional<int64_t> seconds_of_clock(std::string_view text, int64_t most_hours) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hours = number_of(text.substr(0, 2)), minutes = number_of(text.substr(3));
  if (!hours || !minutes || *hours > most_hours || *minutes > 59) return std::nullopt;
  return *hours * 3600 + *minutes * 60;
}

std::string text_at(const oci::Json& json, std::string_view key) {
  const std::string* const text = json.string_at(key);
  return text ? *text : "";
}

// What servers of tokens say, each in its own way.
std::string message_of(const oci::Json& json) {
  const oci::Json* const error = json.find("error");
  if (error && error->kind == oci::Json::Kind::object) return text_at(*error, "message");
  const std::string code = text_at(json, "error");
  for (const char* const name : {"error_description", "message", "Message"})
    if (const std::string text = text_at(json, name); !text.empty())
      return (code.empty() ? "" : code + ": ") + text.substr(0, text.find_first_of("\r\n"));
  return code.empty() ? text_at(json, "code") : code;
}

http::Request post(std::string url, std::string_view body, std::string type) {
  http::Request request;
  request.method = "POST";
  request.url = std::move(url);
  request.headers = {{"content-type", std::move(type)}, {"accept", "application/json"}};
  request.body = body;
  request.most_bytes = kMostBytes;
  return request;
}

// A number of JSON, or a text of digits.
std::optional<int64_t> number_at(const oci::Json& json, std::string_view key) {
  const oci::Json* const value = json.find(key);
  if (!value || (value->kind != oci::Json::Kind::number && value->kind != oci::Json::Kind::string))
    return std::nullopt;
  return number_of(std::string_view(value->text).substr(0, value->text.find('.')));
}

}  // namespace

std::chrono::sys_seconds now_in_seconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::optional<std::chrono::sys_seconds> parse_instant(std::string_view text) {
  constexpr size_t kDay = 10, kMinutes = 16, kSeconds = 19;
  if (text.size() < kSeconds + 1 || (text[kDay] != 'T' && text[kDay] != ' ') || text[kMinutes] != ':')
    return std::nullopt;
  const auto day = parse_day(text.substr(0, kDay));
  const auto clock = seconds_of_clock(text.substr(kDay + 1, 5), 23);
  const auto seconds = number_of(text.substr(kMinutes + 1, 2));
  if (!day || !clock || !seconds || *seconds > 60) return std::nullopt;
  std::string_view zone = text.substr(kSeconds);
  if (zone.starts_with('.')) {
    const size_t end = zone.find_first_not_of("0123456789", 1);
    if (end == zone.npos || end == 1) return std::nullopt;
    zone.remove_prefix(end);
  }
  int64_t offset = 0;
  if (zone.size() == 6 && (zone[0] == '+' || zone[0] == '-')) {
    const auto away = seconds_of_clock(zone.substr(1), 18);
    if (!away) return std::nullopt;
    offset = zone[0] == '+' ? *away : -*away;
  } else if (zone != "Z") {
    return std::nullopt;
  }
  return std::chrono::sys_seconds(
      std::chrono::seconds(int64_t{day->number} * 86'400 + *clock + *seconds - offset));
}

std::string text_of(std::chrono::sys_seconds instant) {
  const int64_t seconds = instant.time_since_epoch().count();
  const int64_t of_day = ((seconds % 86'400) + 86'400) % 86'400;
  return fmt::format("{}T{:02}:{:02}:{:02}Z", to_string(day_of(seconds)), of_day / 3600, of_day / 60 % 60,
                     of_day % 60);
}

http::Request post_form(std::string url, std::string_view body) {
  return post(std::move(url), body, "application/x-www-form-urlencoded");
}

http::Request post_json(std::string url, std::string_view body) {
  return post(std::move(url), body, "application/json");
}

Result<oci::Json> json_object(const http::Response& response) {
  auto json = oci::read_json(response.body);
  const bool is_object = json && json->kind == oci::Json::Kind::object;
  if (response.status / 100 != 2)
    return tl::unexpected(http::error_of(response, is_object ? message_of(*json) : std::string()));
  if (!is_object) return fail(Fault::corrupt, "the answer is no JSON object");
  return json;
}

Result<LentToken> token_of_reply(const http::Response& response) {
  const auto json = json_object(response);
  if (!json) return tl::unexpected(json.error());
  LentToken token{Secret(text_at(*json, "access_token")), {}};
  if (token.secret.empty()) return fail(Fault::corrupt, "the answer has no `access_token`");
  if (auto good = check_plain("the `access_token` of the answer", token.secret.reveal()); !good)
    return fail(Fault::corrupt, good.error().message);
  // Longer than any lends: what a clock cannot say would count as the past.
  constexpr int64_t kLongest = 366 * 86'400;
  if (const auto left = number_at(*json, "expires_in"); left && *left <= kLongest)
    token.expiry = now_in_seconds() + std::chrono::seconds(*left);
  else if (const auto end = number_at(*json, "expires_on"); end && *end <= int64_t{1} << 40)
    token.expiry = std::chrono::sys_seconds(std::chrono::seconds(*end));
  return token;
}

}  // namespace mesh::config
