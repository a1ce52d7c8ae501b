#include "cmd/commands.hpp"

#include "core/base/json.hpp"
#include "core/base/strings.hpp"
#include "core/docs/markdown.hpp"
#include "core/rules/engine.hpp"

#include <algorithm>
#include <memory>
#include <ostream>

namespace mesh::cmd {
namespace {

struct Flags {
  std::vector<std::string> rules;
  std::string format = "text";
};

std::string_view without_group(std::string_view id) { return id.substr(id.find('/') + 1); }

// Among whole ids first; then people often know only what stands behind the `/`.
std::optional<std::string_view> nearest_rule(std::string_view id, const std::vector<rules::Listed>& known) {
  std::vector<std::string_view> ids, names;
  for (const rules::Listed& rule : known) ids.push_back(rule.id);
  for (const rules::Listed& rule : known) names.push_back(without_group(rule.id));
  if (const auto near = nearest(id, ids)) return near;
  const auto near = nearest(without_group(id), names);
  if (!near) return std::nullopt;
  return ids[static_cast<size_t>(std::ranges::find(names, *near) - names.begin())];
}

Result<rules::Listed> find_rule(std::string_view id, const std::vector<rules::Listed>& known) {
  const auto found = std::ranges::find(known, id, &rules::Listed::id);
  if (found != known.end()) return *found;
  const auto near = nearest_rule(id, known);
  return mesh::fail(Fault::usage, "there is no rule `" + std::string(id) + "`",
                    (near ? "did you mean `" + std::string(*near) + "`? " : "") +
                        std::string("`mesh rules` lists what there is"));
}

void print_text(const rules::Listed& rule, Streams& streams) {
  const docs::Style style{streams.width, 0, streams.color_out};
  const auto bold = [&](std::string_view text) {
    return style.color ? "\x1b[1m" + std::string(text) + "\x1b[0m" : std::string(text);
  };
  streams.out << bold(rule.id) << " (" << name_of(rule.level) << ")\n"
              << docs::wrap(docs::read_inline(rule.summary), style, 0) << "\n";
  std::vector<docs::Block> page = docs::read_markdown(rules::page(rule.id).value_or(""));
  // The title of a page repeats the summary.
  if (!page.empty() && page.front().kind == docs::Block::Kind::heading && page.front().level == 1)
    page.erase(page.begin());
  if (!page.empty()) streams.out << "\n" << render(page, style);
}

void print_json(const std::vector<rules::Listed>& wanted, Streams& streams) {
  JsonWriter json;
  json.begin_object().key("schemaVersion").number(1).key("rules").begin_array();
  for (const rules::Listed& rule : wanted) {
    json.new_line().begin_object().key("rule").text(rule.id).key("level").text(name_of(rule.level));
    json.key("summary").text(rule.summary).key("page");
    const auto page = rules::page(rule.id);
    page ? json.text(*page) : json.null();
    json.end_object();
  }
  json.new_line().end_array().end_object();
  streams.out << std::move(json).take();
}

int run(const Flags& flags, Streams& streams) {
  const std::vector<rules::Listed> known = rules::all_rules();
  std::vector<rules::Listed> wanted;
  for (const std::string& id : flags.rules) {
    const auto rule = find_rule(id, known);
    if (!rule) return fail(streams, rule.error());
    wanted.push_back(*rule);
  }
  if (flags.format == "json") return print_json(wanted, streams), kOk;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (i > 0) streams.out << "\n";
    print_text(wanted[i], streams);
  }
  return kOk;
}

}  // namespace

Command explain() {
  const auto flags = std::make_shared<Flags>();
  return {
      .name = "explain",
      .summary = "tell why a rule exists, with a wrong and a right example",
      .group = kCheck,
      .options = {{"RULE", "RULE", "the rule's id, as findings show it", &flags->rules, {}, Hint::rule, true},
                  {"--format",
                   "NAME",
                   "how to print it; json holds the page as Markdown",
                   &flags->format,
                   {"text", "json"}}},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
}

}  // namespace mesh::cmd
