#include "cmd/changed.hpp"
#include "cmd/commands.hpp"

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

int run(const Flags& flags, Streams& streams) {
  const auto selection = read_selection(flags);
  if (!selection) return fail_empty(flags, streams, selection.error());
  if (streams.in_is_terminal && !streams.global.quiet &&
      std::ranges::find(flags.paths, "-") != flags.paths.end())
    streams.err << "reading a manifest from standard input, end it with Ctrl-D\n";
  workspace::Options options;
  options.paths = flags.paths;
  options.jobs = flags.jobs;
  options.on_document = rules::document_hook(*selection);
  std::optional<ChangedRun> changed;
  if (flags.changed) {
    auto started = ChangedRun::start(flags.paths, *flags.changed);
    if (!started)
      return fail_empty(flags, streams, with_revision_hint(started.error(), *flags.changed, flags.paths));
    changed.emplace(std::move(*started));
  }
  auto workspace = changed ? changed->load(options) : workspace::load(options);
  if (!workspace) return fail_empty(flags, streams, workspace.error());
  const bool is_empty = (changed ? changed->manifests() : workspace->manifests) == 0 && !flags.allow_empty;
  std::vector<Finding> findings = rules::run(*workspace, *selection, options.jobs);
  drop_unsure_fixes(*workspace, findings);
  const report::Summary summary = report::summarize(findings, *workspace);
  if (findings.empty() && is_empty) return fail_empty(flags, streams, nothing_checked(flags));

  const report::Style style{streams.out_is_terminal ? std::max(streams.width, 60u) : 120, streams.color_out};
  const auto format = report::format_named(flags.format).value_or(report::Format::text);
  report::write(streams.out, format, findings, summary, *workspace, style);
  streams.out.flush();
  if (format != report::Format::json && !streams.global.quiet)
    streams.err << (workspace->base ? changes_line(summary, *workspace->base) : summary_line(summary))
                << "\n";
  const int code = is_reached(flags.fail_on, summary) ? kFindings : kOk;
  if (is_empty) return worst(code, fail(streams, nothing_checked(flags)));
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
           {"--format", "NAME", "how to print findings", &flags->format, report::names()},
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
