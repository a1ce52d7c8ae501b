#include "cmd/commands.hpp"
#include "cmd/publishing.hpp"
#include "cmd/signals.hpp"
#include "core/publish/lifecycle.hpp"

#include <memory>

namespace mesh::cmd {
namespace {

struct Flags : ChangeFlags {
  std::string release, reason;
};

int run(const Flags& flags, Streams& streams, bool yanks) {
  const SignalWatch watch;
  if (flags.release.ends_with("@snapshot"))
    return fail(streams, {Fault::usage, "a snapshot is never yanked, as the next publish replaces it",
                          "publish another one in its place"});
  const auto wanted = parse_release(flags.release);
  if (!wanted) return fail(streams, wanted.error());
  if (const auto good = check_reason(flags.reason); !good) return fail(streams, good.error());
  const auto store = open_source(flags.network, flags.from, wanted->identity.domain);
  if (!store) return fail_with(flags.format, streams, store.error());
  const publish::Options options = options_of(flags);
  return tell_changes(flags, streams, **store, wanted->identity,
                      yanks ? publish::yank(**store, wanted->identity, wanted->version, flags.reason, options)
                            : publish::unyank(**store, wanted->identity, wanted->version, options));
}

Command command_of(const std::shared_ptr<Flags>& flags, bool yanks) {
  Command command{.name = yanks ? "yank" : "unyank",
                  .summary = yanks ? "withdraw a published version" : "take back that a version was yanked",
                  .group = kPublish,
                  .options = {{"RELEASE",
                               "RELEASE",
                               "DOMAIN/PRODUCT@VERSION, or the digest of a manifest after the @",
                               &flags->release,
                               {},
                               Hint::none,
                               true}},
                  .run = [flags, yanks](Streams& streams) { return run(*flags, streams, yanks); }};
  if (yanks) command.options.push_back({"--reason", "TEXT", "why; readers are told", &flags->reason});
  for (Option& option : change_options(*flags)) command.options.push_back(std::move(option));
  return with_network(std::move(command), flags->network);
}

}  // namespace

Command yank() { return command_of(std::make_shared<Flags>(), true); }
Command unyank() { return command_of(std::make_shared<Flags>(), false); }

}  // namespace mesh::cmd
