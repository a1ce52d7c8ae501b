#include "cmd/commands.hpp"
#include "cmd/publishing.hpp"
#include "cmd/signals.hpp"
#include "core/base/strings.hpp"
#include "core/publish/lifecycle.hpp"

#include <memory>
#include <ostream>

namespace mesh::cmd {
namespace {

struct Flags : ChangeFlags {
  std::string product;
  std::optional<std::string> reason, replacement;
  bool undo = false;
};

// nullopt: it is to be taken back.
Result<std::optional<publish::Retirement>> retirement_of(const Flags& flags,
                                                         const publish::Identity& identity) {
  if (flags.undo && (flags.reason || flags.replacement))
    return mesh::fail(Fault::usage, "`--undo` goes with neither `--reason` nor `--replacement`");
  if (flags.undo) return std::nullopt;
  if (!flags.reason || trim(*flags.reason).empty())
    return mesh::fail(Fault::usage, "`mesh retire` needs `--reason TEXT`",
                      "people who rely on the product read it; `--undo` takes an end back");
  if (auto good = check_reason(*flags.reason); !good) return pass(std::move(good));
  publish::Retirement retirement{*flags.reason, flags.replacement.value_or("")};
  if (flags.replacement) {
    auto replacement = publish::parse_identity(*flags.replacement);
    if (!replacement) return std::move(replacement).error().in("`--replacement`");
    if (*replacement == identity)
      return mesh::fail(Fault::usage, "`" + identity.prefix() + "` cannot replace itself");
  }
  return std::optional(std::move(retirement));
}

void warn_of_replacement(Streams& streams, store::Store& store, const std::string& replacement) {
  const auto identity = publish::parse_identity(replacement);
  const auto stored = publish::read_stored(store, *identity);
  if (stored && !*stored)
    streams.err << "warning: the replacement `" << replacement << "` is not published there\n";
  else if (stored && publish::retirement_of((*stored)->index))
    streams.err << "warning: the replacement `" << replacement << "` is retired itself\n";
}

int run(const Flags& flags, Streams& streams) {
  const SignalWatch watch;
  const auto identity = publish::parse_identity(flags.product);
  if (!identity) return fail(streams, identity.error());
  const auto retirement = retirement_of(flags, *identity);
  if (!retirement) return fail(streams, retirement.error());
  const auto store = open_source(flags.network, flags.from, identity->domain);
  if (!store) return fail_with(flags.format, streams, store.error());
  if (*retirement && !(*retirement)->replacement.empty())
    warn_of_replacement(streams, **store, (*retirement)->replacement);
  return tell_changes(flags, streams, **store, *identity,
                      publish::retire(**store, *identity, *retirement, options_of(flags)));
}

}  // namespace

Command retire() {
  const auto flags = std::make_shared<Flags>();
  Command command{
      .name = "retire",
      .summary = "say that a published product has come to its end",
      .group = kPublish,
      .options = {{"PRODUCT", "PRODUCT", "DOMAIN/PRODUCT", &flags->product, {}, Hint::none, true},
                  {"--reason", "TEXT", "why; readers are told", &flags->reason},
                  {"--replacement", "DOMAIN/PRODUCT", "what to use in its place", &flags->replacement},
                  {"--undo", "", "take the end back", &flags->undo}},
      .run = [flags](Streams& streams) { return run(*flags, streams); }};
  for (Option& option : change_options(*flags)) command.options.push_back(std::move(option));
  return with_network(std::move(command), flags->network);
}

}  // namespace mesh::cmd
