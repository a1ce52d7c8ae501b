#include "cmd/commands.hpp"

#include "core/base/json.hpp"
#include "core/base/strings.hpp"
#include "core/docs/markdown.hpp"
#include "core/rules/engine.hpp"
#include "core/rules/levels.hpp"
#include "core/workspace/settings.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>

namespace mesh::cmd {
namespace {

struct Flags {
  std::vector<std::string> globs;
  std::string format = "text";
};

// A rule as it is listed: with the level that it has here, in a mesh.
struct Row {
  rules::Listed rule;
  std::optional<Level> here;
};

std::vector<Row> rows_of(const Flags& flags, const workspace::Workspace* mesh) {
  const auto is_wanted = [&](const rules::Listed& rule) {
    return flags.globs.empty() || std::ranges::any_of(flags.globs, [&](const std::string& glob) {
             return rules::matches_rule(glob, rule.id);
           });
  };
  std::optional<rules::Levels> levels;
  const rules::Selection nothing;
  if (mesh) levels.emplace(*mesh, nothing);
  std::vector<Row> rows;
  const std::vector<rules::Listed>& all = rules::all_rules();
  for (size_t i = 0; i < all.size(); ++i) {
    if (!is_wanted(all[i])) continue;
    Row& row = rows.emplace_back(Row{all[i], std::nullopt});
    if (levels) row.here = levels->of(i, static_cast<FileId>(mesh->files.size() - 1));
  }
  return rows;
}

void print_text(const std::vector<Row>& rows, bool in_mesh, Streams& streams) {
  constexpr size_t kLevel = 9;  // the longest, and two blanks
  size_t widest = 0;
  for (const Row& row : rows) widest = std::max(widest, row.rule.id.size());
  const auto padded = [](std::string_view text, size_t width) {
    return std::string(text) + std::string(width - text.size(), ' ');
  };
  const auto indent = static_cast<unsigned>(widest + 2 + (in_mesh ? 2 * kLevel : kLevel));
  docs::Style style{streams.width, indent, streams.color_out};
  if (!streams.out_is_terminal) style.width = 1000;  // one rule a line, for grep
  if (in_mesh) streams.out << padded("rule", widest + 2) << padded("level", kLevel) << "here\n";
  for (const Row& row : rows) {
    streams.out << padded(row.rule.id, widest + 2) << padded(name_of(row.rule.level), kLevel);
    if (row.here) streams.out << padded(*row.here == row.rule.level ? "" : name_of(*row.here), kLevel);
    streams.out << docs::wrap(docs::read_inline(row.rule.summary), style, style.indent) << "\n";
  }
}

void print_json(const std::vector<Row>& rows, Streams& streams) {
  JsonWriter json;
  json.begin_object().key("schemaVersion").number(1).key("rules").begin_array();
  for (const Row& row : rows) {
    json.new_line().begin_object().key("rule").text(row.rule.id).key("level").text(name_of(row.rule.level));
    json.key("configured");
    row.here ? json.text(name_of(*row.here)) : json.null();
    json.key("summary").text(row.rule.summary).end_object();
  }
  json.new_line().end_array().end_object();
  streams.out << std::move(json).take();
}

int run(const Flags& flags, Streams& streams) {
  if (auto known = rules::check_selection({flags.globs, {}}); !known) return fail(streams, known.error());
  const auto mesh = workspace::settings_here();
  if (!mesh) return fail(streams, mesh.error());
  const std::vector<Row> rows = rows_of(flags, *mesh ? &**mesh : nullptr);
  if (flags.format == "json")
    print_json(rows, streams);
  else if (flags.format == "text")
    print_text(rows, mesh->has_value(), streams);
  else
    for (const Row& row : rows)
      streams.out << row.rule.id << "\t" << name_of(row.rule.level) << "\t" << row.rule.summary << "\t"
                  << name_of(row.here.value_or(row.rule.level)) << "\n";
  return kOk;
}

}  // namespace

Command rules() {
  const auto flags = std::make_shared<Flags>();
  return {
      .name = "rules",
      .summary = "list the rules with their levels",
      .group = kCheck,
      .options = {{"GLOB", "GLOB", "just the rules that match", &flags->globs, {}, Hint::rule},
                  {"--format",
                   "NAME",
                   "how to print them; concise is one line each, parted by tabs",
                   &flags->format,
                   {"text", "concise", "json"}}},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
}

}  // namespace mesh::cmd
