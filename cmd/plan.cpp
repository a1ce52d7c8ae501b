#include "cmd/commands.hpp"
#include "cmd/publishing.hpp"
#include "core/base/parallel.hpp"

#include <algorithm>
#include <memory>

namespace mesh::cmd {

int run_plan(const PublishFlags& flags, Streams& streams) {
  auto prepared = prepare(flags, Checked::yes);
  if (!prepared) return fail_with(flags.format, streams, prepared.error());
  const auto options = options_of(flags, *prepared->workspace);
  if (!options) return fail_with(flags.format, streams, options.error());
  seal(*prepared, flags);
  tell_left_out(streams, prepared->collected.left_out);

  std::vector<publish::Receipt> receipts(prepared->collected.releases.size());
  for_each_index(receipts.size(), jobs_at_once(flags, *prepared), [&](size_t i) {
    receipts[i] = publish::plan(*prepared->store_of[i], prepared->collected.releases[i], *options);
    receipts[i].target = prepared->store_of[i]->url();
  });
  const bool pending = std::ranges::any_of(receipts, [](const publish::Receipt& receipt) {
    return receipt.action == publish::Action::created || receipt.action == publish::Action::updated;
  });
  const int code = tell(flags.format, streams, prepared->target, std::move(receipts));
  return flags.exit_code && pending ? worst(code, kFindings) : code;
}

Command plan() {
  const auto flags = std::make_shared<PublishFlags>();
  Command command{
      .name = "plan",
      .summary = "show what publishing would change",
      .group = kPublish,
      .options = release_options(*flags),
      .run = [flags](Streams& streams) { return run_plan(*flags, streams); },
  };
  command.options.push_back({"--skip-existing", "", "a version that exists with other content is no failure",
                             &flags->skip_existing});
  command.options.push_back(
      {"--exit-code", "", "exit with 1 when something would change", &flags->exit_code});
  return with_network(std::move(command), flags->network, &flags->jobs);
}

}  // namespace mesh::cmd
