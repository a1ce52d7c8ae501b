#include "core/publish/trusted.hpp"

#include "core/base/strings.hpp"
#include "core/config/user_folders.hpp"
#include "core/publish/signatures.hpp"
#include "core/trust/chain.hpp"
#include "core/trust/memory.hpp"

#include <algorithm>
#include <ctime>

namespace mesh::publish {
namespace {

std::string named(const crypto::PublicKey& key) {
  return crypto::fingerprint(key) + (key.comment.empty() ? "" : " (" + key.comment + ")");
}

bool holds(const std::vector<crypto::PublicKey>& keys, const crypto::PublicKey& key) {
  return std::ranges::find(keys, key) != keys.end();
}

// The key as the root writes it, with the name it has there.
crypto::PublicKey as_written(const std::vector<crypto::PublicKey>& keys, const crypto::PublicKey& key) {
  return *std::ranges::find(keys, key);
}

// Why a key may not sign for the domain; "" when it may.
std::string against(const crypto::PublicKey& key, const trust::DomainKeys& domain, const trust::Root& root) {
  if (const trust::Revoked* const revoked = root.revocation_of(key))
    return "it is signed by " + named(revoked->key) + ", a key that is revoked since " + revoked->since +
           (revoked->reason.empty() ? "" : " (" + printable(revoked->reason) + ")");
  if (holds(domain.signers, key)) return {};
  for (const trust::DomainKeys& other : root.domains)
    if (holds(other.signers, key))
      return "it is signed by " + named(as_written(other.signers, key)) + ", a signer of the domain `" +
             other.name + "`, not of `" + domain.name + "`";
  return "it is signed by " + named(key) + ", which the root names as nobody's signer";
}

// Why it is no signature that counts; "" when it is.
std::string problem_of(const FoundSignature& found, std::string_view manifest,
                       const trust::DomainKeys& domain, const trust::Root& root) {
  const std::string unusable = "its signature cannot be used: ";
  if (!found.signature) return unusable + found.problem;
  const auto right = crypto::check_ssh_signature(*found.signature, kReleaseNamespace, manifest);
  return right ? against(found.signature->key, domain, root) : unusable + right.error().message;
}

// A pin without a target counts for any store, so of several the one that was followed there stays the one:
// the people of another mesh, though trusted elsewhere, say nothing about this one.
Result<const trust::Pin*> pin_of(const std::vector<trust::Pin>& pins, const PublishedRoots& published,
                                 const Reader& reader, std::string_view place) {
  const std::string& mesh = published.roots.back().root.mesh;
  const auto other = [&](const std::string& rest) {
    return fail(Fault::corrupt,
                "the root that is published there is of the mesh `" + printable(mesh) + "`, and " + rest,
                "if the target holds another mesh now, say so in " + printable(reader.pins_path) +
                    ": a pin with that `target`");
  };
  const auto found = std::ranges::find(pins, mesh, &trust::Pin::mesh);
  if (found == pins.end()) return other("what is pinned is `" + pins.front().mesh + "`");
  for (const trust::Pin& pin : pins)
    if (pin.mesh != mesh && trust::was_seen(reader.state_folder, pin.mesh, place))
      return other("one of `" + pin.mesh + "` was seen there before");
  return &*found;
}

std::string how_to_sign(const Identity& identity) {
  return "whoever signs for `" + identity.domain +
         "` publishes the same files again with `--sign-key`, which adds a signature; `mesh trust show` "
         "lists the signers";
}

}  // namespace

Result<Reader> reader_of_environment() {
  Reader reader;
  reader.pins_path = trust::pins_path();
  auto pins = trust::read_pins(reader.pins_path);
  if (!pins) return pass(std::move(pins));
  reader.pins = std::move(*pins);
  reader.state_folder = config::user_state_folder();
  reader.today = day_of(static_cast<int64_t>(std::time(nullptr)));
  return reader;
}

Error nothing_pinned(const store::Store& store, const Reader& reader) {
  return {Fault::usage, "no root is pinned for " + store.url() + ", so no signature can be checked",
          "`mesh trust show --from TARGET --format pin` prints what to put into " +
              (reader.pins_path.empty() ? "trust.yaml in your configuration" : printable(reader.pins_path)) +
              "; compare its keys with those that the people of the mesh tell you"};
}

Result<std::optional<Trusted>> trusted_root(store::Store& store, const Reader& reader) {
  const std::string place = trust::place_of(store.url());
  const auto pins = trust::pins_for(reader.pins, place);
  if (pins.empty()) return std::nullopt;
  const auto published = read_roots(store);
  if (!published) return tl::unexpected(published.error());
  if (published->roots.empty())
    return fail(Fault::corrupt, "no root is published at " + store.url() + ", and one is pinned for it",
                "if this target has none, give the pin in " + printable(reader.pins_path) +
                    " a `target` that names another");
  const auto pin = pin_of(pins, *published, reader, place);
  if (!pin) return tl::unexpected(pin.error());
  const auto accepted = trust::accept(published->roots, **pin, published->head);
  if (!accepted) return tl::unexpected(accepted.error());
  const trust::Root& root = (*accepted)->root;

  Trusted trusted{root, {}};
  const auto remembered =
      trust::check_and_remember(reader.state_folder, root.mesh, place, {root.serial, (*accepted)->digest});
  if (!remembered && remembered.error().fault == Fault::corrupt) return tl::unexpected(remembered.error());
  if (!remembered)
    trusted.warning = "an older root could be replayed another time: " + remembered.error().message;
  if (auto good = trust::check_not_expired(root, reader.today); !good) return pass(std::move(good));
  return trusted;
}

Result<crypto::PublicKey> check_signed(store::Store& store, const Identity& identity, const oci::Index& index,
                                       const oci::Descriptor& release, const trust::Root& root) {
  const trust::DomainKeys* const domain = root.domain(identity.domain);
  if (!domain)
    return fail(Fault::corrupt,
                "root " + std::to_string(root.serial) + " of `" + root.mesh + "` does not name the domain `" +
                    identity.domain + "`",
                "`mesh trust rotate` publishes a root with the domains that the mesh has now");
  if (identity.prefix() != domain->prefix && !identity.prefix().starts_with(domain->prefix + "/"))
    return fail(Fault::corrupt,
                "root " + std::to_string(root.serial) + " of `" + root.mesh + "` lets the domain `" +
                    identity.domain + "` publish at `" + domain->prefix + "` only",
                "what is elsewhere is not to be trusted");
  const auto bytes = read_blob(store, identity, release, oci::kMaxManifest);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto all = signatures_of(store, identity, index, release.digest);
  if (!all) return tl::unexpected(all.error());
  if (all->empty()) return fail(Fault::corrupt, "it has no signature", how_to_sign(identity));
  std::vector<std::string> problems;
  for (const FoundSignature& found : *all) {
    std::string problem = problem_of(found, *bytes, *domain, root);
    if (problem.empty()) return as_written(domain->signers, found.signature->key);
    if (std::ranges::find(problems, problem) == problems.end()) problems.push_back(std::move(problem));
  }
  return fail(Fault::corrupt, join(problems, "; "), how_to_sign(identity));
}

namespace {

Result<crypto::PublicKey> check_signed(store::Store& store, const Identity& identity, const oci::Index& index,
                                       const std::string& version, const std::string& digest,
                                       const trust::Root& root) {
  const auto entry = std::ranges::find_if(index.manifests, [&](const oci::Descriptor& release) {
    return is_release(release) && release.digest == digest && version_of(release) == version;
  });
  if (entry == index.manifests.end()) return fail(Fault::corrupt, "its index lists it no longer");
  return check_signed(store, identity, index, *entry, root);
}

}  // namespace

Result<crypto::PublicKey> check_signed(store::Store& store, const Identity& identity,
                                       const std::string& version, const std::string& digest,
                                       const trust::Root& root) {
  const auto stored = read_stored(store, identity);
  if (!stored) return tl::unexpected(stored.error());
  if (!*stored) return fail(Fault::not_found, "`" + identity.prefix() + "` is not published there");
  return check_signed(store, identity, (*stored)->index, version, digest, root);
}

Result<void> check_signers(store::Store& store, std::vector<Verdict>& verdicts, const trust::Root& root) {
  std::optional<Stored> stored;
  for (Verdict& verdict : verdicts) {
    if (verdict.digest.empty() || !verdict.problems.empty()) continue;
    if (!stored) {
      auto read = read_stored(store, verdict.identity);
      if (!read) return pass(std::move(read));
      stored = read->value_or(Stored{});
    }
    const auto signer =
        check_signed(store, verdict.identity, stored->index, verdict.version, verdict.digest, root);
    if (!signer && signer.error().fault != Fault::corrupt) return tl::unexpected(signer.error());
    verdict.untrusted = !signer;
    if (!signer) {
      verdict.problems.push_back(signer.error().message);
      verdict.help = signer.error().help;
    } else {
      verdict.signer = crypto::fingerprint(*signer);
    }
  }
  return {};
}

}  // namespace mesh::publish
