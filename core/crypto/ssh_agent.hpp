#pragma once

#include "core/crypto/signer.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

// A program that holds private keys and signs for others (draft-ietf-sshm-ssh-agent), behind a Unix socket.
namespace mesh::crypto {

struct Agent {
  std::string socket;                    // path, as SSH_AUTH_SOCK gives it
  std::chrono::milliseconds patience{};  // for an answer; a person may have to confirm a signature
};

// The agent that SSH_AUTH_SOCK names. usage when it names none.
Result<Agent> agent_of_environment();

// The keys it holds, without those of types that are not known. usage: no agent answers there; temporary: not
// in time; refused: it does not want to; corrupt: what it says is no answer.
Result<std::vector<PublicKey>> identities(const Agent& agent);

// Signs with the agent's key; each signature is a connection of its own.
Signer agent_signer(Agent agent, PublicKey key);

// What an agent says, without its length. corrupt when it cannot be that.
Result<std::vector<PublicKey>> read_identities(std::string_view answer);
Result<std::string> read_signature(std::string_view answer);

}  // namespace mesh::crypto
