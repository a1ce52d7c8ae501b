#include "core/base/process.hpp"

#include "core/base/descriptor.hpp"
#include "core/base/files.hpp"
#include "core/base/secret.hpp"
#include "core/base/strings.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>
#include <cstring>
#include <csignal>

extern char** environ;

namespace mesh {
namespace {

struct Pipe {
  Descriptor read, write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_failure("cannot make a pipe", errno);
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

// What `posix_spawn` is told. Its own group, so that all of it can be ended; no signal of ours blocked in it.
class Plan {
 public:
  Plan(int in, int out) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_adddup2(&actions_, in, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, out, STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_,
                               POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  Plan(const Plan&) = delete;
  ~Plan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  // 0 or the error.
  int start(const std::vector<std::string>& words, pid_t& process) const {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    return ::posix_spawnp(&process, arguments[0], &actions_, &attributes_, arguments.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// Waited for, or ended, in every case.
class Child {
 public:
  explicit Child(pid_t process) : process_(process) {}
  Child(const Child&) = delete;
  ~Child() {
    if (has_ended_) return;
    ::kill(-process_, SIGKILL);
    uninterrupted([&] { return ::waitpid(process_, &status_, 0); });
  }

  bool has_ended() {
    if (!has_ended_) has_ended_ = ::waitpid(process_, &status_, WNOHANG) == process_;
    return has_ended_;
  }
  int signal() const { return WIFEXITED(status_) ? 0 : WTERMSIG(status_); }
  int code() const { return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + signal(); }

 private:
  pid_t process_;
  int status_ = 0;
  bool has_ended_ = false;
};

// Wiped in every case but success: it may be a password.
struct Output {
  std::string text;
  ~Output() { wipe(text); }
};

// What is there to be read now. False at its end.
bool take(int fd, std::string& text, size_t most) {
  char buffer[4096];
  bool more = true;
  while (text.size() <= most) {
    const ssize_t got = uninterrupted([&] { return ::read(fd, buffer, sizeof buffer); });
    more = got > 0 || (got < 0 && errno == EAGAIN);
    if (got <= 0) break;
    text.append(buffer, static_cast<size_t>(got));
  }
  ::explicit_bzero(buffer, sizeof buffer);
  return more;
}

}  // namespace

Result<Finished> run_program(const std::vector<std::string>& words, std::string_view in,
                             const ProcessLimits& limits) {
  using Clock = std::chrono::steady_clock;
  constexpr int kStep = 20;  // milliseconds
  const std::string name = "`" + printable(words.at(0)) + "`";
  auto input = make_pipe(), output = make_pipe();
  if (!input) return pass(std::move(input));
  if (!output) return pass(std::move(output));
  // Written while nobody reads: it fits into the pipe, and a program that reads nothing raises no signal.
  if (in.size() > PIPE_BUF) return fail(Fault::internal, "more than a pipe holds is to be read by " + name);
  if (const int error = write_all(input->write.get(), in))
    return system_failure("cannot write to a pipe", error);
  input->write = {};
  ::fcntl(output->read.get(), F_SETFL, O_NONBLOCK);

  pid_t process = 0;
  const int error = Plan(input->read.get(), output->write.get()).start(words, process);
  if (error == ENOENT) return fail(Fault::not_found, "there is no program " + name);
  if (error != 0) return system_failure("cannot run " + name, error);
  Child child(process);
  input->read = {};
  output->write = {};

  Output read;
  const auto deadline = Clock::now() + limits.time;
  for (bool more = true;;) {
    // Asked before the rest is read: what it started may keep the pipe open for good.
    const bool has_ended = child.has_ended();
    if (more) more = take(output->read.get(), read.text, limits.most_out);
    if (read.text.size() > limits.most_out)
      return fail(Fault::corrupt, name + " writes more than " + std::to_string(limits.most_out) + " bytes");
    if (has_ended) return Finished{child.code(), std::move(read.text), child.signal()};
    if (limits.is_stopped && limits.is_stopped()) return fail(Fault::temporary, "stopped");
    if (Clock::now() > deadline)
      return fail(Fault::temporary,
                  name + " did not end within " + std::to_string(limits.time.count() / 1000) + " s");
    pollfd ready{more ? output->read.get() : -1, POLLIN, 0};
    ::poll(&ready, 1, kStep);
  }
}

}  // namespace mesh
