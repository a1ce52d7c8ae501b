#include "cmd/validate_schema.hpp"

#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/report/report.hpp"
#include "core/rules/levels.hpp"
#include "core/schema/standards.hpp"
#include "core/workspace/data.hpp"
#include "core/workspace/reading.hpp"

#include <algorithm>
#include <ostream>

namespace mesh::cmd {
namespace {

bool runs_here(std::string_view rule) { return rule.starts_with("schema/") || rule.starts_with("yaml/"); }

Result<void> check_only(const rules::Selection& selection) {
  for (const std::string& glob : selection.only) {
    const bool any = std::ranges::any_of(rules::all_rules(), [&](const rules::Listed& rule) {
      return runs_here(rule.id) && rules::matches_rule(glob, rule.id);
    });
    if (!any)
      return mesh::fail(Fault::usage, "`--only " + glob + "` matches no rule that runs with `--schema`",
                        "those are `schema/*` and `yaml/*`");
  }
  return {};
}

Result<schema::Schema> read_schema(const SchemaRun& run) {
  const bool is_input = run.schema == "-";
  if (is_input && std::ranges::find(run.data, "-") != run.data.end())
    return mesh::fail(Fault::usage, "standard input cannot be both the schema and a data file");
  if (!is_input && is_folder(run.schema))
    return mesh::fail(Fault::usage, "`" + printable(run.schema) + "` is a folder", "`--schema` takes a file");
  const uint64_t limit = yaml::Limits{}.bytes;
  auto bytes = is_input ? workspace::read_bytes("", limit) : read_file(run.schema, limit);
  if (!bytes && bytes.error().fault == Fault::not_found)
    return mesh::fail(Fault::not_found, "the schema `" + printable(run.schema) + "` does not exist");
  if (!bytes) return pass(std::move(bytes));
  return schema::compile_file(is_input ? "<stdin>" : run.schema, std::move(*bytes));
}

Result<workspace::Workspace> judge(const SchemaRun& run) {
  if (run.data.empty())
    return mesh::fail(Fault::usage, "`--schema` needs the files to check",
                      "for instance `mesh validate --schema orders.schema.json orders.json`");
  if (auto checked = check_only(run.selection); !checked) return pass(std::move(checked));
  const auto compiled = read_schema(run);
  if (!compiled) return tl::unexpected(compiled.error());
  const auto formats = run.strict_formats ? schema::Formats::strict : schema::Formats::lenient;
  workspace::DataOptions options;
  options.paths = run.data;
  options.jobs = run.jobs;
  options.judge = [&](yaml::Node root, Findings& findings) {
    schema::check_data(*compiled, root, findings, formats);
  };
  return workspace::load_data(options);
}

}  // namespace

int validate_by_schema(const SchemaRun& run, Streams& streams) {
  auto workspace = judge(run);
  if (!workspace) return run.reports.fail(workspace.error(), streams);
  const std::vector<Finding> findings = rules::run(*workspace, run.selection, run.jobs);
  const report::Summary summary = report::summarize(findings, *workspace);
  const int code =
      run.reports.write(findings, summary, *workspace, run.fails_from, run.jobs, streams.out, streams);
  if (run.reports.is_talkative(streams)) streams.err << report::summary_line(summary, "file") << "\n";
  return report::is_failed(summary, run.fails_from) ? worst(code, kFindings) : code;
}

}  // namespace mesh::cmd
