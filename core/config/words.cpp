#include "core/config/words.hpp"

namespace mesh::config {

std::optional<std::vector<std::string>> split_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = '\0';
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote == '\'' || (quote == '"' && c != '\\')) {
      if (c == quote)
        quote = '\0';
      else
        word += c;
    } else if (c == '\\') {
      if (i + 1 == line.size()) return std::nullopt;
      // Between double quotes it stands for itself, but in front of these.
      if (quote == '"' && line[i + 1] != '"' && line[i + 1] != '\\') word += c;
      word += line[++i];
      in_word = true;
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != '\0') return std::nullopt;
  if (in_word) words.push_back(std::move(word));
  return words;
}

}  // namespace mesh::config
