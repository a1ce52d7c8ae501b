#include "cmd/changed.hpp"
#include "cmd/commands.hpp"

#include "cmd/validate_baseline.hpp"
#include "cmd/validate_fix.hpp"
#include "core/base/strings.hpp"
#include "core/report/report.hpp"
#include "core/rules/engine.hpp"
#include "core/workspace/workspace.hpp"

#include <algorithm>
#include <memory>
#include <ostream>

namespace mesh::cmd {
namespace {

struct Flags {
  std::vector<std::string> paths, only, levels;
  std::string format = "text", fail_on = "error";
  std::optional<std::string> changed;  // the revision; "": the one that the branch is merged into
  unsigned jobs = 0;
  bool allow_empty = false;
  FixFlags fix;
  BaselineFlags baseline;
};

// "id/duplicate=warning"; the rule may be a glob.
Result<model::LevelSetting> read_setting(const std::string& text) {
  const size_t equals = text.rfind('=');
  if (equals == std::string::npos || equals == 0)
    return mesh::fail(Fault::usage, "`--rule` takes RULE=LEVEL, not `" + text + "`",
                      "for instance id/duplicate=warning");
  const std::string name = text.substr(equals + 1);
  const auto level = level_named(name);
  if (level) return model::LevelSetting{text.substr(0, equals), *level, {}};
  const std::vector<std::string> known{"error", "warning", "note", "off"};
  const auto near = nearest(name, known);
  return mesh::fail(Fault::usage, "`" + name + "` in `--rule " + text + "` is not a level",
                    (near ? "did you mean `" + *near + "`? " : "") + "the levels are " + join(known, ", "));
}

Result<rules::Selection> read_selection(const Flags& flags) {
  rules::Selection selection{flags.only, {}};
  const auto today = day_of_run();
  if (!today) return tl::unexpected(today.error());
  selection.today = *today;
  for (const std::string& text : flags.levels) {
    auto setting = read_setting(text);
    if (!setting) return pass(std::move(setting));
    selection.settings.push_back(std::move(*setting));
  }
  if (auto known = rules::check_selection(selection); !known) return pass(std::move(known));
  return selection;
}

bool is_reached(const std::string& fail_on, const report::Summary& summary) {
  if (fail_on == "never") return false;
  return summary.errors > 0 || (fail_on == "warning" && summary.warnings > 0);
}

// Whoever reads our JSON gets a document also when there is nothing to report on.
int fail_empty(const Flags& flags, Streams& streams, const Error& error) {
  if (flags.format == "json" && error.fault != Fault::usage && error.fault != Fault::internal)
    report::write(streams.out, report::Format::json, {}, {}, {}, {});
  return fail(streams, error);
}

Error nothing_checked(const Flags& flags) {
  const std::string where =
      flags.paths.empty() ? "below this folder" : "in `" + join(flags.paths, "`, `") + "`";
  return {Fault::not_found, "nothing was checked: there is no manifest " + where,
          "`mesh init` makes a mesh; `--allow-empty` makes this a success"};
}

// What there is to tell, the baseline put aside.
Result<Judged> check(const Flags& flags, const rules::Selection& selection, const workspace::Options& options,
                      std::optional<BaselineFile>& baseline) {
  auto workspace = workspace::load(options);
  if (!workspace)
    return tl::unexpected<Error>(with_revision_hint(workspace.error(), flags.changed, flags.paths));
  const bool is_empty = workspace->manifests == 0;
  if (flags.changed)
    if (auto narrowed = report_changes(*workspace, *flags.changed, flags.jobs); !narrowed)
      return pass(std::move(narrowed));
  auto found = find_baseline(*workspace, flags.baseline.file);
  if (!found) return pass(std::move(found));
  baseline = std::move(*found);
  const bool is_to_be_written = flags.baseline.update && baseline && !baseline->contents;
  auto findings = evaluate(*workspace, selection, options.jobs, is_to_be_written ? std::nullopt : baseline);
  if (!findings) return pass(std::move(findings));
  drop_unsure_fixes(*workspace, *findings);
  return Judged{std::move(*workspace), std::move(*findings), is_empty};
}

// Findings of the baseline are only counted, but for who reads all of it by a program.
void print(const Flags& flags, const Judged& checked, const report::Summary& summary, std::ostream& out,
           const report::Style& style) {
  const auto format = report::format_named(flags.format).value_or(report::Format::text);
  const auto is_listed = [](const Finding& finding) { return finding.waiver && finding.waiver->baseline; };
  if (format == report::Format::json || std::ranges::none_of(checked.findings, is_listed))
    return report::write(out, format, checked.findings, summary, checked.workspace, style);
  std::vector<Finding> shown = checked.findings;
  std::erase_if(shown, is_listed);
  report::write(out, format, shown, summary, checked.workspace, style);
}

void say_summary(const Flags& flags, const Judged& checked, const report::Summary& summary, Streams& streams) {
  if (flags.format == "json" || streams.global.quiet) return;
  const auto& base = checked.workspace.base;
  streams.err << (base ? changes_line(summary, *base) : summary_line(summary)) << "\n";
  if (const size_t fixable = count_fixable(checked.workspace, checked.findings, false); fixable > 0)
    streams.err << fixable << " can be fixed with `--fix`\n";
}

void say_fixed(const FixFlags& flags, const Fixed& fixed, Streams& streams) {
  if (fixed.refused > 0)
    streams.err << "warning: " << count_of(fixed.refused, "fix") << (fixed.refused == 1 ? " was" : "es were")
                << " not made: more would have changed than was meant, which is a bug in `mesh`\n";
  if (streams.global.quiet || fixed.made == 0) return;
  streams.err << (flags.dry_run ? "would fix " : "fixed ") << count_of(fixed.made, "finding") << " in "
              << count_of(fixed.files.size(), "file") << "\n";
}

int run(const Flags& flags, Streams& streams) {
  if (const auto good = check_fix_flags(flags.fix, flags.paths); !good) return fail(streams, good.error());
  const auto selection = read_selection(flags);
  if (!selection) return fail_empty(flags, streams, selection.error());
  const bool reads_input = std::ranges::find(flags.paths, "-") != flags.paths.end();
  if (streams.in_is_terminal && !streams.global.quiet && reads_input)
    streams.err << "reading a manifest from standard input, end it with Ctrl-D\n";
  workspace::Options options;
  options.paths = flags.paths;
  options.jobs = flags.jobs;
  options.on_document = rules::document_hook(*selection);
  std::optional<BaselineFile> baseline;
  const auto check_once = [&](const workspace::Options& how) { return check(flags, *selection, how, baseline); };

  Judged checked;
  int code = kOk;
  std::ostream* out = &streams.out;
  if (flags.fix.fix) {
    auto fixed = find_fixes(options, flags.fix, check_once);
    if (!fixed) return fail_empty(flags, streams, fixed.error());
    if (flags.fix.dry_run)
      print_diff(*fixed, streams);
    else
      code = write_fixes(*fixed, streams);
    if (const auto input = fixed->left.workspace.input; input && !flags.fix.dry_run) {
      // What is left goes where talk goes: the fixed text is the result.
      streams.out << fixed->left.workspace.kept_texts[*input];
      out = &streams.err;
    }
    say_fixed(flags.fix, *fixed, streams);
    checked = std::move(fixed->left);
  } else {
    auto once = check_once(options);
    if (!once) return fail_empty(flags, streams, once.error());
    checked = std::move(*once);
  }
  if (flags.baseline.update)
    if (const auto updated = update_baseline(checked.workspace, *selection, checked.findings, baseline, streams); !updated)
      return fail_empty(flags, streams, updated.error());
  const report::Summary summary = report::summarize(checked.findings, checked.workspace);
  const bool is_empty = checked.is_empty && !flags.allow_empty;
  if (checked.findings.empty() && is_empty)
    return fail_empty(flags, streams, nothing_checked(flags));

  const report::Style style{streams.out_is_terminal ? std::max(streams.width, 60u) : 120, streams.color_out};
  if (!flags.fix.dry_run) print(flags, checked, summary, *out, style);
  streams.out.flush();
  say_summary(flags, checked, summary, streams);
  if (baseline && !flags.baseline.update && flags.format != "json")
    tell_stale_baseline(checked.workspace, *selection, checked.findings, *baseline, streams);
  if (is_reached(flags.fail_on, summary)) code = worst(code, kFindings);
  if (is_empty) return worst(code, fail(streams, nothing_checked(flags)));
  return code;
}

}  // namespace

Command validate() {
  const auto flags = std::make_shared<Flags>();
  std::vector<Option> fixing = fix_options(flags->fix), baselines = baseline_options(flags->baseline);
  Command command{
      .name = "validate",
      .aliases = {"lint"},
      .summary = "check manifests: syntax, schemas, rules, the whole graph",
      .group = kCheck,
      .options =
          {{"PATH",
            "PATH",
            "files and folders to report on, `-` is standard input; without it the mesh around this folder",
            &flags->paths,
            {},
            Hint::file},
           {"--format", "NAME", "how to print findings", &flags->format, report::names()},
           {"--changed",
            "REV",
            "report only on what changed since the branch left REV, and on what depends on it; without REV the "
            "branch that it is to be merged into",
            &flags->changed,
            {},
            Hint::none,
            false,
            "",
            true},
           {"--fail-on",
            "LEVEL",
            "from which level on the exit code is 1",
            &flags->fail_on,
            {"error", "warning", "never"}},
           {"--only",
            "GLOB",
            "run just the matching rules, also those that are off",
            &flags->only,
            {},
            Hint::rule},
           {"--rule",
            "RULE=LEVEL",
            "set a level: error, warning, note or off",
            &flags->levels,
            {},
            Hint::rule},
           {"-j,--jobs",
            "N",
            "threads; without it one for each core",
            &flags->jobs,
            {},
            Hint::none,
            false,
            "MESH_JOBS"},
           {"--allow-empty", "", "finding no manifest is a success", &flags->allow_empty}},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
  for (std::vector<Option>* const more : {&fixing, &baselines})
    std::ranges::move(*more, std::back_inserter(command.options));
  return command;
}

}  // namespace mesh::cmd
