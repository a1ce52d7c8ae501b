#include "core/rules/cron.hpp"

#include "core/base/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <vector>

namespace mesh::rules {

namespace {

constexpr std::array<std::string_view, 8> kMacros{"@yearly", "@annually", "@monthly", "@weekly",
                                                  "@daily",  "@midnight", "@hourly",  "@reboot"};
constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kDays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct Field {
  std::string_view name;
  int least, most;
  std::span<const std::string_view> words;
  bool is_day = false;  // knows `?`, `L`, `W`, `#`
};
const Field kSecond{"second", 0, 59, {}}, kMinute{"minute", 0, 59, {}}, kHour{"hour", 0, 23, {}},
    kDayOfMonth{"day of month", 1, 31, {}, true}, kMonth{"month", 1, 12, kMonths},
    kDayOfWeek{"day of week", 0, 7, kDays, true}, kYear{"year", 1970, 2199, {}};

std::optional<int> value_of(std::string_view text, const Field& field) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value >= field.least && value <= field.most)
    return value;
  const auto word = std::ranges::find(field.words, to_lower(text));
  if (word == field.words.end()) return std::nullopt;
  return static_cast<int>(word - field.words.begin()) + (field.is_day ? 0 : 1);
}

// `L`, `LW`, `15W`, `L-3`, `5L`, `MON#2`.
bool is_day_form(std::string_view text, const Field& field) {
  if (!field.is_day) return false;
  if (text == "?" || text == "L" || text == "LW" || text.starts_with("L-")) return true;
  if (text.ends_with('W') || text.ends_with('L'))
    return value_of(text.substr(0, text.size() - 1), field).has_value();
  const size_t hash = text.find('#');
  return hash != std::string_view::npos && value_of(text.substr(0, hash), field);
}

bool is_part(std::string_view text, const Field& field) {
  if (const size_t slash = text.find('/'); slash != std::string_view::npos) {
    const std::string_view step = text.substr(slash + 1);
    const bool is_step = !step.empty() && step != "0" &&
                         std::ranges::all_of(step, [](char c) { return c >= '0' && c <= '9'; });
    if (!is_step) return false;
    text = text.substr(0, slash);
  }
  // Jenkins' H spreads the load; it may have a range.
  if (text == "*" || text.starts_with('H') || is_day_form(text, field)) return true;
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return value_of(text, field).has_value();
  // A range may go round: FRI-MON, 22-4.
  return value_of(text.substr(0, dash), field) && value_of(text.substr(dash + 1), field);
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!(text = trim(text)).empty()) {
    const size_t end = std::min(text.find_first_of(" \t\n"), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

std::optional<std::string> fault_in(std::span<const std::string_view> words,
                                    std::span<const Field* const> fields) {
  for (size_t i = 0; i < words.size(); ++i)
    for (const std::string_view part : split(words[i], ','))
      if (!is_part(part, *fields[i])) return fmt::format("`{}` is no {}", words[i], fields[i]->name);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> cron_fault(std::string_view schedule) {
  std::string_view text = trim(schedule);
  if (text.starts_with("cron(") && text.ends_with(')')) text = trim(text.substr(5, text.size() - 6));
  if (text.starts_with("TZ=") || text.starts_with("CRON_TZ="))
    text = trim(text.substr(std::min(text.find(' '), text.size())));
  if (text.starts_with("@every ")) return std::nullopt;
  if (text.starts_with('@')) {
    if (std::ranges::find(kMacros, to_lower(text)) != kMacros.end()) return std::nullopt;
    return fmt::format("`{}` is no name for a schedule", text);
  }
  const std::vector<std::string_view> words = words_of(text);
  if (words.size() < 5 || words.size() > 7)
    return fmt::format("it has {}, not 5 or 6", count_of(words.size(), "field"));
  const std::array<const Field*, 7> all{&kSecond, &kMinute,    &kHour, &kDayOfMonth,
                                        &kMonth,  &kDayOfWeek, &kYear};
  const std::span<const Field* const> fields(all);
  if (words.size() == 5) return fault_in(words, fields.subspan(1, 5));
  if (words.size() == 7) return fault_in(words, fields);
  // Six: seconds in front, or a year at the end.
  auto fault = fault_in(words, fields.subspan(0, 6));
  if (fault && !fault_in(words, fields.subspan(1, 6))) return std::nullopt;
  return fault;
}

}  // namespace mesh::rules
