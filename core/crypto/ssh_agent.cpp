#include "core/crypto/ssh_agent.hpp"

#include "core/base/descriptor.hpp"
#include "core/base/strings.hpp"
#include "core/crypto/wire.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace mesh::crypto {
namespace {

using namespace std::chrono_literals;
using Time = std::chrono::steady_clock::time_point;

constexpr uint8_t kFailure = 5, kListRequest = 11, kList = 12, kSignRequest = 13, kSignature = 14;
constexpr uint32_t kRsaSha512 = 4;
constexpr uint32_t kMostBytes = 256u << 10, kMostKeys = 2048;

tl::unexpected<Error> odd_answer() {
  return fail(Fault::corrupt, "the ssh-agent gave an answer that is none");
}

tl::unexpected<Error> unreachable(int error) {
  return fail(Fault::usage, "no ssh-agent can be reached: " + std::string(std::strerror(error)),
              "start one with `eval $(ssh-agent)`, and add a key with `ssh-add FILE`");
}

// Waits until the socket is ready; temporary when it is not in time.
Result<void> wait_for(int fd, short events, Time deadline) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return fail(Fault::temporary, "the ssh-agent did not answer in time");
    pollfd waiting{fd, events, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<int64_t>(left, 1000)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return unreachable(errno);
  }
}

Result<Descriptor> connected(const std::string& path, Time deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return unreachable(ENAMETOOLONG);
  path.copy(address.sun_path, path.size());
  Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return unreachable(errno);
  while (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    // A local socket whose queue is full says EAGAIN, and cannot be waited for.
    if (errno != EAGAIN && errno != EINTR) return unreachable(errno);
    if (std::chrono::steady_clock::now() > deadline)
      return fail(Fault::temporary, "the ssh-agent did not answer in time");
    ::poll(nullptr, 0, 20);
  }
  return fd;
}

Result<void> send_all(int fd, std::string_view bytes, Time deadline) {
  while (!bytes.empty()) {
    if (auto ready = wait_for(fd, POLLOUT, deadline); !ready) return ready;
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0)
      bytes.remove_prefix(static_cast<size_t>(sent));
    else if (errno != EAGAIN && errno != EINTR)
      return unreachable(errno);
  }
  return {};
}

Result<std::string> received(int fd, size_t size, Time deadline) {
  std::string bytes(size, '\0');
  for (size_t used = 0; used < size;) {
    if (auto ready = wait_for(fd, POLLIN, deadline); !ready) return pass(std::move(ready));
    const ssize_t got = ::recv(fd, bytes.data() + used, size - used, 0);
    if (got == 0) return odd_answer();
    if (got > 0)
      used += static_cast<size_t>(got);
    else if (errno != EAGAIN && errno != EINTR)
      return unreachable(errno);
  }
  return bytes;
}

Result<std::string> asked(const Agent& agent, std::string_view request) {
  const Time deadline = std::chrono::steady_clock::now() + agent.patience;
  const auto fd = connected(agent.socket, deadline);
  if (!fd) return tl::unexpected(fd.error());
  if (auto sent = send_all(fd->get(), wire_string(request), deadline); !sent) return pass(std::move(sent));
  const auto head = received(fd->get(), 4, deadline);
  if (!head) return tl::unexpected(head.error());
  const uint32_t size = WireReader(*head).number();
  if (size == 0 || size > kMostBytes) return odd_answer();
  return received(fd->get(), size, deadline);
}

}  // namespace

Result<Agent> agent_of_environment() {
  const char* const socket = std::getenv("SSH_AUTH_SOCK");
  if (!socket || !*socket)
    return fail(Fault::usage, "there is no ssh-agent: SSH_AUTH_SOCK is not set",
                "start one with `eval $(ssh-agent)`, and add a key with `ssh-add FILE`");
  return Agent{socket, 60s};
}

Result<std::vector<PublicKey>> read_identities(std::string_view answer) {
  WireReader reader(answer);
  const uint8_t type = reader.byte();
  if (type == kFailure) return fail(Fault::refused, "the ssh-agent does not tell its keys");
  const uint32_t count = reader.number();
  if (!reader.ok() || type != kList || count > kMostKeys) return odd_answer();
  std::vector<PublicKey> keys;
  for (uint32_t i = 0; i < count; ++i) {
    const std::string_view blob = reader.string(), comment = reader.string();
    if (!reader.ok()) return odd_answer();
    auto key = read_public_key(blob);
    if (!key) continue;  // certificates, other curves: others use them
    key->comment = printable(comment);
    keys.push_back(std::move(*key));
  }
  if (!reader.done()) return odd_answer();
  return keys;
}

Result<std::string> read_signature(std::string_view answer) {
  WireReader reader(answer);
  const uint8_t type = reader.byte();
  if (reader.ok() && type == kFailure)
    return fail(Fault::refused, "the ssh-agent refused to sign",
                "is the key still there? `ssh-add -l` tells");
  const std::string_view signature = reader.string();
  if (type != kSignature || !reader.done() || signature.size() > kMaxSignature) return odd_answer();
  return std::string(signature);
}

Result<std::vector<PublicKey>> identities(const Agent& agent) {
  const auto answer = asked(agent, std::string(1, static_cast<char>(kListRequest)));
  if (!answer) return tl::unexpected(answer.error());
  return read_identities(*answer);
}

Signer agent_signer(Agent agent, PublicKey key) {
  Signer signer{key, {}};
  signer.sign = [agent = std::move(agent),
                 key = std::move(key)](std::string_view message) -> Result<std::string> {
    const uint32_t flags = key.type == KeyType::rsa ? kRsaSha512 : 0;
    const auto answer = asked(agent, std::string(1, static_cast<char>(kSignRequest)) + wire_string(key.blob) +
                                         wire_string(message) + wire_number(flags));
    if (!answer) return tl::unexpected(answer.error());
    return read_signature(*answer);
  };
  return signer;
}

}  // namespace mesh::crypto
