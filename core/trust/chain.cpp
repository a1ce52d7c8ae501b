#include "core/trust/chain.hpp"

#include "core/base/strings.hpp"

#include <algorithm>

namespace mesh::trust {
namespace {

std::string named(const Root& root) {
  return "root " + std::to_string(root.serial) + " of `" + root.mesh + "`";
}

std::string of_needed(size_t has, size_t needed, std::string_view which) {
  return "has " + std::to_string(has) + " of the " + count_of(needed, "signature") + " by " +
         std::string(which) + " that it needs";
}

// Why the pin does not accept it; "" when it does.
std::string against_pin(const SignedRoot& root, const Pin& pin) {
  const size_t pinned = signatures_by(root, pin.keys);
  if (pinned == 0) return "is signed by none of the keys that are pinned";
  if (pinned < pin.threshold) return of_needed(pinned, pin.threshold, "pinned keys");
  return missing_signatures(root, nullptr);
}

// A signature that was damaged may be the one that is missing.
std::string unusable(const SignedRoot& root) {
  return root.problems.empty() ? "" : "; a signature of it cannot be used: " + root.problems.front();
}

}  // namespace

size_t signatures_by(const SignedRoot& root, const std::vector<PublicKey>& keys) {
  return static_cast<size_t>(std::ranges::count_if(
      root.signers, [&](const PublicKey& key) { return std::ranges::find(keys, key) != keys.end(); }));
}

std::string missing_signatures(const SignedRoot& root, const Root* before) {
  const size_t own = signatures_by(root, root.root.keys);
  if (own < root.root.threshold) return of_needed(own, root.root.threshold, "its own keys");
  if (!before) return {};
  const size_t old = signatures_by(root, before->keys);
  if (old < before->threshold)
    return of_needed(old, before->threshold, "the keys of root " + std::to_string(before->serial));
  return {};
}

Result<const SignedRoot*> accept(const std::vector<SignedRoot>& roots, const Pin& pin, uint64_t head) {
  const SignedRoot* accepted = nullptr;
  std::string problem, first_problem;  // of the root after the accepted one; of the newest none follows from
  for (const SignedRoot& next : roots) {
    if (next.root.mesh != pin.mesh) {
      problem = named(next.root) + " is not of the mesh `" + pin.mesh + "` that is pinned";
    } else if (!accepted) {
      const std::string why = against_pin(next, pin);
      if (why.empty()) accepted = &next;
      problem = why.empty() ? "" : named(next.root) + " " + why + unusable(next);
    } else if (next.root.serial != accepted->root.serial + 1) {
      problem = "root " + std::to_string(accepted->root.serial + 1) + " of `" + pin.mesh + "` is missing";
      break;
    } else if (const std::string why = missing_signatures(next, &accepted->root); !why.empty()) {
      problem = named(next.root) + " " + why + unusable(next);
      break;
    } else {
      accepted = &next;
    }
  }
  if (accepted && accepted->root.serial >= head) return accepted;
  if (problem.empty())
    problem =
        "root " + std::to_string(head) + " of `" + pin.mesh + "`, which is said to be in force, is missing";
  return fail(Fault::corrupt, problem,
              "ask the people of the mesh which keys are right before you pin others");
}

Result<void> check_not_expired(const Root& root, Day today) {
  if (today <= root.expires) return {};
  return fail(Fault::corrupt, named(root) + " expired after " + to_string(root.expires),
              "the mesh's own keys sign a new one: `mesh trust rotate`");
}

}  // namespace mesh::trust
