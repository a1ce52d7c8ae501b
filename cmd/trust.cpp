#include "cmd/commands.hpp"
#include "cmd/evaluation.hpp"
#include "cmd/publishing.hpp"
#include "cmd/signing.hpp"
#include "cmd/trust_report.hpp"
#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/trust/document.hpp"
#include "core/trust/root_keys.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <ostream>

namespace mesh::cmd {
namespace {

struct Flags {
  std::string target, format = "text";
  std::optional<std::string> sign_key, expires, digest, reason;
  std::vector<std::string> keys;
  std::optional<unsigned> threshold;
  NetworkFlags network;
  std::string revoked;  // what `revoke` is asked for
};

struct Run {
  publish::Options options;
  Day today;
};

Result<Run> begin() {
  const auto seconds = seconds_of_run();
  if (!seconds) return tl::unexpected(seconds.error());
  Run run{{}, day_of(*seconds)};
  run.options.created = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(*seconds)));
  return run;
}

// mesh.yaml and the domain.yaml files say who is trusted, so nothing is signed while one of them is wrong.
Result<workspace::Workspace> load_mesh() {
  auto mesh = workspace::load({});
  if (!mesh) return mesh;
  if (!mesh->has_mesh)
    return mesh::fail(Fault::not_found, "there is no mesh.yaml here or above", "`mesh init` makes a mesh");
  const auto counts = [&](FileId file) {
    return file == mesh->mesh.file ||
           std::ranges::find(mesh->domains, file, &model::Domain::file) != mesh->domains.end();
  };
  for (const Finding& finding : mesh->findings.all())
    if (finding.level == Level::error && finding.at.file != kNoFile && counts(finding.at.file))
      return mesh::fail(Fault::usage, mesh->path(finding.at.file) + ": " + finding.message,
                        "run `mesh validate` to see every finding");
  if (mesh->mesh.name.empty())
    return mesh::fail(Fault::usage, "the mesh has no name, and a root is that of a named mesh",
                      "write `name:` in mesh.yaml");
  return mesh;
}

Result<crypto::PublicKey> key_file(const std::string& path) {
  const auto line = read_file(path, 16u << 10);
  if (!line) return tl::unexpected(line.error());
  auto key = crypto::parse_public_key(trim(*line));
  if (!key) return std::move(key).error().in(printable(path));
  return key;
}

// The last day of a root: as it was asked for, or the one that it has otherwise.
Result<Day> expiry(const Flags& flags, Day today, Day otherwise) {
  const auto expires = flags.expires ? parse_day(*flags.expires) : otherwise;
  if (!expires)
    return mesh::fail(Fault::usage, "`" + printable(*flags.expires) + "` is not a day",
                      "write it as 2027-12-31");
  if (*expires < today)
    return mesh::fail(Fault::usage, "the root would have expired on " + to_string(*expires),
                      "give `--expires DAY`");
  return *expires;
}

// What mesh.yaml, the domain.yaml files and the command line say; serial and revoked keys are the caller's.
Result<trust::Root> root_of(const workspace::Workspace& mesh, const Flags& flags, Day today) {
  trust::Root root;
  root.mesh = mesh.mesh.name;
  root.threshold = flags.threshold.value_or(1);
  for (const std::string& path : flags.keys) {
    auto key = key_file(path);
    if (!key) return pass(std::move(key));
    root.keys.push_back(std::move(*key));
  }
  if (flags.keys.empty()) {
    const auto source = mesh.source(mesh.mesh.file);
    if (!source) return tl::unexpected(source.error());
    auto given = trust::read_root_keys(*source);
    if (!given) return pass(std::move(given));
    root.keys = std::move(given->keys);
    root.threshold = flags.threshold.value_or(given->threshold);
  }
  if (root.keys.empty())
    return mesh::fail(
        Fault::usage, "no key signs the root",
        "write the mesh's own public keys into mesh.yaml, `root: {keys: [\"ssh-ed25519 AAAA… name\"]}`, or "
        "name their files with `--key FILE.pub`");
  const auto expires = expiry(flags, today, a_year_after(today));
  if (!expires) return tl::unexpected(expires.error());
  root.expires = *expires;
  for (const model::Domain& domain : mesh.domains) {
    auto signers = trust::parse_keys(domain.signers, Fault::usage);
    if (!signers) return std::move(signers).error().in("`signers` of the domain `" + domain.name + "`");
    root.domains.push_back({domain.name, domain.name, std::move(*signers)});
  }
  return root;
}

