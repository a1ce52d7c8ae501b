// What core/git reads of a repository, as text, for tests/e2e/git_objects.py to compare with the real git.
//
//   git_read REPOSITORY    then one question a line on standard input:
//     object ID            "ID type size", as `git cat-file --batch-check`
//     base A B             the merge base
//     commit REVISION      the commit it names
//     files REVISION       all files, as `git ls-tree -r`; ends with a line "."
//     status REVISION      how each file of the work tree differs; ends with a line "."
#include "core/git/repository.hpp"
#include "core/git/tree_difference.hpp"

#include <iostream>
#include <sstream>

using namespace mesh;

static std::string answer(git::Repository& repository, git::Objects& objects, std::istringstream& line) {
  std::string what, first, second;
  line >> what >> first >> second;
  const auto told = [](const auto& result) -> std::string {
    return result ? result->hex() : "error: " + result.error().message;
  };
  if (what == "object") {
    const auto object = objects.read(*git::parse_id(first));
    if (!object) return "error: " + object.error().message;
    return first + " " + std::string(git::name_of(object->type)) + " " + std::to_string(object->bytes.size());
  }
  const auto commit = repository.commit_named(first);
  if (what == "commit" || !commit) return told(commit);
  if (what == "base") {
    const auto other = repository.commit_named(second);
    return other ? told(repository.merge_base(*commit, *other, "them")) : told(other);
  }
  std::ostringstream out;
  if (what == "files") {
    const auto tree = repository.tree_of(*commit);
    const auto files = tree ? git::list_files(objects, *tree, "") : Result<std::vector<git::PathEntry>>{};
    if (!tree || !files) return "error: no tree";
    for (const git::PathEntry& file : *files)
      out << std::oct << file.mode << std::dec << " " << file.id.hex() << "\t" << file.path << "\n";
  } else {
    const auto compared = repository.compare(*commit, second);
    if (!compared) return "error: " + compared.error().message;
    for (const git::WorkTreeFile& file : compared->files()) {
      const git::FileState state = compared->state_of(file);
      if (state == git::FileState::changed) out << (file.base ? "M " : "A ") << file.path << "\n";
      if (state == git::FileState::gone) out << "D " << file.path << "\n";
    }
  }
  return out.str() + ".";
}

int main(int, char** arguments) {
  auto repository = git::Repository::open(arguments[1]);
  const auto layout = git::find_layout(arguments[1]);
  auto objects =
      layout ? git::Objects::open(*layout) : Result<git::Objects>{fail(Fault::usage, "no repository")};
  if (!repository || !objects) {
    std::cerr << (repository ? objects.error() : repository.error()).message << "\n";
    return 1;
  }
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::cout << answer(*repository, *objects, words) << "\n";
  }
}
