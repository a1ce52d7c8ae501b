#include "cmd/commands.hpp"
#include "cmd/publishing.hpp"
#include "cmd/signals.hpp"
#include "cmd/target_stores.hpp"
#include "cmd/trusting.hpp"
#include "core/config/user_folders.hpp"
#include "core/publish/promote.hpp"
#include "core/publish/seen.hpp"

#include <memory>

namespace mesh::cmd {
namespace {

struct Flags : ChangeFlags {
  std::string release, to;
  bool allow_snapshot = false, require_signature = false;
};

int run(const Flags& flags, Streams& streams) {
  const SignalWatch watch;
  const auto wanted = publish::parse_wanted(flags.release);
  if (!wanted) return fail(streams, wanted.error());
  if (flags.release.find('@') == std::string::npos)
    return fail(streams, {Fault::usage, "`" + flags.release + "` names no version",
                          "write DOMAIN/PRODUCT@1.2.0, or @latest for the newest"});
  const publish::Identity& identity = wanted->identity;
  auto source = TargetStores::find(flags.network, flags.from);
  if (!source) return fail_with(flags.format, streams, source.error());
  const auto from = source->of(identity.domain);
  if (!from) return fail_with(flags.format, streams, from.error());
  const auto to = Sources(flags.network).open(flags.to, identity.domain, true);
  if (!to) return fail_with(flags.format, streams, to.error());
  const auto root = source->root_to_check(**from, flags.require_signature, streams);
  if (!root) return fail_with(flags.format, streams, root.error());
  const publish::Seen seen(config::user_state_folder());
  const auto check = [&](const oci::Index& index, const oci::Descriptor& release) -> Result<void> {
    if (auto good = seen.check((*from)->url(), identity, index.rev); !good || !*root) return good;
    auto signer = publish::check_signed(**from, identity, index, release, **root);
    if (signer) return {};
    return std::move(signer).error().in("`" + identity.prefix() + " " + publish::version_of(release) + "`");
  };
  auto receipt = publish::promote(**from, **to, *wanted, flags.allow_snapshot, options_of(flags), check);
  if (!receipt) return fail_with(flags.format, streams, receipt.error());
  return tell_changes(flags, streams, **to, identity, std::vector{std::move(*receipt)});
}

}  // namespace

Command promote() {
  const auto flags = std::make_shared<Flags>();
  Command command{
      .name = "promote",
      .summary = "copy a release to another target, as it is",
      .group = kPublish,
      .options = {{"RELEASE",
                   "RELEASE",
                   "DOMAIN/PRODUCT@VERSION, also with a range, `latest` or a digest after the @",
                   &flags->release,
                   {},
                   Hint::none,
                   true},
                  {"--from",
                   "TARGET",
                   "where it is: name of a target in mesh.yaml, URL or folder",
                   &flags->from,
                   {},
                   Hint::target,
                   true},
                  {"--to", "TARGET", "where it goes", &flags->to, {}, Hint::target, true},
                  {"--allow-snapshot", "", "promote also what may be replaced at any time",
                   &flags->allow_snapshot},
                  require_signature_option(flags->require_signature),
                  {"-n,--dry-run", "", "show what would change, and write nothing", &flags->dry_run},
                  {"--format", "NAME", "how to print the result", &flags->format, {"text", "json"}}},
      .run = [flags](Streams& streams) { return run(*flags, streams); }};
  return with_network(std::move(command), flags->network);
}

}  // namespace mesh::cmd
