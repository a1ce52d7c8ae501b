#include "core/docs/man.hpp"

#include "core/base/strings.hpp"
#include "core/docs/markdown.hpp"

#include <algorithm>
#include <string>

namespace mesh::docs {
namespace {

// Characters that roff would act on or make typographic. `literal`: what people type, so hyphens stay
// hyphens.
std::string escape(std::string_view text, bool literal = false) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\e";
        break;
      case '`':
        out += "\\(ga";
        break;
      case '\'':
        out += "\\(aq";
        break;
      case '^':
        out += "\\(ha";
        break;
      case '~':
        out += "\\(ti";
        break;
      case '-':
        out += literal ? "\\-" : "-";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// A line of text that starts with a full stop would be a request.
std::string line(std::string text) {
  if (text.starts_with('.')) text.insert(0, "\\&");
  return text + "\n";
}

std::string bold(std::string_view literal) { return "\\fB" + escape(literal, true) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + escape(text, true) + "\\fR"; }

std::string inlined(const std::vector<Inline>& words) {
  std::string out;
  for (const Inline& part : words) {
    switch (part.kind) {
      case Inline::Kind::text:
        out += escape(part.text);
        break;
      case Inline::Kind::code:
      case Inline::Kind::strong:
        out += bold(part.text);
        break;
      case Inline::Kind::emphasis:
        out += italic(part.text);
        break;
    }
  }
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string replaced(std::string text, char from, char to) {
  std::ranges::replace(text, from, to);
  return text;
}

std::string page_name(const Program& program, std::string_view command) {
  return replaced(program.name + "-" + std::string(command), ' ', '-');
}

std::string title(const Program& program, std::string_view name) {
  return ".\\\" Written by `mesh help --format man`.\n.TH " + upper(name) + " 1 \"\" \"" + program.name +
         " " + program.version + "\" \"User Commands\"\n";
}

std::string heading(std::string_view text) { return ".SH " + upper(text) + "\n"; }
std::string sub_heading(std::string_view text) { return ".SS " + escape(text) + "\n"; }
std::string tagged(const std::string& tag, const std::string& text) {
  return ".TP\n" + line(tag) + line(text);
}

// Rows as a list: the first cell is the term, the heading row says nothing that the section does not.
std::string table(const Block& block) {
  std::string out;
  for (size_t i = 2; i < block.lines.size(); ++i) {
    std::string_view row = trim(block.lines[i]);
    row = row.substr(1, row.size() - (row.ends_with('|') ? 2 : 1));
    const size_t end = row.find('|');
    std::string text;
    for (const std::string_view cell : split(row.substr(std::min(end, row.size() - 1) + 1), '|'))
      text += (text.empty() ? "" : "; ") + inlined(read_inline(trim(cell)));
    out += tagged("\\fB" + escape(plain(read_inline(trim(row.substr(0, end)))), true) + "\\fR", text);
  }
  return out;
}

std::string body(const std::vector<Block>& blocks) {
  std::string out;
  for (const Block& block : blocks) {
    switch (block.kind) {
      case Block::Kind::heading:
        out += sub_heading(plain(block.words));
        break;
      case Block::Kind::paragraph:
        out += ".PP\n" + line(inlined(block.words));
        break;
      case Block::Kind::item:
        out += ".IP " + (block.marker == "-" ? std::string("\\(bu 2") : escape(block.marker) + " 4") + "\n" +
               line(inlined(block.words));
        break;
      case Block::Kind::code:
        out += ".PP\n.RS 4\n.nf\n";
        for (const std::string& code : block.lines) out += line(escape(code, true));
        out += ".fi\n.RE\n";
        break;
      case Block::Kind::table:
        out += table(block);
        break;
    }
  }
  return out;
}

std::string signature(const Option& option) {
  if (option.is_operand()) return italic(option.value_name) + (option.repeatable ? "..." : "");
  std::string out;
  for (const std::string& name : {option.short_name, option.long_name}) {
    if (name.empty()) continue;
    if (!out.empty()) out += ", ";
    out += bold(name);
  }
  if (option.value_may_lack)
    out += "[=" + italic(option.value_name) + "]";
  else if (!option.value_name.empty())
    out += " " + italic(option.value_name);
  return out;
}

std::string explanation(const Option& option) {
  std::string out = inlined(read_inline(option.help));
  if (!option.choices.empty()) out += ": " + escape(join(option.choices, ", "));
  if (option.repeatable && !option.is_operand()) out += "; may be repeated";
  out += ".";
  if (!option.default_value.empty()) out += " Default: " + escape(option.default_value, true) + ".";
  if (!option.env.empty()) out += " Also by the variable " + bold(option.env) + ".";
  return out;
}

std::string options(const std::vector<Option>& all, bool operands) {
  std::string out;
  for (const Option& option : all)
    if (option.is_operand() == operands) out += tagged(signature(option), explanation(option));
  return out;
}

std::string section_of(std::string_view name, const std::string& text) {
  return text.empty() ? "" : heading(name) + text;
}

std::string commands(const Program& program, const std::vector<Command>& all) {
  std::string out, group;
  for (const Command& command : all) {
    if (command.group != group) out += sub_heading(command.group);
    group = command.group;
    std::string names = bold(command.last_name());
    for (const std::string& alias : command.aliases) names += ", " + bold(alias);
    out += tagged(names, escape(command.summary) + "; see " + bold(page_name(program, command.name)) + "(1)");
  }
  return out;
}

std::string synopsis(const std::string& usage) {
  const size_t end = usage.find_first_of("[A");
  const size_t words = std::min(end == std::string::npos ? usage.size() : end, usage.size());
  return line(bold(trim(std::string_view(usage).substr(0, words))) + " " + escape(usage.substr(words), true));
}

}  // namespace

std::string program_man(const Program& program) {
  std::string out =
      title(program, program.name) + heading("Name") + line(program.name + " \\- " + escape(program.summary));
  out +=
      heading("Synopsis") + line(bold(program.name) + " " + italic("COMMAND") + " [OPTION]... [ARGUMENT]...");
  const std::vector<Block> page = read_markdown(program.page);
  out += section_of("Description", body(introduction(page)));
  out += heading("Commands") + commands(program, program.commands);
  out += heading("Options of every command") + options(program.options, false);
  for (const Topic& topic : program.topics)
    out += heading(replaced(topic.name, '-', ' ')) + body(introduction(read_markdown(topic.page)));
  out += section_of("Examples", body(section(page, "Examples")));
  std::string see;
  for (const Command& command : program.commands)
    see += (see.empty() ? "" : ",\n") + ("\\fB" + escape(page_name(program, command.name), true) + "\\fR(1)");
  return out + heading("See also") + see + "\n";
}

std::string command_man(const Program& program, const Command& command) {
  const std::string name = page_name(program, command.name);
  std::string out =
      title(program, name) + heading("Name") + line(escape(name, true) + " \\- " + escape(command.summary));
  out += heading("Synopsis") + synopsis(usage(program, command));
  for (const std::string& alias : command.aliases)
    out += ".br\n" + line(bold(program.name + " " + alias) + " ...");
  const std::vector<Block> page = read_markdown(command.page);
  out += section_of("Description", body(introduction(page)));
  out += section_of("Commands", commands(program, command.commands));
  out += section_of("Arguments", options(command.options, true));
  out += section_of("Options", options(command.options, false));
  out += heading("Options of every command") + options(program.options, false);
  out += section_of("Examples", body(section(page, "Examples")));
  out += heading("Exit status") + line("See \\fB" + program.name + "\\fR(1).");
  return out + heading("See also") + line("\\fB" + program.name + "\\fR(1)");
}

}  // namespace mesh::docs
