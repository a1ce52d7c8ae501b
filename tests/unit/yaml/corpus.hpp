#pragma once

#include "core/base/strings.hpp"
#include "tests/unit/source_dir.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

// The test documents of tests/corpus and their indexes.
namespace mesh::corpus {

inline std::string path(const std::string& below) {
  return source_dir() + "/tests/corpus/" + below;
}

inline std::string bytes(const std::string& below) {
  std::ifstream file(path(below), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The rows of a tab separated table with a header line.
inline std::vector<std::map<std::string, std::string>> table(const std::string& below) {
  const std::string text = bytes(below);
  std::vector<std::map<std::string, std::string>> rows;
  std::vector<std::string_view> names;
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const auto cells = split(line, '\t');
    if (names.empty()) {
      names = cells;
      continue;
    }
    auto& row = rows.emplace_back();
    for (size_t i = 0; i < cells.size() && i < names.size(); ++i)
      row[std::string(names[i])] = std::string(cells[i]);
  }
  return rows;
}

}  // namespace mesh::corpus
