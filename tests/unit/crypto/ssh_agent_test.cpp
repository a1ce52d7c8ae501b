#include "core/crypto/ssh_agent.hpp"

#include "core/base/descriptor.hpp"
#include "core/crypto/private_key.hpp"
#include "core/crypto/wire.hpp"
#include "tests/unit/crypto/keys.hpp"
#include "tests/unit/temp_folder.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <functional>
#include <thread>

using namespace mesh;
using namespace mesh::crypto;
using namespace std::chrono_literals;
using test::key_bytes;

namespace {

std::string listed(const std::vector<PublicKey>& keys) {
  std::string answer = "\x0c" + wire_number(static_cast<uint32_t>(keys.size()));
  for (const PublicKey& key : keys) answer += wire_string(key.blob) + wire_string(key.comment);
  return answer;
}

PublicKey ed25519() { return *parse_public_key(key_bytes("ed25519.pub")); }

// Listens on a socket and answers one connection with these bytes, whatever is asked.
class Answers {
 public:
  Answers(const std::string& path, std::string bytes, std::chrono::milliseconds before = 0ms)
      : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_.get(), 4) == 0);
    thread_ = std::thread([this, before, bytes = std::move(bytes)] {
      const Descriptor peer(::accept(listener_.get(), nullptr, nullptr));
      std::this_thread::sleep_for(before);
      char asked[4096];
      [[maybe_unused]] const ssize_t got = ::recv(peer.get(), asked, sizeof asked, 0);
      [[maybe_unused]] const ssize_t sent = ::send(peer.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    });
  }
  ~Answers() { thread_.join(); }

 private:
  Descriptor listener_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("ssh agent: keys of unknown types are passed over") {
  const std::string answer = "\x0c" + wire_number(2) +
                             wire_string(wire_string("sk-ssh-ed25519@openssh.com")) +
                             wire_string("in hardware") + wire_string(ed25519().blob) + wire_string("mine");
  const auto keys = read_identities(answer);
  REQUIRE(keys);
  REQUIRE(keys->size() == 1);
  CHECK(keys->front() == ed25519());
  CHECK(keys->front().comment == "mine");
}

TEST_CASE("ssh agent: an answer that is cut, too long or of another kind is none") {
  const std::string list = listed({ed25519(), ed25519()});
  for (size_t i = 0; i < list.size(); ++i) CHECK_FALSE(read_identities(list.substr(0, i)));
  CHECK_FALSE(read_identities(list + "x"));
  CHECK_FALSE(read_identities("\x0c" + wire_number(0xffffffff)));
  CHECK(read_identities("\x05").error().fault == Fault::refused);
  const std::string signature = "\x0e" + wire_string("signature");
  CHECK(read_signature(signature) == "signature");
  for (size_t i = 0; i < signature.size(); ++i) CHECK_FALSE(read_signature(signature.substr(0, i)));
  CHECK_FALSE(read_signature(signature + "x"));
  CHECK_FALSE(read_signature("\x0e" + wire_string(std::string(5000, 's'))));
  CHECK(read_signature("\x05").error().fault == Fault::refused);
}

TEST_CASE("ssh agent: any byte of a list changed reads as keys or as none") {
  const std::string list = listed({ed25519()});
  for (size_t i = 0; i < list.size(); ++i) {
    std::string flipped = list;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    const auto keys = read_identities(flipped);
    if (keys) CHECK(keys->size() <= 1);
  }
}

TEST_CASE("ssh agent: it is asked through its socket") {
  const test::TempFolder folder;
  const std::string list = listed({ed25519()});
  const Answers agent(folder / "s", wire_string(list));
  const auto keys = identities({folder / "s", 5000ms});
  REQUIRE(keys);
  CHECK(keys->front() == ed25519());
}

TEST_CASE("ssh agent: silence, lies about the length and a hang-up end in time") {
  const test::TempFolder folder;
  {
    const Answers agent(folder / "silent", "", 300ms);
    CHECK(identities({folder / "silent", 100ms}).error().fault == Fault::temporary);
  }
  {
    const Answers agent(folder / "long", std::string("\xff\xff\xff\xff", 4) + "x");
    CHECK(identities({folder / "long", 5000ms}).error().fault == Fault::corrupt);
  }
  {
    const Answers agent(folder / "cut", wire_string("\x0c").substr(0, 3));
    CHECK(identities({folder / "cut", 5000ms}).error().fault == Fault::corrupt);
  }
  CHECK(identities({folder / "none", 100ms}).error().fault == Fault::usage);
  CHECK(identities({folder / std::string(200, 'x'), 100ms}).error().fault == Fault::usage);
}

TEST_CASE("ssh agent: a signature by another key is not taken") {
  const test::TempFolder folder;
  const auto other = read_private_key(key_bytes("ecdsa"));
  const Answers agent(folder / "s", wire_string("\x0e" + wire_string(*other->sign("message"))));
  const Signer signer = agent_signer({folder / "s", 5000ms}, ed25519());
  CHECK_FALSE(signature_of(signer, "message"));
}
