#pragma once

#include "cmd/exit_code.hpp"
#include "core/base/result.hpp"

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <variant>
#include <vector>

// Commands are data: the parser, `--help`, the man pages and the completions all read these records. The long
// text and the examples of a command are in `cmd/<name>.md`.
namespace mesh::cmd {

// Options that every command has (-C, --quiet, --color, --no-input); set before `run`.
struct Global {
  bool quiet = false;
  bool no_input = false;       // also when CI is set
  std::string color = "auto";  // auto, always, never
};

// Where a command reads and writes. Results on out, talk on err.
struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_is_terminal = false, out_is_terminal = false, err_is_terminal = false;
  bool color_out = false, color_err = false;
  unsigned width = 80;  // columns of the terminal that `out` is, else 80
  Global global;
};

// What completions offer for a value.
enum class Hint : unsigned char { none, file, folder, rule, target, standard, command, product };

using Destination = std::variant<bool*, std::string*, std::optional<std::string>*, std::vector<std::string>*,
                                 unsigned*, std::optional<unsigned>*>;

// The destination says how often it may be given (a vector: again and again), and its value before parsing is
// the default that help shows.
struct Option {
  std::string name;        // "--format", "-j,--jobs"; a positional has no dash: "PATH"
  std::string value_name;  // "" for a flag
  std::string help;        // one line, lower case, no full stop
  Destination value;
  std::vector<std::string> choices = {};
  Hint hint = Hint::none;
  bool required = false;  // positionals and options that must be given
  std::string env = {};   // variable that gives the value when the option is absent: "MESH_JOBS"
  bool value_may_lack = false;  // `--changed` and `--changed=REV`; without a value it is ""
};

struct Command {
  std::string name;
  std::vector<std::string> aliases = {};
  std::string summary;
  std::string group = "";  // heading in `mesh --help`: one of those in commands.hpp
  std::vector<Option> options = {};
  std::vector<Command> commands = {};  // subcommands: then `run` is not called without one
  std::function<int(Streams&)> run = {};
};

// All commands of the binary, in the order `mesh --help` shows them.
std::vector<Command> all_commands();

// Prints "error: <message>" (and the help) to err, and gives the exit code that fits.
int fail(Streams& streams, const Error& error);

}  // namespace mesh::cmd
