#include "cmd/commands.hpp"

#include "core/base/json.hpp"
#include "core/base/strings.hpp"
#include "core/docs/markdown.hpp"
#include "core/rules/engine.hpp"
#include "core/rules/levels.hpp"

#include <algorithm>
#include <memory>
#include <ostream>

namespace mesh::cmd {
namespace {

struct Flags {
  std::vector<std::string> globs;
  std::string format = "text";
};

void print_text(const std::vector<rules::Listed>& rules, Streams& streams) {
  size_t widest = 0;
  for (const rules::Listed& rule : rules) widest = std::max(widest, rule.id.size());
  docs::Style style{streams.width, static_cast<unsigned>(widest + 11), streams.color_out};
  if (!streams.out_is_terminal) style.width = 1000;  // one rule a line, for grep
  for (const rules::Listed& rule : rules) {
    const std::string level(name_of(rule.level));
    streams.out << rule.id << std::string(widest + 2 - rule.id.size(), ' ') << level
                << std::string(9 - level.size(), ' ')
                << docs::wrap(docs::read_inline(rule.summary), style, style.indent) << "\n";
  }
}

void print_json(const std::vector<rules::Listed>& rules, Streams& streams) {
  JsonWriter json;
  json.begin_object().key("schemaVersion").number(1).key("rules").begin_array();
  for (const rules::Listed& rule : rules) {
    json.new_line().begin_object().key("rule").text(rule.id).key("level").text(name_of(rule.level));
    json.key("summary").text(rule.summary).end_object();
  }
  json.new_line().end_array().end_object();
  streams.out << std::move(json).take();
}

int run(const Flags& flags, Streams& streams) {
  if (auto known = rules::check_selection({flags.globs, {}}); !known) return fail(streams, known.error());
  std::vector<rules::Listed> listed = rules::all_rules();
  if (!flags.globs.empty())
    std::erase_if(listed, [&](const rules::Listed& rule) {
      return std::ranges::none_of(
          flags.globs, [&](const std::string& glob) { return rules::matches_rule(glob, rule.id); });
    });
  if (flags.format == "json")
    print_json(listed, streams);
  else if (flags.format == "text")
    print_text(listed, streams);
  else
    for (const rules::Listed& rule : listed)
      streams.out << rule.id << "\t" << name_of(rule.level) << "\t" << rule.summary << "\n";
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
