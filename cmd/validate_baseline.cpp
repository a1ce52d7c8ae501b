#include "cmd/validate_baseline.hpp"

#include "core/base/files.hpp"
#include "core/base/strings.hpp"

#include <sys/stat.h>

#include <ostream>

namespace mesh::cmd {
namespace {

bool is_there(const std::string& path) {
  struct stat about {};
  return ::lstat(path.c_str(), &about) == 0;
}

std::string shown(const BaselineFile& baseline) { return "`" + printable(baseline.path) + "`"; }

}  // namespace

std::vector<Option> baseline_options(BaselineFlags& flags) {
  return {
      {"--baseline",
       "FILE",
       "findings listed there are counted, not shown; without it that of mesh.yaml",
       &flags.file,
       {},
       Hint::file},
      {"--update-baseline", "",
       "write the baseline where it is not there, else drop from it what no longer occurs", &flags.update},
      {"--no-baseline", "", "show also what the baseline of mesh.yaml lists", &flags.none}};
}

Result<void> check_baseline_flags(const BaselineFlags& flags) {
  if (flags.none && (flags.file || flags.update))
    return fail(Fault::usage, std::string("`--no-baseline` and `") +
                                  (flags.file ? "--baseline" : "--update-baseline") + "` exclude each other");
  return {};
}

Result<void> update_baseline(const workspace::Workspace& workspace, const rules::Selection& selection,
                             std::vector<Finding>& findings, const std::optional<BaselineFile>& baseline,
                             Streams& streams) {
  if (!baseline)
    return fail(Fault::usage, "`--update-baseline` is not told which file",
                "name it with `--baseline FILE`, or in mesh.yaml under `baseline`");
  const auto say = [&](const std::string& sentence) {
    if (!streams.global.quiet) streams.err << "note: " << sentence << "\n";
  };
  if (!baseline->contents) {
    const auto made = rules::Baseline::of(workspace, findings, baseline->folder());
    if (auto written = create_file(baseline->absolute, made.text(), Sync::yes); !written)
      return std::move(written).error().in("the baseline");
    made.apply(workspace, findings);
    say("wrote " + count_of(made.size(), "finding") + " to the baseline " + shown(*baseline));
    return {};
  }
  rules::Baseline left = *baseline->contents;
  const size_t dropped = left.shrink(workspace, selection, findings, is_there);
  if (dropped == 0) {
    say("all that the baseline " + shown(*baseline) + " lists still occurs");
    return {};
  }
  if (auto written = replace_file(baseline->absolute, left.text(), Sync::yes); !written)
    return std::move(written).error().in("the baseline");
  say("dropped " + count_of(dropped, "finding") + " from the baseline " + shown(*baseline) + ", " +
      std::to_string(left.size()) + " left");
  return {};
}

void tell_stale_baseline(const workspace::Workspace& workspace, const rules::Selection& selection,
                         const std::vector<Finding>& findings, const BaselineFile& baseline,
                         Streams& streams) {
  if (streams.global.quiet || !baseline.contents) return;
  rules::Baseline left = *baseline.contents;
  const size_t gone = left.shrink(workspace, selection, findings, is_there);
  if (gone > 0)
    streams.err << "note: " << count_of(gone, "finding") << " of the baseline " << shown(baseline)
                << " no longer occur" << (gone == 1 ? "s" : "") << "; `--update-baseline` drops "
                << (gone == 1 ? "it" : "them") << "\n";
}

}  // namespace mesh::cmd
