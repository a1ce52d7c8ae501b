#include "cmd/program.hpp"

#include "cmd/cli.hpp"
#include "cmd/describe.hpp"
#include "cmd/signals.hpp"
#include "cmd/terminal.hpp"
#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/docs/help.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <istream>
#include <new>
#include <ostream>

namespace mesh::cmd {
namespace {

constexpr const char* kReport = "this is a bug in mesh, please report it with the command that you ran";

docs::Style style_for(const Streams& streams, bool color) { return {streams.width, 0, color}; }

int print_help(Streams& streams, const std::vector<Command>& commands, const std::vector<std::string>& path) {
  const docs::Program program = describe(commands);
  const docs::Command* command = docs::find(program, join(path, " "));
  const docs::Style style = style_for(streams, streams.color_out);
  streams.out << (command ? command_help(program, *command, style) : program_help(program, style));
  return kOk;
}

// A command was needed and none was given.
int print_short_help(Streams& streams, const std::vector<Command>& commands,
                     const std::vector<std::string>& path) {
  const docs::Program program = describe(commands);
  const docs::Command* command = docs::find(program, join(path, " "));
  const docs::Style style = style_for(streams, streams.color_err);
  streams.err << (command ? command_help(program, *command, style) : short_help(program, style));
  return kUsage;
}

// Looked for before anything is parsed, so that complaints about the command line are coloured like all
// others.
std::string wanted_color(const std::vector<std::string>& words) {
  constexpr std::string_view kName = "--color";
  for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    if (words[i].starts_with("--color=")) return words[i].substr(kName.size() + 1);
    if (words[i] == kName && i + 1 < words.size()) return words[i + 1];
  }
  const char* variable = std::getenv("MESH_COLOR");
  return variable ? variable : "auto";
}

int run_words(const std::vector<std::string>& words, Streams& streams) {
  const auto set_colors = [&] {
    streams.color_out = wants_color(streams.global.color, streams.out_is_terminal);
    streams.color_err = wants_color(streams.global.color, streams.err_is_terminal);
  };
  streams.global.color = wanted_color(words);
  set_colors();
  streams.global.color = Global().color;

  const std::vector<Command> commands = all_commands();
  std::string folder;
  const auto request = parse(words, commands, streams.global, folder);
  if (!request) return fail(streams, request.error());
  set_colors();
  streams.global.no_input |= is_on("CI");

  if (request->help) return print_help(streams, commands, request->path);
  if (request->version) {
    streams.out << "mesh " MESH_VERSION "\n";
    return kOk;
  }
  if (!request->run) return print_short_help(streams, commands, request->path);
  if (!folder.empty() && ::chdir(folder.c_str()) != 0)
    return fail(streams, system_failure("cannot go to `" + folder + "`", errno).value());
  return request->run(streams);
}

// Says what a failure of the machine or of ours means; called where anything may have happened.
int guarded(const std::vector<std::string>& words, Streams& streams) {
  try {
    return run_words(words, streams);
  } catch (const std::bad_alloc&) {
    return fail(streams, {Fault::internal, "out of memory", "give it more, or fewer files at a time"});
  } catch (const std::exception& error) {
    return fail(streams, {Fault::internal, std::string("internal error: ") + error.what(), kReport});
  } catch (...) {
    return fail(streams, {Fault::internal, "internal error", kReport});
  }
}

// An exception in a thread, or out of a function that promised none.
[[noreturn]] void on_terminate() {
  constexpr std::string_view kMemory = "error: out of memory\n",
                             kBroken = "error: internal error, please report it\n";
  std::string_view message = kBroken;
  try {
    if (const auto thrown = std::current_exception()) std::rethrow_exception(thrown);
  } catch (const std::bad_alloc&) {
    message = kMemory;
  } catch (...) {
    message = kBroken;
  }
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, message.data(), message.size());
  ::_exit(kBug);
}

}  // namespace

int fail(Streams& streams, const Error& error) {
  streams.err << (streams.color_err ? "\x1b[1;31merror\x1b[0m" : "error") << ": " << printable(error.message)
              << "\n";
  if (!error.help.empty()) streams.err << "  = help: " << printable(error.help) << "\n";
  return exit_code(error.fault);
}

int run(int argc, char** argv) {
  std::set_terminate(on_terminate);
  ::signal(SIGPIPE, SIG_DFL);  // some callers ignore it, and `mesh … | head` would then end with an error
  ::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow (`ulimit -f`) is to be told as a full disk is
  occupy_standard_descriptors();
  FdInput in_buffer(STDIN_FILENO);
  FdOutput out_buffer(STDOUT_FILENO), err_buffer(STDERR_FILENO);
  std::istream in(&in_buffer);
  std::ostream out(&out_buffer), err(&err_buffer);
  err.setf(std::ios::unitbuf);
  in.tie(&err);
  Streams streams{.in = in, .out = out, .err = err, .global = {}};
  streams.in_is_terminal = ::isatty(STDIN_FILENO) != 0;
  streams.out_is_terminal = ::isatty(STDOUT_FILENO) != 0;
  streams.err_is_terminal = ::isatty(STDERR_FILENO) != 0;
  streams.width = terminal_width(STDOUT_FILENO);

  int code = guarded({argv + std::min(argc, 1), argv + argc}, streams);
  // Requests that a signal cut off have failed for now; whoever tries that again on its own must not.
  if (code == kTemporary && signal_caught() != 0) code = 128 + signal_caught();
  out.flush();
  if (out_buffer.error() != 0) {
    const Error error = system_failure("cannot write to standard output", out_buffer.error()).value();
    code = worst(code, fail(streams, {Fault::local_io, error.message, {}}));
  }
  err.flush();
  return code;
}

}  // namespace mesh::cmd
