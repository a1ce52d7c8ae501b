#include "core/config/credential_command.hpp"

#include "core/base/descriptor.hpp"
#include "core/base/files.hpp"
#include "core/base/secret.hpp"
#include "core/base/strings.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cstring>
#include <thread>

extern char** environ;

namespace mesh::config {
namespace {

constexpr size_t kMostBytes = 1 << 20;

struct Spawning {
  Spawning() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  Spawning(const Spawning&) = delete;
  ~Spawning() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

// A group of its own, so that all of it can be ended; and no signals that we hold back.
int spawn(pid_t& child, const std::vector<std::string>& words, int output) {
  Spawning spawning;
  ::posix_spawn_file_actions_addopen(&spawning.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&spawning.actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&spawning.actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  sigset_t none, all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&spawning.attributes, &none);
  ::posix_spawnattr_setsigdefault(&spawning.attributes, &all);
  ::posix_spawnattr_setpgroup(&spawning.attributes, 0);
  ::posix_spawnattr_setflags(&spawning.attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  return ::posix_spawnp(&child, arguments.front(), &spawning.actions, &spawning.attributes, arguments.data(),
                        environ);
}

class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  Child(const Child&) = delete;
  ~Child() {
    if (id_ < 0) return;
    ::kill(-id_, SIGKILL);
    uninterrupted([&] { return ::waitpid(id_, nullptr, 0); });
  }
  // Whether it has ended by itself; its status then.
  bool has_ended(int& status) {
    if (uninterrupted([&] { return ::waitpid(id_, &status, WNOHANG); }) != id_) return false;
    ::kill(-id_, SIGKILL);  // what it may have left behind
    id_ = -1;
    return true;
  }

 private:
  pid_t id_;
};

}  // namespace

Result<std::string> output_of(const Command& command) {
  if (command.words.empty() || command.words.front().empty())
    return fail(Fault::usage, "a command for credentials names no program");
  const std::string name = "`" + printable(command.words.front()) + "`";
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return system_failure("cannot run " + name, errno);
  Descriptor reading(ends[0]), writing(ends[1]);
  // Its end is as every program expects it.
  ::fcntl(writing.get(), F_SETFL, 0);
  pid_t id = -1;
  if (const int error = spawn(id, command.words, writing.get()); error != 0)
    return fail(Fault::usage,
                "the command " + name + " for credentials cannot be run: " + std::strerror(error));
  Child child(id);
  writing.close();

  const auto end = std::chrono::steady_clock::now() + command.patience;
  std::string output;
  bool is_open = true;
  int status = 0;
  for (;;) {
    if (!is_open && child.has_ended(status)) break;
    if (command.is_stopped && command.is_stopped()) return fail(Fault::temporary, "stopped");
    if (std::chrono::steady_clock::now() >= end) {
      wipe(output);
      return fail(
          Fault::usage,
          "the command " + name + " for credentials did not end within " +
              std::to_string(std::chrono::duration_cast<std::chrono::seconds>(command.patience).count()) +
              " s");
    }
    if (!is_open) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      continue;
    }
    pollfd waiting{reading.get(), POLLIN, 0};
    if (::poll(&waiting, 1, 100) <= 0) continue;
    char bytes[4096];
    const ssize_t count = ::read(reading.get(), bytes, sizeof bytes);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) {
      is_open = false;
      continue;
    }
    output.append(bytes, static_cast<size_t>(count));
    ::explicit_bzero(bytes, sizeof bytes);
    if (output.size() > kMostBytes) {
      wipe(output);
      return fail(Fault::corrupt, "the command " + name + " for credentials prints more than 1 MiB");
    }
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return output;
  wipe(output);
  return fail(Fault::usage,
              "the command " + name + " for credentials " +
                  (WIFEXITED(status) ? "ended with code " + std::to_string(WEXITSTATUS(status))
                                     : "was ended by signal " + std::to_string(WTERMSIG(status))),
              "run it by itself to see what it says");
}

}  // namespace mesh::config
