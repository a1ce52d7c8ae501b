#include "core/embed/embed.hpp"

#include "core/embed/embed_table.hpp"

#include <algorithm>
#include <span>

namespace mesh::embed {

static std::string_view bytes_of(const Row& row) {
  return {row.begin, static_cast<size_t>(row.end - row.begin)};
}

static std::span<const Row> from(std::string_view path) {
  const std::span<const Row> rows(kTable, kCount);
  const auto first = std::lower_bound(rows.begin(), rows.end(), path,
                                      [](const Row& row, std::string_view wanted) { return row.path < wanted; });
  return rows.subspan(static_cast<size_t>(first - rows.begin()));
}

std::optional<std::string_view> find(std::string_view path) {
  const auto rows = from(path);
  if (rows.empty() || rows.front().path != path) return std::nullopt;
  return bytes_of(rows.front());
}

std::vector<File> below(std::string_view prefix) {
  std::vector<File> files;
  for (const Row& row : from(prefix)) {
    if (!std::string_view(row.path).starts_with(prefix)) break;
    files.push_back({row.path, bytes_of(row)});
  }
  return files;
}

}  // namespace mesh::embed
