#include "cmd/changed.hpp"
#include "cmd/commands.hpp"
#include "cmd/validate_schema.hpp"

#include "cmd/reports.hpp"
#include "cmd/validate_baseline.hpp"
#include "cmd/validate_fix.hpp"
#include "core/base/size.hpp"
#include "core/base/strings.hpp"
#include "core/config/env_file.hpp"
#include "core/rules/engine.hpp"
#include "core/workspace/workspace.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>

namespace mesh::cmd {
namespace {

struct Flags {
  std::vector<std::string> paths, only, levels, outputs;
  std::string format{Reports::kAuto}, fail_on = "error", max_file_size = "10M";
  std::optional<std::string> stdin_filename;
  std::optional<std::string> changed;  // the revision; "": the one that the branch is merged into
  std::optional<std::string> schema;
  std::optional<std::string> env_file;
  unsigned jobs = 0;
  bool allow_empty = false, strict_formats = false;
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
  // First, so that whoever sets the rule's level by name has the last word.
  if (flags.strict_formats) selection.settings.push_back({"schema/format", Level::error, {}});
  for (const std::string& text : flags.levels) {
    auto setting = read_setting(text);
    if (!setting) return pass(std::move(setting));
    selection.settings.push_back(std::move(*setting));
  }
  if (auto known = rules::check_selection(selection); !known) return pass(std::move(known));
  return selection;
}

Result<yaml::Limits> read_limits(const std::string& size) {
  const auto bytes = parse_size(size);
  if (!bytes || *bytes == 0)
    return mesh::fail(Fault::usage, "`--max-file-size` takes a size, not `" + size + "`", "for instance 64M");
  if (*bytes > yaml::kMostBytes)
    return mesh::fail(Fault::usage, "`--max-file-size " + size + "` is more than a file may have",
                      "at most 4GB");
  return yaml::limits_for(*bytes);
}

// From which level on a finding fails the run.
Level failing_level(const std::string& fail_on) {
  return fail_on == "never" ? Level::off : level_named(fail_on).value_or(Level::error);
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
  std::optional<ChangedRun> changed;
  if (flags.changed) {
    auto started = ChangedRun::start(options, *flags.changed);
    if (!started)
      return tl::unexpected<Error>(with_revision_hint(started.error(), *flags.changed, flags.paths));
    changed.emplace(std::move(*started));
  }
  auto workspace = changed ? changed->load(options) : workspace::load(options);
  if (!workspace) return pass(std::move(workspace));
  const bool is_empty = (changed ? changed->manifests() : workspace->manifests) == 0;
  if (!flags.baseline.none) {
    auto found = find_baseline(*workspace, flags.baseline.file);
    if (!found) return pass(std::move(found));
    baseline = std::move(*found);
  }
  const bool is_to_be_written = flags.baseline.update && baseline && !baseline->contents;
  auto findings = evaluate(*workspace, selection, options.jobs, is_to_be_written ? std::nullopt : baseline);
  if (!findings) return pass(std::move(findings));
  drop_unsure_fixes(*workspace, *findings);
  return Judged{std::move(*workspace), std::move(*findings), is_empty};
}

void say_summary(const Judged& checked, const report::Summary& summary, bool is_fixing, Streams& streams) {
  const auto& base = checked.workspace.base;
  streams.err << (base ? changes_line(summary, *base) : summary_line(summary)) << "\n";
  const size_t fixable = is_fixing ? 0 : count_fixable(checked.workspace, checked.findings, false);
  if (fixable > 0) streams.err << fixable << " can be fixed with `--fix`\n";
}

void say_fixed(const FixFlags& flags, const Fixed& fixed, Streams& streams) {
  if (fixed.refused > 0)
    streams.err << "warning: "
                << (fixed.refused == 1 ? "1 fix was" : std::to_string(fixed.refused) + " fixes were")
                << " not made: more than the place of the finding would have changed\n";
  if (streams.global.quiet || fixed.made == 0) return;
  streams.err << (flags.dry_run ? "would fix " : "fixed ") << count_of(fixed.made, "finding") << " in "
              << count_of(fixed.files.size(), "file") << "\n";
}

// What means nothing beside `--schema`.
Result<void> check_beside_schema(const Flags& flags) {
  const std::pair<const char*, bool> others[] = {{"--allow-empty", flags.allow_empty},
                                                 {"--changed", flags.changed.has_value()},
                                                 {"--stdin-filename", flags.stdin_filename.has_value()},
                                                 {"--env-file", flags.env_file.has_value()},
                                                 {"--fix", flags.fix.fix},
                                                 {"--baseline", flags.baseline.file.has_value()},
                                                 {"--update-baseline", flags.baseline.update}};
  for (const auto& [name, is_given] : others)
    if (is_given)
      return mesh::fail(Fault::usage, std::string("`") + name + "` does not go with `--schema`",
                        "`--schema FILE DATA…` judges the files that are named, and nothing else");
  return {};
}

// Kept to the end of the process, which frees it all at once: one by one, the facts of ten thousand manifests
// take a tenth of the run.
void leave(Judged checked) {
  static std::vector<Judged>& left = *new std::vector<Judged>;
  left.push_back(std::move(checked));
}

int run(const Flags& flags, Streams& streams) {
  const auto reports = Reports::read(flags.format, flags.outputs);
  if (!reports) return fail(streams, reports.error());
  for (const auto& good : {check_fix_flags(flags.fix, flags.paths), check_baseline_flags(flags.baseline)})
    if (!good) return fail(streams, good.error());
  const auto selection = read_selection(flags);
  if (!selection) return reports->fail(selection.error(), streams);
  const Level fails_from = failing_level(flags.fail_on);
  if (flags.schema) {
    if (const auto checked = check_beside_schema(flags); !checked) return fail(streams, checked.error());
    return validate_by_schema(
        {*flags.schema, flags.paths, *selection, *reports, fails_from, flags.jobs, flags.strict_formats},
        streams);
  }
  const bool reads_input = std::ranges::find(flags.paths, "-") != flags.paths.end();
  if (streams.in_is_terminal && !streams.global.quiet && reads_input)
    streams.err << "reading a manifest from standard input, end it with Ctrl-D\n";
  const auto limits = read_limits(flags.max_file_size);
  if (!limits) return reports->fail(limits.error(), streams);
  workspace::Options options;
  options.limits = *limits;
  options.paths = flags.paths;
  options.stdin_name = flags.stdin_filename;
  options.jobs = flags.jobs;
  if (flags.strict_formats) options.formats = schema::Formats::strict;
  options.on_document = rules::document_hook(*selection);
  if (flags.env_file) {
    auto names = config::read_variable_names(*flags.env_file);
    if (!names) return reports->fail(names.error(), streams);
    options.variables = std::move(*names);
  }
  std::optional<BaselineFile> baseline;
  const auto check_once = [&](const workspace::Options& how) {
    return check(flags, *selection, how, baseline);
  };

  Judged checked;
  int code = kOk;
  std::ostream* out = &streams.out;
  if (flags.fix.fix) {
    auto fixed = find_fixes(options, flags.fix, check_once);
    if (!fixed) return reports->fail(fixed.error(), streams);
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
    // Nothing was written, so what counts is what is there.
    if (flags.fix.dry_run) checked.findings = std::move(fixed->found);
  } else {
    auto once = check_once(options);
    if (!once) return reports->fail(once.error(), streams);
    checked = std::move(*once);
  }
  if (flags.baseline.update)
    if (const auto updated =
            update_baseline(checked.workspace, *selection, checked.findings, baseline, streams);
        !updated)
      return reports->fail(updated.error(), streams);
  const report::Summary summary = report::summarize(checked.findings, checked.workspace);
  const bool is_empty = checked.is_empty && !flags.allow_empty;
  if (checked.findings.empty() && is_empty) return reports->fail(nothing_checked(flags), streams);

  if (!flags.fix.dry_run)
    code =
        worst(code, reports->write(checked.findings, summary, checked.workspace, fails_from, flags.jobs,
                                      *out, streams));
  if (reports->is_talkative(streams)) {
    say_summary(checked, summary, flags.fix.fix, streams);
    if (baseline && !flags.baseline.update)
      tell_stale_baseline(checked.workspace, *selection, checked.findings, *baseline, streams);
  }
  if (report::is_failed(summary, fails_from)) code = worst(code, kFindings);
  if (is_empty) return worst(code, fail(streams, nothing_checked(flags)));
  leave(std::move(checked));
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
           {"--format", "NAME", "how to print findings; auto is text, on GitHub and Azure with annotations",
            &flags->format, Reports::formats()},
           {"-o,--output",
            "[FORMAT=]FILE",
            "write the report to FILE instead; with FORMAT one more report beside what is printed",
            &flags->outputs,
            {},
            Hint::file},
           {"--stdin-filename",
            "NAME",
            "the file that standard input (`-`) stands for",
            &flags->stdin_filename,
            {},
            Hint::file},
           {"--changed",
            "REV",
            "report only on what changed since the branch left REV, and on what depends on it; without REV "
            "the "
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
           {"--env-file",
            "FILE",
            "the variables that are set where manifests are used, one NAME=VALUE a line",
            &flags->env_file,
            {},
            Hint::file},
           {"--schema",
            "FILE",
            "judge the files given by this JSON Schema, and by nothing else",
            &flags->schema,
            {},
            Hint::file},
           {"--strict-formats", "", "a text that has not the form its `format` names is an error",
            &flags->strict_formats},
           {"-j,--jobs",
            "N",
            "threads; without it one for each core",
            &flags->jobs,
            {},
            Hint::none,
            false,
            "MESH_JOBS"},
           {"--max-file-size", "SIZE", "the largest file that is read: bytes, or 64M, 50MB",
            &flags->max_file_size},
           {"--allow-empty", "", "finding no manifest is a success", &flags->allow_empty}},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
  for (std::vector<Option>* const more : {&fixing, &baselines})
    std::ranges::move(*more, std::back_inserter(command.options));
  return command;
}

}  // namespace mesh::cmd
