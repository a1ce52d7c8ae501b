#include "core/http/status.hpp"

#include "core/base/strings.hpp"
#include "core/http/client.hpp"
#include "core/http/redact.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <limits>

namespace mesh::http {
namespace {

constexpr size_t kLongestMessage = 1000;

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 7> kLongDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                       "Friday", "Saturday", "Sunday"};

// Takes parts off the front of a date. After the first that does not fit, all fail.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : rest_(text) {}

  template <size_t N>
  size_t one_of(const std::array<std::string_view, N>& words) {
    for (size_t i = 0; i < N; ++i) {
      if (!rest_.starts_with(words[i])) continue;
      rest_.remove_prefix(words[i].size());
      return i;
    }
    good_ = false;
    return 0;
  }

  int number(size_t digits) {
    int value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') {
        good_ = false;
        return 0;
      }
      value = value * 10 + (rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }

  // A day of one digit has a space before it.
  int padded_day() { return take(" ") ? number(1) : number(2); }

  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  void expect(std::string_view text) { good_ = take(text) && good_; }

  void time() {
    hour = number(2);
    expect(":");
    minute = number(2);
    expect(":");
    second = number(2);
  }

  std::optional<int64_t> seconds(int year, size_t month, int day) const {
    const std::chrono::year_month_day date(std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month) + 1),
                                           std::chrono::day(static_cast<unsigned>(day)));
    if (!good_ || !rest_.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60)
      return std::nullopt;
    const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return ((days * 24 + hour) * 60 + minute) * 60 + second;
  }

  int hour = 0, minute = 0, second = 0;

 private:
  std::string_view rest_;
  bool good_ = true;
};

// Sun, 06 Nov 1994 08:49:37 GMT
std::optional<int64_t> today_form(std::string_view text) {
  DateReader reader(text);
  reader.one_of(kDays);
  reader.expect(", ");
  const int day = reader.number(2);
  reader.expect(" ");
  const size_t month = reader.one_of(kMonths);
  reader.expect(" ");
  const int year = reader.number(4);
  reader.expect(" ");
  reader.time();
  reader.expect(" GMT");
  return reader.seconds(year, month, day);
}

// Sunday, 06-Nov-94 08:49:37 GMT
std::optional<int64_t> rfc850_form(std::string_view text) {
  DateReader reader(text);
  reader.one_of(kLongDays);
  reader.expect(", ");
  const int day = reader.number(2);
  reader.expect("-");
  const size_t month = reader.one_of(kMonths);
  reader.expect("-");
  const int year = reader.number(2);
  reader.expect(" ");
  reader.time();
  reader.expect(" GMT");
  return reader.seconds(year < 70 ? 2000 + year : 1900 + year, month, day);
}

// Sun Nov  6 08:49:37 1994
std::optional<int64_t> asctime_form(std::string_view text) {
  DateReader reader(text);
  reader.one_of(kDays);
  reader.expect(" ");
  const size_t month = reader.one_of(kMonths);
  reader.expect(" ");
  const int day = reader.padded_day();
  reader.expect(" ");
  reader.time();
  reader.expect(" ");
  const int year = reader.number(4);
  return reader.seconds(year, month, day);
}

int64_t system_seconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

}  // namespace

Fault fault_of(int status) {
  switch (status) {
    case 404:
    case 410:
      return Fault::not_found;
    case 409:
    case 412:
      return Fault::conflict;
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return Fault::temporary;
    default:
      return Fault::refused;
  }
}

Error error_of(const Response& response, std::string_view message) {
  Error error{fault_of(response.status), "HTTP " + std::to_string(response.status), {}};
  // Redacted before it is cut: half a secret would not be recognised.
  std::string told = redacted(message.substr(0, 64 * kLongestMessage));
  if (told.size() > kLongestMessage) told.resize(kLongestMessage);
  if (const std::string shown = printable(trim(told)); !shown.empty()) error.message += ": " + shown;
  if (response.status >= 300 && response.status < 400)
    error.help =
        "the server redirects to another place, and redirects are not followed: use the right URL or region";
  if (error.fault == Fault::temporary) error.retry_after = retry_after(response).value_or(0);
  return error;
}

std::optional<int64_t> parse_date(std::string_view text) {
  text = trim(text);
  if (const auto date = today_form(text)) return date;
  if (const auto date = rfc850_form(text)) return date;
  return asctime_form(text);
}

std::optional<int64_t> date_of(const Response& response) { return parse_date(response.header("date")); }

std::optional<uint32_t> retry_after(const Response& response) {
  constexpr int64_t kMost = std::numeric_limits<uint32_t>::max();
  const std::string_view text = trim(response.header("retry-after"));
  if (text.empty()) return std::nullopt;
  if (std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    uint32_t seconds = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    return fault == std::errc::result_out_of_range ? uint32_t(kMost) : seconds;
  }
  const auto date = parse_date(text);
  if (!date) return std::nullopt;
  const int64_t wait = *date - date_of(response).value_or(system_seconds());
  return static_cast<uint32_t>(std::clamp<int64_t>(wait, 0, kMost));
}

}  // namespace mesh::http