Result<std::optional<crypto::Signer>> signer_of(const Flags& flags, const trust::Root& root,
                                                const trust::Root* before) {
  if (!flags.sign_key) return std::nullopt;
  const auto signers = Signers::open(*flags.sign_key);
  if (!signers) return tl::unexpected(signers.error());
  std::vector<crypto::PublicKey> allowed = root.keys;
  if (before) allowed.insert(allowed.end(), before->keys.begin(), before->keys.end());
  auto signer = signers->one_of(allowed, "the keys of the root");
  if (!signer) return pass(std::move(signer));
  return std::optional(std::move(*signer));
}

const trust::Root* in_force(const publish::PublishedRoots& published) {
  const trust::SignedRoot* const root = published.with_serial(published.head);
  return root ? &root->root : nullptr;
}

// What somebody replayed or exchanged must not be built upon by who knows better: where a root is pinned, the
// one in force has to follow from it. It may have expired, which is a reason to make the next.
Result<void> check_in_force(store::Store& store) {
  auto reader = publish::reader_of_environment();
  if (!reader) return pass(std::move(reader));
  reader->today = Day{};
  if (auto trusted = publish::trusted_root(store, *reader); !trusted) return pass(std::move(trusted));
  return {};
}

// Publishes the root after the one in force; `make` fills it in, given that one.
using Make = std::function<Result<trust::Root>(const trust::Root* before, const Run& run)>;

Result<RootReport> publish_next(const Flags& flags, Streams& streams, const Make& make) {
  const auto run = begin();
  if (!run) return tl::unexpected(run.error());
  const auto store = open_source(flags.network, flags.target);
  if (!store) return tl::unexpected(store.error());
  const auto published = publish::read_roots(**store);
  if (!published) return tl::unexpected(published.error());
  const trust::Root* const before = in_force(*published);
  if (before)
    if (auto good = check_in_force(**store); !good) return pass(std::move(good));
  auto root = make(before, *run);
  if (!root) return pass(std::move(root));
  root->serial = published->head + 1;
  if (before) root->revoked.insert(root->revoked.begin(), before->revoked.begin(), before->revoked.end());
  if (auto good = trust::check_root(*root); !good) return pass(std::move(good));
  const auto signer = signer_of(flags, *root, before);
  if (!signer) return tl::unexpected(signer.error());
  if (published->pending() && !streams.global.quiet)
    streams.err << "note: root " << root->serial << ", which waited for signatures, is replaced\n";
  for (const trust::DomainKeys& domain : root->domains)
    if (domain.signers.empty() && !streams.global.quiet)
      streams.err << "note: the domain `" << domain.name
                  << "` names no signers, so none of its releases will be accepted\n";
  auto change = publish::publish_root(**store, *root, *signer, run->options);
  if (!change) return pass(std::move(change));
  RootReport report{std::move(*change), {}, (*store)->url()};
  if (before) report.changes = trust::changes(*before, report.change.root);
  return report;
}

int tell_root(const Flags& flags, Streams& streams, const Result<RootReport>& report) {
  if (!report) return fail_root(flags.format, streams, report.error());
  print_root(streams, flags.format, *report);
  return kOk;
}

int run_init(const Flags& flags, Streams& streams) {
  auto report =
      publish_next(flags, streams, [&](const trust::Root* before, const Run& run) -> Result<trust::Root> {
        if (before)
          return mesh::fail(Fault::exists,
                            "the mesh `" + before->mesh + "` has a root there: root " +
                                std::to_string(before->serial) + " is in force",
                            "`mesh trust rotate` makes the next one");
        const auto mesh = load_mesh();
        if (!mesh) return tl::unexpected(mesh.error());
        return root_of(*mesh, flags, run.today);
      });
  if (report) report->pin_help = true;
  return tell_root(flags, streams, report);
}

tl::unexpected<Error> none_in_force() {
  return mesh::fail(Fault::not_found, "no root is in force there", "`mesh trust init` makes the first");
}

int run_rotate(const Flags& flags, Streams& streams) {
  return tell_root(
      flags, streams,
      publish_next(flags, streams, [&](const trust::Root* before, const Run& run) -> Result<trust::Root> {
        if (!before) return none_in_force();
        const auto mesh = load_mesh();
        if (!mesh) return tl::unexpected(mesh.error());
        return root_of(*mesh, flags, run.today);
      }));
}

bool names(const std::string& asked, const crypto::PublicKey& key) {
  return crypto::fingerprint(key) == asked;
}

// The key that is meant: a fingerprint of one that the root knows, or a .pub file.
Result<crypto::PublicKey> key_to_revoke(const std::string& asked, const trust::Root& root) {
  if (!asked.starts_with("SHA256:")) return key_file(asked);
  const auto find = [&](const std::vector<crypto::PublicKey>& keys) {
    const auto found =
        std::ranges::find_if(keys, [&](const crypto::PublicKey& key) { return names(asked, key); });
    return found == keys.end() ? nullptr : &*found;
  };
  if (const auto* const key = find(root.keys)) return *key;
  for (const trust::DomainKeys& domain : root.domains)
    if (const auto* const key = find(domain.signers)) return *key;
  for (const trust::Revoked& revoked : root.revoked)
    if (names(asked, revoked.key)) return revoked.key;
  return mesh::fail(Fault::not_found,
                    "root " + std::to_string(root.serial) + " names no key " + printable(asked),
                    "`mesh trust show` lists them; a key that it does not name is given as FILE.pub");
}

