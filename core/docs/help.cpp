#include "core/docs/help.hpp"

#include "core/base/strings.hpp"
#include "core/base/utf8.hpp"

#include <algorithm>
#include <utility>

namespace mesh::docs {
namespace {

using Row = std::pair<std::string, std::string>;  // what is explained, and how

std::string bold(std::string_view text, const Style& style) {
  return style.color ? "\x1b[1m" + std::string(text) + "\x1b[0m" : std::string(text);
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

// Two columns; a left side that is too long gets a line of its own.
std::string table(const std::vector<Row>& rows, const Style& style, size_t left_width) {
  std::string out;
  Style right = style;
  right.indent = static_cast<unsigned>(left_width + 4);
  for (const auto& [left, text] : rows) {
    out += "  " + bold(left, style);
    const size_t used = utf8::length(left);
    if (used > left_width) {
      out += '\n';
      out.append(right.indent, ' ');
    } else {
      out.append(right.indent - 2 - used, ' ');
    }
    out += wrap(read_inline(text), right, right.indent) + "\n";
  }
  return out;
}

size_t widest(const std::vector<Row>& rows) {
  constexpr size_t kMost = 26;
  size_t width = 0;
  for (const Row& row : rows)
    if (utf8::length(row.first) <= kMost) width = std::max(width, utf8::length(row.first));
  return width;
}

std::string signature(const Option& option) {
  if (option.is_operand()) return option.value_name + (option.repeatable ? "..." : "");
  std::string text = option.short_name.empty() ? "    " : option.short_name;
  if (!option.short_name.empty() && !option.long_name.empty()) text += ", ";
  text += option.long_name;
  if (option.value_may_lack)
    text += "[=" + option.value_name + "]";
  else if (!option.value_name.empty())
    text += " " + option.value_name;
  return text;
}

std::string explanation(const Option& option) {
  std::string text = option.help;
  if (!option.choices.empty()) text += ": " + join(option.choices, ", ");
  if (option.repeatable && !option.is_operand()) text += "; may be repeated";
  if (!option.default_value.empty()) text += " [default: " + option.default_value + "]";
  if (!option.env.empty()) text += " [env: " + option.env + "]";
  return text;
}

std::vector<Row> rows_of(const std::vector<Option>& options, bool operands) {
  std::vector<Row> rows;
  for (const Option& option : options)
    if (option.is_operand() == operands) rows.emplace_back(signature(option), explanation(option));
  return rows;
}

std::string part(std::string_view title, const std::vector<Row>& rows, const Style& style) {
  if (rows.empty()) return {};
  return "\n" + bold(title, style) + "\n" + table(rows, style, widest(rows));
}

std::string command_list(const std::vector<Command>& commands, const Style& style) {
  std::vector<std::pair<std::string, std::vector<Row>>> groups;
  size_t width = 0;
  for (const Command& command : commands) {
    const auto known =
        std::ranges::find(groups, command.group, [](const auto& group) { return group.first; });
    auto& rows =
        known == groups.end() ? groups.emplace_back(command.group, std::vector<Row>{}).second : known->second;
    std::string text = command.summary;
    if (!command.aliases.empty()) text += " (also: " + join(command.aliases, ", ") + ")";
    rows.emplace_back(std::string(command.last_name()), text);
    width = std::max(width, command.last_name().size());
  }
  std::string out;
  for (const auto& [title, rows] : groups)
    out += "\n" + bold(title.empty() ? "Commands" : title, style) + "\n" + table(rows, style, width);
  return out;
}

}  // namespace

std::string short_help(const Program& program, const Style& style) {
  return capital(program.summary) + "\n\n" + bold("Usage", style) + "\n  " + program.name +
         " COMMAND [OPTION]... [ARGUMENT]...\n" + command_list(program.commands, style) + "\n`" +
         program.name + " help COMMAND` tells more about one of them.\n";
}

std::string program_help(const Program& program, const Style& style) {
  std::string out = capital(program.summary) + "\n\n" + bold("Usage", style) + "\n  " + program.name +
                    " COMMAND [OPTION]... [ARGUMENT]...\n" + command_list(program.commands, style) +
                    part("Options of every command", rows_of(program.options, false), style);
  std::vector<Row> topics;
  for (const Topic& topic : program.topics) topics.emplace_back(topic.name, topic.summary);
  out += part("Topics", topics, style);
  return out + "\n`" + program.name + " help COMMAND` or `" + program.name + " help TOPIC` tells more.\n";
}

std::string command_help(const Program& program, const Command& command, const Style& style) {
  std::string out =
      capital(command.summary) + "\n\n" + bold("Usage", style) + "\n  " + usage(program, command) + "\n";
  for (const std::string& alias : command.aliases) out += "  " + program.name + " " + alias + " ...\n";
  Style indented = style;
  indented.indent = 2;
  const std::vector<Block> page = read_markdown(command.page);
  if (const auto examples = section(page, "Examples"); !examples.empty())
    out += "\n" + bold("Examples", style) + "\n" + render(examples, indented);
  out += command_list(command.commands, style);
  out += part("Arguments", rows_of(command.options, true), style);
  out += part("Options", rows_of(command.options, false), style);
  out += part("Options of every command", rows_of(program.options, false), style);
  if (const auto text = introduction(page); !text.empty())
    out += "\n" + bold("Description", style) + "\n" + render(text, indented);
  if (!command.commands.empty())
    out += "\n`" + program.name + " help " + command.name + " COMMAND` tells more about one of them.\n";
  return out;
}

std::string topic_help(const Topic& topic, const Style& style) {
  return render(read_markdown(topic.page), style);
}

}  // namespace mesh::docs
