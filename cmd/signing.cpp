#include "cmd/signing.hpp"

#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/crypto/private_key.hpp"
#include "core/crypto/ssh_agent.hpp"
#include "core/trust/document.hpp"

#include <algorithm>
#include <map>

namespace mesh::cmd {
namespace {

constexpr uint64_t kMostBytes = 16u << 10;

std::string named(const crypto::PublicKey& key) {
  return crypto::fingerprint(key) + (key.comment.empty() ? "" : " (" + key.comment + ")");
}

// What is put where the name of a file belongs, and must not be shown: its text, or a line of it.
bool may_be_key_itself(const std::string& asked) {
  constexpr size_t kShortest = 40;
  const auto is_base64 = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '=';
  };
  if (asked.find('\n') != std::string::npos || asked.find("-----") != std::string::npos) return true;
  return asked.size() >= kShortest && std::ranges::all_of(asked, is_base64) && !is_file(asked);
}

}  // namespace

Option sign_key_option(std::optional<std::string>& asked) {
  return {"--sign-key",
          "FILE",
          "sign with this private key file, or with `agent`, an ssh-agent; FILE.pub is a key in the agent",
          &asked,
          {},
          Hint::file,
          false,
          "MESH_SIGN_KEY"};
}

Result<Signers> Signers::open(const std::string& asked) {
  Signers signers;
  if (asked.empty()) return mesh::fail(Fault::usage, "`--sign-key` names no key");
  if (may_be_key_itself(asked))
    return mesh::fail(Fault::usage, "`--sign-key` is given what may be a key itself",
                      "write the key into a file that only you can read, and give the name of that");
  signers.by_agent_ = asked == "agent" || asked.ends_with(".pub");
  if (!signers.by_agent_) {
    auto signer = crypto::private_key_file(asked);
    if (!signer) return pass(std::move(signer));
    signers.held_.push_back(std::move(*signer));
    return signers;
  }
  std::optional<crypto::PublicKey> wanted;
  if (asked != "agent") {
    const auto line = read_file(asked, kMostBytes);
    if (!line) return tl::unexpected(line.error());
    auto key = crypto::parse_public_key(trim(*line));
    if (!key) return std::move(key).error().in(printable(asked));
    wanted = std::move(*key);
  }
  const auto agent = crypto::agent_of_environment();
  if (!agent) return tl::unexpected(agent.error());
  auto keys = crypto::identities(*agent);
  if (!keys) return pass(std::move(keys));
  for (crypto::PublicKey& key : *keys)
    if (!wanted || key == *wanted) signers.held_.push_back(crypto::agent_signer(*agent, std::move(key)));
  if (!signers.held_.empty()) return signers;
  return mesh::fail(
      Fault::usage,
      wanted ? "the ssh-agent does not hold the key " + named(*wanted)
             : std::string("the ssh-agent holds no key that can sign"),
      "add it with `ssh-add FILE`; keys of other types than Ed25519, ECDSA P-256 and RSA are left "
      "out");
}

Result<crypto::Signer> Signers::one_of(const std::vector<crypto::PublicKey>& allowed,
                                       const std::string& who) const {
  for (const crypto::Signer& signer : held_)
    if (std::ranges::find(allowed, signer.key) != allowed.end()) return signer;
  if (by_agent_ && held_.size() != 1)
    return mesh::fail(Fault::usage,
                      "none of the " + count_of(held_.size(), "key") + " in the ssh-agent is one of " + who);
  return mesh::fail(Fault::usage, named(held_.front().key) + " is none of " + who);
}

Result<crypto::Signer> Signers::only() const {
  if (held_.size() == 1) return held_.front();
  return mesh::fail(Fault::usage,
                    "the ssh-agent holds " + count_of(held_.size(), "key") + ", and one has to sign",
                    "name it by its public half: `--sign-key FILE.pub`");
}

Result<std::function<Result<crypto::Signer>(const publish::Identity&)>> release_signer(
    const std::string& asked, const workspace::Workspace& workspace) {
  auto signers = Signers::open(asked);
  if (!signers) return pass(std::move(signers));
  if (!workspace.has_mesh) {
    auto signer = signers->only();
    if (!signer) return pass(std::move(signer));
    return
        [signer = std::move(*signer)](const publish::Identity&) -> Result<crypto::Signer> { return signer; };
  }
  std::map<std::string, std::vector<std::string>> lines;
  for (const model::Domain& domain : workspace.domains) lines[domain.name] = domain.signers;
  return [signers = std::move(*signers),
          lines = std::move(lines)](const publish::Identity& identity) -> Result<crypto::Signer> {
    const auto found = lines.find(identity.domain);
    const auto allowed =
        trust::parse_keys(found == lines.end() ? std::vector<std::string>{} : found->second, Fault::usage);
    if (!allowed) return tl::unexpected(allowed.error());
    auto signer = signers.one_of(*allowed, "the `signers` of the domain `" + identity.domain + "`");
    if (!signer && signer.error().help.empty())
      signer.error().help =
          "add its public half under `signers` in the domain.yaml of `" + identity.domain + "`";
    return signer;
  };
}

}  // namespace mesh::cmd
