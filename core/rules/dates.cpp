#include "core/rules/dates.hpp"

namespace mesh::rules {

namespace {

constexpr int64_t kSecondsOfDay = 86400;

// Reads a text from the left; `good` turns false at what does not fit.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  int number(size_t digits) {
    int value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (text_.empty() || text_[0] < '0' || text_[0] > '9') return good = false, 0;
      value = value * 10 + (text_[0] - '0');
      text_.remove_prefix(1);
    }
    return value;
  }
  void skip_digits() {
    while (!text_.empty() && text_[0] >= '0' && text_[0] <= '9') text_.remove_prefix(1);
  }

  bool good = true;

 private:
  std::string_view text_;
};

int days_of(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && is_leap ? 29 : kDays[month - 1];
}

// Days since 1970-01-01 in the Gregorian calendar, by years that start in March.
int64_t day_number(int year, int month, int day) {
  const int64_t shifted = month <= 2 ? year - 1 : year;
  const int64_t era = shifted / 400, of_era = shifted % 400;
  const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

}  // namespace

bool Moment::is_before(const Moment& other) const {
  if (day != other.day || second < 0 || other.second < 0) return day < other.day;
  return second < other.second;
}

std::optional<Moment> parse_moment(std::string_view text) {
  Scanner scan(text);
  const int year = scan.number(4);
  if (!scan.take('-')) return std::nullopt;
  const int month = scan.number(2);
  if (!scan.take('-')) return std::nullopt;
  const int day = scan.number(2);
  if (!scan.good || month < 1 || month > 12 || day < 1 || day > days_of(year, month)) return std::nullopt;
  Moment moment{day_number(year, month, day), -1};
  if (scan.at_end()) return moment;

  if (!scan.take('T') && !scan.take('t') && !scan.take(' ')) return std::nullopt;
  const int hour = scan.number(2);
  if (!scan.take(':')) return std::nullopt;
  const int minute = scan.number(2);
  int second = 0;
  if (scan.take(':')) {
    second = scan.number(2);
    if (scan.take('.')) scan.skip_digits();
  }
  if (!scan.good || hour > 24 || minute > 59 || second > 60) return std::nullopt;
  int64_t offset = 0;
  if (!scan.take('Z') && !scan.take('z') && !scan.at_end()) {
    const bool is_east = scan.take('+');
    if (!is_east && !scan.take('-')) return std::nullopt;
    const int hours = scan.number(2);
    scan.take(':');
    const int minutes = scan.at_end() ? 0 : scan.number(2);
    offset = (hours * 60 + minutes) * 60 * (is_east ? 1 : -1);
  }
  if (!scan.good || !scan.at_end()) return std::nullopt;
  const int64_t total = moment.day * kSecondsOfDay + hour * 3600 + minute * 60 + second - offset;
  moment.day = total >= 0 ? total / kSecondsOfDay : (total + 1) / kSecondsOfDay - 1;
  moment.second = total - moment.day * kSecondsOfDay;
  return moment;
}

}  // namespace mesh::rules
