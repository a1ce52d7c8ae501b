#include "core/publish/marks.hpp"

#include "core/base/strings.hpp"

#include <charconv>

namespace mesh::publish {
namespace {

constexpr std::string_view kCounter = "vnd.mesh.gc";
constexpr std::string_view kDoomed = "vnd.mesh.gc.doomed";
constexpr std::string_view kDeleting = "vnd.mesh.gc.deleting";
constexpr std::string_view kSince = "vnd.mesh.gc.since";

std::string_view text_of(const oci::Index& index, std::string_view name) {
  const auto found = index.annotations.find(std::string(name));
  return found == index.annotations.end() ? std::string_view{} : std::string_view(found->second);
}

tl::unexpected<Error> malformed(std::string_view name) {
  return fail(Fault::corrupt, "its annotation `" + std::string(name) + "` is malformed",
              "only `mesh gc` writes it; see what else writes to this index");
}

template <class Number>
Result<Number> number_of(const oci::Index& index, std::string_view name) {
  const std::string_view text = text_of(index, name);
  Number number = 0;
  if (text.empty()) return number;
  const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{} || stop != text.data() + text.size() || number < 0) return malformed(name);
  return number;
}

// "sha256:…=2026-01-31 sha256:…=2026-01-31"
Result<std::map<std::string, Day>> days_of(const oci::Index& index, std::string_view name) {
  std::map<std::string, Day> days;
  const std::string_view text = text_of(index, name);
  if (text.empty()) return days;
  for (const std::string_view item : split(text, ' ')) {
    const size_t equals = item.find('=');
    if (equals == item.npos || !oci::is_digest(item.substr(0, equals))) return malformed(name);
    const auto day = parse_day(item.substr(equals + 1));
    if (!day) return malformed(name);
    days.emplace(item.substr(0, equals), *day);
  }
  return days;
}

void put(oci::Index& index, std::string_view name, std::string text) {
  if (text.empty())
    index.annotations.erase(std::string(name));
  else
    index.annotations.insert_or_assign(std::string(name), std::move(text));
}

std::string text_of(const std::map<std::string, Day>& days) {
  std::string text;
  for (const auto& [digest, day] : days) {
    if (!text.empty()) text += ' ';
    text += digest + "=" + to_string(day);
  }
  return text;
}

}  // namespace

bool is_abandoned(const Marks& marks, int64_t now) {
  return !marks.deleting.empty() && now - marks.since >= kAbandonedAfter;
}

Result<Marks> read_marks(const oci::Index& index) {
  Marks marks;
  const auto counter = number_of<uint64_t>(index, kCounter);
  if (!counter) return tl::unexpected(counter.error());
  auto doomed = days_of(index, kDoomed);
  if (!doomed) return pass(std::move(doomed));
  auto deleting = days_of(index, kDeleting);
  if (!deleting) return pass(std::move(deleting));
  const auto since = number_of<int64_t>(index, kSince);
  if (!since) return tl::unexpected(since.error());
  return Marks{*counter, std::move(*doomed), std::move(*deleting), *since};
}

void write_marks(oci::Index& index, const Marks& marks) {
  put(index, kCounter, marks.counter == 0 ? "" : std::to_string(marks.counter));
  put(index, kDoomed, text_of(marks.doomed));
  put(index, kDeleting, text_of(marks.deleting));
  put(index, kSince, marks.deleting.empty() ? "" : std::to_string(marks.since));
}

}  // namespace mesh::publish
