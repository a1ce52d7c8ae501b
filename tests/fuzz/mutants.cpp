#include "tests/fuzz/twins.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

// usage: mutants COUNT SEED FOLDER...
//
// Makes COUNT mutants of pieces of the YAML files below the folders and compares the fast reader with the
// parser on each. The same arguments make the same mutants everywhere. Prints what was found; exits 1 when
// the two disagree, after writing the mutant to `disagreement.yaml`.
namespace {

using namespace mesh;

constexpr size_t kMostPiece = 1'000, kMostMutant = 1'500;

class Mutator {
 public:
  Mutator(std::vector<std::string> seeds, uint64_t seed) : seeds_(std::move(seeds)), random_(seed) {}

  std::string next() {
    std::string text = piece();
    for (size_t steps = 1 + below(3); steps > 0; --steps) mutate(text);
    text.resize(std::min(text.size(), kMostMutant));
    return text;
  }

 private:
  // Not std::uniform_int_distribution: it gives other numbers elsewhere.
  size_t below(size_t bound) { return bound == 0 ? 0 : random_() % bound; }

  // Some whole lines of a file that belong together, moved to the left; of two files mostly the larger one.
  std::string piece() {
    const std::string &one = seeds_[below(seeds_.size())], &two = seeds_[below(seeds_.size())];
    const std::string& seed = (one.size() < two.size()) == (below(4) > 0) ? two : one;
    if (seed.size() <= kMostPiece && below(4) > 0) return seed;
    size_t line = below(4) == 0 ? 0 : line_start(seed, below(seed.size()));
    const size_t indent = indent_of(seed, line), most = 40 + below(kMostPiece);
    std::string text;
    while (line < seed.size() && text.size() < most) {
      const size_t end = line_end(seed, line), here = indent_of(seed, line);
      if (here < indent && seed[line + here] != '\n') break;
      const size_t cut = std::min(here, indent);
      text.append(seed, line + cut, end - line - cut);
      line = end;
    }
    return text;
  }

  static size_t indent_of(const std::string& text, size_t line) {
    return std::min(text.find_first_not_of(' ', line), text.size()) - line;
  }
  static size_t line_start(const std::string& text, size_t at) {
    const size_t before = at == 0 ? text.npos : text.rfind('\n', at - 1);
    return before == text.npos ? 0 : before + 1;
  }
  static size_t line_end(const std::string& text, size_t at) {
    const size_t end = text.find('\n', at);
    return end == text.npos ? text.size() : end + 1;
  }
  size_t some_line(const std::string& text) { return line_start(text, below(text.size() + 1)); }
  std::string cut_line(std::string& text) {
    const size_t begin = some_line(text), end = line_end(text, begin);
    std::string line = text.substr(begin, end - begin);
    text.erase(begin, end - begin);
    return line;
  }

  std::string_view token() {
    static constexpr std::array<std::string_view, 61> kTokens{
        " ",    "  ",   "\t",      "\n",     "\r\n",     ":",        ": ",
        "-",    "- ",   "- - ",    "#",      " #",       "'",        "\"",
        "''",   "[",    "]",       "{",      "}",        ",",        ", ",
        "&a ",  "*a",   "<<: *a",  "!",      "!!str ",   "|",        ">",
        "|-\n", ">+\n", "|2\n",    "? ",     "---\n",    "...\n",    "%YAML 1.2",
        "~",    "null", "yes",     "010",    "1.10",     "0x1f",     "2024-01-31",
        "\\",   "\\n",  "\\u00e9", "\\\n",   "\xC3\xA9", "\xC2\x85", "\xEF\xBB\xBF",
        "a: b", "a:\n", "[a, b]",  "{a: b}", "\"a\": ",  "'a': ",    "`",
        "@",    "\n\n", "\n \n",   "key:",   "=="};
    return kTokens[below(kTokens.size())];
  }

  void mutate(std::string& text) {
    const size_t at = below(text.size() + 1);
    switch (below(16)) {
      case 0:
        if (at < text.size()) text[at] = token()[0];
        return;
      case 1:
      case 2:
        text.insert(at, token());
        return;
      case 3:
        text.erase(at, 1 + below(4));
        return;
      case 4: {
        const std::string line = cut_line(text);
        text.insert(some_line(text), line);
        return;
      }
      case 5: {
        const size_t line = some_line(text);
        text.insert(some_line(text), text.substr(line, line_end(text, line) - line));
        return;
      }
      case 6:
        cut_line(text);
        return;
      case 7:
        text.insert(some_line(text), 1 + below(4), ' ');
        return;
      case 8: {
        const size_t line = some_line(text);
        text.erase(line, std::min(indent_of(text, line), 1 + below(4)));
        return;
      }
      case 9: {
        const size_t line = some_line(text);
        text.insert(line + below(indent_of(text, line) + 1), 1, '\t');
        return;
      }
      case 10:
        text.resize(at);
        return;
      case 11:
        if (const size_t end = text.find('\n', at); end != text.npos) text.erase(end, 1);
        return;
      case 12:
        text.insert(at, "\n" + std::string(below(7), ' '));
        return;
      case 13: {
        const size_t end = line_end(text, at);
        if (end > 0 && text[end - 1] == '\n') text.insert(end - 1, token());
        return;
      }
      case 14: {
        size_t line = some_line(text);
        for (size_t lines = 1 + below(5); lines > 0 && line < text.size(); --lines) {
          text.insert(line, "  ");
          line = line_end(text, line);
        }
        return;
      }
      default: {
        const std::string other = piece();
        text.insert(some_line(text), other.substr(0, 20 + below(200)));
        return;
      }
    }
  }

  std::vector<std::string> seeds_;
  std::mt19937_64 random_;
};

std::vector<std::string> read_seeds(int count, char** folders) {
  std::vector<std::filesystem::path> paths;
  for (int i = 0; i < count; ++i)
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folders[i]))
      if (entry.is_regular_file() && entry.path().extension() != ".json") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> seeds;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (!bytes.empty() && bytes.size() < 200'000) seeds.push_back(std::move(bytes));
  }
  return seeds;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) return 2;
  const long mutants = std::atol(arguments[1]);
  Mutator mutator(read_seeds(count - 3, arguments + 3), std::strtoull(arguments[2], nullptr, 10));
  long equal = 0, left = 0;
  for (long i = 0; i < mutants; ++i) {
    const Source source("mutant.yaml", mutator.next());
    std::string why;
    switch (fuzz::compare(source, {}, why)) {
      case fuzz::Twins::equal:
        ++equal;
        break;
      case fuzz::Twins::parser_only:
        ++left;
        break;
      case fuzz::Twins::different:
        std::ofstream("disagreement.yaml", std::ios::binary) << source.bytes();
        std::printf("mutant %ld: %s; written to disagreement.yaml\n", i, why.c_str());
        return 1;
    }
  }
  std::printf("%ld mutants: %ld read alike, %ld left to the parser, none read otherwise\n", mutants, equal,
              left);
  return equal == 0;
}
