#include "cmd/confirm.hpp"

#include "core/base/strings.hpp"

#include <istream>
#include <ostream>

namespace mesh::cmd {

Result<void> confirm(Streams& streams, const std::string& question, const std::string& word, bool yes) {
  if (yes) return {};
  if (streams.global.no_input || !streams.in_is_terminal)
    return mesh::fail(Fault::usage, "this has to be confirmed, and nobody can be asked",
                      "see what it would do with `--dry-run`, then confirm it with `--yes`");
  streams.err << printable(question, true) << "\nType `" << printable(word) << "` to go on: ";
  std::string answer;
  std::getline(streams.in, answer);
  if (trim(answer) == word) return {};
  return mesh::fail(Fault::usage, "not confirmed, so nothing was done");
}

}  // namespace mesh::cmd
