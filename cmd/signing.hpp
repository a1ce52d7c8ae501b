#pragma once

#include "cmd/command.hpp"
#include "core/crypto/signer.hpp"
#include "core/publish/publish.hpp"
#include "core/workspace/workspace.hpp"

#include <optional>
#include <string>
#include <vector>

// What `--sign-key` means: a private key file, `agent`, or a `.pub` file whose other half an agent holds.
// Never the key itself, and never a passphrase.
namespace mesh::cmd {

Option sign_key_option(std::optional<std::string>& asked);

class Signers {
 public:
  static Result<Signers> open(const std::string& asked);

  // The one among those allowed. usage when there is none; `who` may sign, for the message.
  Result<crypto::Signer> one_of(const std::vector<crypto::PublicKey>& allowed, const std::string& who) const;
  // The only one there is. usage when there are several.
  Result<crypto::Signer> only() const;

 private:
  std::vector<crypto::Signer> held_;
  bool by_agent_ = false;
};

// Signs releases of each domain with a key that its domain.yaml lists; without a mesh with the only key there
// is.
Result<std::function<Result<crypto::Signer>(const publish::Identity&)>> release_signer(
    const std::string& asked, const workspace::Workspace& workspace);

}  // namespace mesh::cmd
