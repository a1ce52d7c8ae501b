#include "core/base/strings.hpp"
#include "core/config/aws_files.hpp"
#include "core/config/words.hpp"
#include "tests/fuzz/check_tree.hpp"

// A shared file of AWS is read without harm, what was read is understood, and no message shows what stands
// there.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mesh;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto sections = config::parse_sections(text, "credentials");
  if (!sections) {
    fuzz::require(sections.error().message.starts_with("line ") && sections.error().message.size() < 100,
                  "a message tells the line and nothing of it");
    return 0;
  }
  // Written without comments and empty lines, it is the same.
  std::string again;
  for (const auto& [name, section] : *sections) {
    again += "[" + name + "]\n";
    for (const auto& [key, value] : section) {
      fuzz::require(!key.empty() && key == to_lower(key), "a name has letters, in lower case");
      again += key + " =";
      for (const std::string_view line : split(value, '\n')) {
        again += " ";
        again += line;
        again += "\n";
      }
      if (const auto words = config::split_words(value)) {
        std::string quoted;
        for (const std::string& word : *words) quoted += shell_quoted(word) + " ";
        const auto same = config::split_words(quoted);
        fuzz::require(same && *same == *words, "words that are quoted are the same words");
      }
    }
  }
  const auto second = config::parse_sections(again, "credentials");
  fuzz::require(second && *second == *sections, "what was read is written and read again");
  return 0;
}
