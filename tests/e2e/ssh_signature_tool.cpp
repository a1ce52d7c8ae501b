// What core/crypto makes and checks, for ssh_signatures.py to compare with ssh-keygen.
//   ssh_signature_tool sign FILE|agent NAMESPACE sha256|sha512 < MESSAGE     with FILE.pub: that key of the
//   agent ssh_signature_tool verify SIGNATURE NAMESPACE < MESSAGE                  prints the key that signed
//   ssh_signature_tool list                                                  the keys of the agent
#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/crypto/private_key.hpp"
#include "core/crypto/ssh_agent.hpp"
#include "core/crypto/ssh_signature.hpp"

#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>

using namespace mesh;

namespace {

int told(const Error& error) {
  std::cerr << error.message << "\n" << error.help << "\n";
  return 7;
}

Result<crypto::Signer> signer_of(const std::string& asked) {
  if (!asked.ends_with(".pub")) return crypto::private_key_file(asked);
  const auto line = read_file(asked);
  if (!line) return tl::unexpected(line.error());
  auto key = crypto::parse_public_key(*line);
  if (!key) return pass(std::move(key));
  auto agent = crypto::agent_of_environment();
  if (!agent) return pass(std::move(agent));
  return crypto::agent_signer(std::move(*agent), std::move(*key));
}

}  // namespace

int main(int count, char** words) {
  const std::string what = count > 1 ? words[1] : "";
  if (what == "list") {
    const auto agent = crypto::agent_of_environment();
    if (!agent) return told(agent.error());
    const auto keys = crypto::identities(*agent);
    if (!keys) return told(keys.error());
    for (const crypto::PublicKey& key : *keys) std::cout << crypto::line_of(key) << "\n";
    return 0;
  }
  const std::string message{std::istreambuf_iterator<char>(std::cin), {}};
  if (what == "sign" && count == 5) {
    const auto signer = signer_of(words[2]);
    if (!signer) return told(signer.error());
    const auto hash =
        std::string(words[4]) == "sha256" ? crypto::HashAlgorithm::sha256 : crypto::HashAlgorithm::sha512;
    const auto signature = crypto::make_ssh_signature(*signer, words[3], message, hash);
    if (!signature) return told(signature.error());
    std::cout << crypto::armored(*signature);
    return 0;
  }
  if (what == "verify" && count == 4) {
    const auto text = read_file(words[2]);
    if (!text) return told(text.error());
    const auto signature = crypto::read_ssh_signature(*text);
    if (!signature) return told(signature.error());
    if (const auto right = crypto::check_ssh_signature(*signature, words[3], message); !right)
      return told(right.error());
    std::cout << crypto::fingerprint(signature->key) << "\n";
    return 0;
  }
  return 2;
}
