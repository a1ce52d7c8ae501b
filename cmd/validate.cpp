#include "cmd/commands.hpp"

#include "cmd/reports.hpp"
#include "core/base/strings.hpp"
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
  std::string format{Reports::kAuto}, fail_on = "error";
  std::optional<std::string> stdin_filename;
  unsigned jobs = 0;
  bool allow_empty = false;
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
  for (const std::string& text : flags.levels) {
    auto setting = read_setting(text);
    if (!setting) return pass(std::move(setting));
    selection.settings.push_back(std::move(*setting));
  }
  if (auto known = rules::check_selection(selection); !known) return pass(std::move(known));
  return selection;
}

// From which level on a finding fails the run.
Level failing_level(const std::string& fail_on) {
  return fail_on == "never" ? Level::off : level_named(fail_on).value_or(Level::error);
}

bool is_reached(Level fails_from, const report::Summary& summary) {
  if (fails_from == Level::off) return false;
  return summary.errors > 0 || (fails_from == Level::warning && summary.warnings > 0);
}

Error nothing_checked(const Flags& flags) {
  const std::string where =
      flags.paths.empty() ? "below this folder" : "in `" + join(flags.paths, "`, `") + "`";
  return {Fault::not_found, "nothing was checked: there is no manifest " + where,
          "`mesh init` makes a mesh; `--allow-empty` makes this a success"};
}

int run(const Flags& flags, Streams& streams) {
  const auto reports = Reports::read(flags.format, flags.outputs);
  if (!reports) return fail(streams, reports.error());
  const auto selection = read_selection(flags);
  if (!selection) return reports->fail(selection.error(), streams);
  if (streams.in_is_terminal && !streams.global.quiet &&
      std::ranges::find(flags.paths, "-") != flags.paths.end())
    streams.err << "reading a manifest from standard input, end it with Ctrl-D\n";
  workspace::Options options;
  options.paths = flags.paths;
  options.stdin_name = flags.stdin_filename;
  options.jobs = flags.jobs;
  options.on_document = rules::document_hook(*selection);
  auto workspace = workspace::load(options);
  if (!workspace) return reports->fail(workspace.error(), streams);
  const std::vector<Finding> findings = rules::run(*workspace, *selection, options.jobs);
  const report::Summary summary = report::summarize(findings, *workspace);
  if (findings.empty() && summary.files == 0 && !flags.allow_empty)
    return reports->fail(nothing_checked(flags), streams);

  const Level fails_from = failing_level(flags.fail_on);
  int code = is_reached(fails_from, summary) ? kFindings : kOk;
  code = worst(code, reports->write(findings, summary, *workspace, fails_from, streams));
  if (summary.files == 0 && !flags.allow_empty) return worst(code, fail(streams, nothing_checked(flags)));
  return code;
}

}  // namespace

Command validate() {
  const auto flags = std::make_shared<Flags>();
  return {
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
           {"--format",
            "NAME",
            "how to print findings; auto is text, on GitHub and Azure with annotations",
            &flags->format,
            Reports::formats()},
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
}

}  // namespace mesh::cmd
