#include "cmd/commands.hpp"
#include "cmd/confirm.hpp"
#include "cmd/publishing.hpp"
#include "cmd/signals.hpp"
#include "core/model/version.hpp"
#include "core/publish/lifecycle.hpp"

#include <algorithm>
#include <memory>

namespace mesh::cmd {
namespace {

struct Flags : ChangeFlags {
  std::string product, reason;
  std::optional<std::string> version;
  bool yes = false;
};

// The version may stand at the product, as everywhere, or in an option of its own.
Result<publish::Wanted> wanted_of(const Flags& flags) {
  if (!flags.version) return parse_release(flags.product);
  if (flags.product.find('@') != std::string::npos)
    return mesh::fail(Fault::usage, "the version is given twice: after the @ and by `--to-version`");
  return parse_release(flags.product + "@" + *flags.version);
}

int run(const Flags& flags, Streams& streams) {
  const auto wanted = wanted_of(flags);
  if (!wanted) return fail(streams, wanted.error());
  if (const auto good = check_reason(flags.reason); !good) return fail(streams, good.error());
  const auto store = open_source(flags.network, flags.from, wanted->identity.domain);
  if (!store) return fail_with(flags.format, streams, store.error());
  const publish::Identity& identity = wanted->identity;
  publish::Options options = options_of(flags);
  const std::string reason = flags.reason.empty() ? "rolled back to " + wanted->version : flags.reason;

  options.dry_run = true;
  auto told = publish::roll_back(**store, identity, wanted->version, reason, options);
  if (told && !flags.dry_run) {
    std::string versions;
    for (const publish::Receipt& receipt : *told)
      if (receipt.action == publish::Action::updated)
        versions += (versions.empty() ? "" : ", ") + receipt.version;
    if (!versions.empty()) {
      const auto confirmed = confirm(
          streams, "This yanks " + versions + " of `" + identity.prefix() + "` at " + (*store)->url() + ".",
          identity.prefix(), flags.yes);
      if (!confirmed) return fail(streams, confirmed.error());
      const SignalWatch watch;
      options.dry_run = false;
      told = publish::roll_back(**store, identity, wanted->version, reason, options);
      return tell_changes(flags, streams, **store, identity, std::move(told));
    }
  }
  return tell_changes(flags, streams, **store, identity, std::move(told));
}

}  // namespace

Command rollback() {
  const auto flags = std::make_shared<Flags>();
  Command command{.name = "rollback",
                  .summary = "go back to an older version, by yanking all that are newer",
                  .group = kPublish,
                  .options = {{"PRODUCT",
                               "PRODUCT",
                               "DOMAIN/PRODUCT@VERSION, the version that is to be the newest again",
                               &flags->product,
                               {},
                               Hint::none,
                               true},
                              {"--to-version", "VERSION", "the version, where it is not given after an @",
                               &flags->version},
                              {"--reason", "TEXT", "why; readers are told", &flags->reason},
                              {"--yes", "", "do it without asking", &flags->yes}},
                  .run = [flags](Streams& streams) { return run(*flags, streams); }};
  for (Option& option : change_options(*flags)) command.options.push_back(std::move(option));
  return with_network(std::move(command), flags->network);
}

}  // namespace mesh::cmd