int run_revoke(const Flags& flags, Streams& streams) {
  return tell_root(
      flags, streams,
      publish_next(flags, streams, [&](const trust::Root* before, const Run& run) -> Result<trust::Root> {
        if (!before) return none_in_force();
        auto key = key_to_revoke(flags.revoked, *before);
        if (!key) return pass(std::move(key));
        if (const trust::Revoked* const revoked = before->revocation_of(*key))
          return mesh::fail(Fault::exists,
                            crypto::fingerprint(*key) + " is revoked already, since " + revoked->since);
        trust::Root root = *before;
        std::erase(root.keys, *key);
        for (trust::DomainKeys& domain : root.domains) std::erase(domain.signers, *key);
        if (root.threshold > root.keys.size())
          return mesh::fail(
              Fault::usage, "without " + crypto::fingerprint(*key) + " too few keys are left to sign a root",
              "name others under `root` in mesh.yaml and run `mesh trust rotate`, then revoke it");
        const auto expires = expiry(flags, run.today, before->expires);
        if (!expires) return tl::unexpected(expires.error());
        root.expires = *expires;
        root.revoked = {{std::move(*key), run.options.created, flags.reason.value_or("")}};
        return root;
      }));
}

// Whoever writes to the target could put another root there, so a root is signed because the mesh in this
// folder says the same, or because somebody looked at it and names it by its digest.
Result<void> check_against_mesh(const trust::SignedRoot& root, const trust::Root* before, Day today) {
  const std::string name = "root " + std::to_string(root.root.serial);
  const std::string help =
      "look at it with `mesh trust show`; `--digest " + root.digest + "` signs it whatever this mesh says";
  const auto mesh = load_mesh();
  if (!mesh && mesh.error().fault == Fault::not_found)
    return mesh::fail(Fault::usage, "there is no mesh.yaml here to compare " + name + " with", help);
  if (!mesh) return tl::unexpected(mesh.error());
  auto said = root_of(*mesh, {}, today);
  if (!said) return mesh::fail(said.error().fault, said.error().message, help);
  if (before) said->revoked = before->revoked;
  std::vector<std::string> differences = trust::changes(*said, root.root);
  if (said->mesh != root.root.mesh) differences.push_back("it is of the mesh `" + root.root.mesh + "`");
  if (differences.empty()) return {};
  return mesh::fail(Fault::conflict, name + " is not what this mesh says: " + join(differences, ", "), help);
}

int run_sign(const Flags& flags, Streams& streams) {
  const auto sign = [&]() -> Result<RootReport> {
    const auto run = begin();
    if (!run) return tl::unexpected(run.error());
    const auto store = open_source(flags.network, flags.target);
    if (!store) return tl::unexpected(store.error());
    const auto published = publish::read_roots(**store);
    if (!published) return tl::unexpected(published.error());
    if (published->roots.empty())
      return mesh::fail(Fault::not_found, "no root is published there", "`mesh trust init` makes the first");
    const trust::SignedRoot& newest = published->roots.back();
    const trust::SignedRoot* const before = published->with_serial(newest.root.serial - 1);
    const auto signer = signer_of(flags, newest.root, before ? &before->root : nullptr);
    if (!signer) return tl::unexpected(signer.error());
    if (!*signer)
      return mesh::fail(Fault::usage, "no key is given to sign with",
                        "`--sign-key FILE`, or `--sign-key agent`");
    if (before)
      if (auto good = check_in_force(**store); !good) return pass(std::move(good));
    const bool waits = published->pending() != nullptr;
    if (!flags.digest && waits)
      if (auto good = check_against_mesh(newest, before ? &before->root : nullptr, run->today); !good)
        return pass(std::move(good));
    auto change = publish::sign_root(**store, **signer, flags.digest.value_or(newest.digest), run->options);
    if (!change) return pass(std::move(change));
    RootReport report{std::move(*change), {}, (*store)->url(), newest.root.serial == 1};
    if (before) report.changes = trust::changes(before->root, report.change.root);
    return report;
  };
  return tell_root(flags, streams, sign());
}

tl::unexpected<Error> nothing_in_force(const store::Store& store) {
  return mesh::fail(Fault::not_found, "no root is in force at " + store.url(),
                    "`mesh trust init` makes the first");
}

