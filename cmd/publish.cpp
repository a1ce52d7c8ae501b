#include "cmd/commands.hpp"
#include "cmd/publishing.hpp"
#include "cmd/signals.hpp"
#include "cmd/signing.hpp"
#include "core/base/strings.hpp"
#include "core/publish/journal.hpp"

#include <cstdlib>
#include <memory>
#include <ostream>
#include <set>

namespace mesh::cmd {
namespace {

// One line that is written over again, on a terminal only.
class Progress {
 public:
  Progress(Streams& streams, size_t all) : streams_(streams), all_(all) {
    const char* const terminal = std::getenv("TERM");
    shown_ =
        streams.err_is_terminal && !streams.global.quiet && terminal && std::string_view(terminal) != "dumb";
  }
  ~Progress() {
    if (shown_) streams_.err << "\r\x1b[K" << std::flush;
  }
  void step(const publish::Receipt& receipt) {
    ++done_;
    if (shown_)
      streams_.err << "\r\x1b[K" << done_ << "/" << all_ << " " << printable(receipt.identity.prefix())
                   << std::flush;
  }

 private:
  Streams& streams_;
  size_t all_, done_ = 0;
  bool shown_ = false;
};

std::vector<publish::Receipt> applied(const PublishFlags& flags, Streams& streams, const Prepared& prepared,
                                      const publish::Options& options) {
  std::vector<publish::Job> jobs;
  for (size_t i = 0; i < prepared.collected.releases.size(); ++i)
    jobs.push_back({&prepared.collected.releases[i], prepared.store_of[i]});
  Progress progress(streams, jobs.size());
  publish::Run run = publish::apply_all(jobs, options, jobs_at_once(flags, prepared),
                                        [&](const publish::Receipt& receipt) { progress.step(receipt); });
  for (const std::string& warning : run.warnings) streams.err << "warning: " << printable(warning) << "\n";
  return std::move(run.receipts);
}

int run(const PublishFlags& flags, Streams& streams) {
  if (flags.dry_run) return run_plan(flags, streams);
  if (flags.exit_code) return fail(streams, {Fault::usage, "`--exit-code` is for `--dry-run`", ""});
  auto prepared = prepare(flags, Checked::yes);
  if (!prepared) return fail_with(flags.format, streams, prepared.error());
  const auto options = options_of(flags, *prepared->workspace);
  if (!options) return fail_with(flags.format, streams, options.error());
  seal(*prepared, flags);
  tell_left_out(streams, prepared->collected.left_out);

  const SignalWatch watch;
  publish::Journal::sweep(options->journals);
  auto receipts = applied(flags, streams, *prepared, *options);
  for (size_t i = 0; i < receipts.size(); ++i) receipts[i].target = prepared->store_of[i]->url();
  std::set<store::Store*> written;
  for (size_t i = 0; i < receipts.size(); ++i)
    if (has_written(receipts[i])) written.insert(prepared->store_of[i]);
  tell_weakness(streams, written);
  const int code = tell(flags.format, streams, prepared->target, std::move(receipts));
  return signal_caught() != 0 ? 128 + signal_caught() : code;
}

}  // namespace

Command publish() {
  const auto flags = std::make_shared<PublishFlags>();
  Command command{
      .name = "publish",
      .summary = "publish products to a target, each version once and for all",
      .group = kPublish,
      .options = release_options(*flags),
      .run =
          [flags](Streams& streams) {
            flags->is_publisher = !flags->dry_run;
            return run(*flags, streams);
          },
  };
  command.options.push_back(
      {"-n,--dry-run", "", "show what would change, and write nothing", &flags->dry_run});
  command.options.push_back(
      {"--exit-code", "", "with --dry-run, exit with 1 when something would change", &flags->exit_code});
  command.options.push_back({"--skip-existing", "",
                             "a version that exists with other content is left alone, and no failure",
                             &flags->skip_existing});
  command.options.push_back(
      {"--resume", "", "do not put again what a run that was killed has put", &flags->resume});
  command.options.push_back(sign_key_option(flags->sign_key));
  return with_network(std::move(command), flags->network, &flags->jobs);
}

}  // namespace mesh::cmd