// Looks at no pins: the shell has emptied the file that `> trust.yaml` is about to fill.
int run_show_pin(const Flags& flags, Streams& streams) {
  const auto store = open_source(flags.network, flags.target);
  if (!store) return fail(streams, store.error());
  const auto published = publish::read_roots(**store);
  if (!published) return fail(streams, published.error());
  if (!in_force(*published)) return fail(streams, nothing_in_force(**store).value());
  print_pin(streams, *in_force(*published), (*store)->url());
  return kOk;
}

int run_show(const Flags& flags, Streams& streams) {
  if (flags.format == "pin") return run_show_pin(flags, streams);
  const auto store = open_source(flags.network, flags.target);
  if (!store) return fail_trust(flags.format, streams, store.error());
  const auto reader = publish::reader_of_environment();
  if (!reader) return fail_trust(flags.format, streams, reader.error());
  auto published = publish::read_roots(**store);
  if (!published) return fail_trust(flags.format, streams, published.error());
  TrustReport report{std::move(*published),
                     trust::pins_for(reader->pins, trust::place_of((*store)->url())),
                     reader->pins_path,
                     (*store)->url(),
                     {}};
  if (report.published.roots.empty() && report.pins.empty())
    return fail_trust(flags.format, streams, nothing_in_force(**store).value());
  const auto trusted = publish::trusted_root(**store, *reader);
  if (!trusted) report.problem = trusted.error().message;
  if (trusted && *trusted && !(*trusted)->warning.empty())
    streams.err << "warning: " << printable((*trusted)->warning) << "\n";
  print_trust(streams, flags.format, report);
  streams.out.flush();
  return trusted ? int(kOk) : fail(streams, trusted.error());
}

// ---- the commands as data

Option target_option(Flags& flags, const std::string& name) {
  return {name,
          "TARGET",
          "name of a target in mesh.yaml, URL or folder; may be left out when mesh.yaml has one target",
          &flags.target,
          {},
          Hint::target};
}

Option format_option(Flags& flags, std::vector<std::string> formats = {"text", "json"}) {
  return {"--format", "NAME", "how to print the result", &flags.format, std::move(formats)};
}

Option expires_option(Flags& flags, const std::string& otherwise) {
  return {"--expires", "DAY", "the last day it holds, such as 2027-12-31; without it " + otherwise,
          &flags.expires};
}

std::vector<Option> root_options(Flags& flags) {
  return {target_option(flags, "--to"),
          {"--key",
           "FILE",
           "a public key of the root; without it those under `root` in mesh.yaml",
           &flags.keys,
           {},
           Hint::file},
          {"--threshold", "N", "how many of the keys must sign a root; without it what mesh.yaml says, or 1",
           &flags.threshold},
          expires_option(flags, "a year from now"),
          sign_key_option(flags.sign_key),
          format_option(flags)};
}

Command command(const std::string& name, const std::string& summary, int (*run)(const Flags&, Streams&),
                std::vector<Option> (*options)(Flags&)) {
  const auto flags = std::make_shared<Flags>();
  return with_network({.name = name,
                       .summary = summary,
                       .options = options(*flags),
                       .run = [flags, run](Streams& streams) { return run(*flags, streams); }},
                      flags->network);
}

std::vector<Option> sign_options(Flags& flags) {
  return {
      target_option(flags, "--to"),
      sign_key_option(flags.sign_key),
      {"--digest", "DIGEST", "sign only if the root is this one, which you have looked at", &flags.digest},
      format_option(flags)};
}

std::vector<Option> show_options(Flags& flags) {
  return {target_option(flags, "--from"), format_option(flags, {"text", "json", "pin"})};
}

std::vector<Option> revoke_options(Flags& flags) {
  return {{"KEY",
           "KEY",
           "fingerprint (SHA256:…) of a key that the root names, or a .pub file",
           &flags.revoked,
           {},
           Hint::file,
           true},
          target_option(flags, "--to"),
          {"--reason", "TEXT", "why, for those who read the root", &flags.reason},
          expires_option(flags, "that of the root before it"),
          sign_key_option(flags.sign_key),
          format_option(flags)};
}

}  // namespace

Command trust() {
  return {
      .name = "trust",
      .summary = "publish who may sign for each domain, and see whom you trust",
      .group = kPublish,
      .commands = {command("init", "publish the first root of trust", run_init, root_options),
                   command("sign", "add a signature to the root that waits for some", run_sign, sign_options),
                   command("show", "show the root that is published and those that are pinned", run_show,
                           show_options),
                   command("rotate", "publish the next root: other keys, other domains, a later end",
                           run_rotate, root_options),
                   command("revoke", "publish a root in which a key counts no longer", run_revoke,
                           revoke_options)},
  };
}

}  // namespace mesh::cmd
