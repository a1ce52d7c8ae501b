#include "cmd/cli.hpp"

#include "cmd/describe.hpp"
#include "core/base/strings.hpp"
#include "core/config/user_settings.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace mesh::cmd {
namespace {

constexpr std::string_view kNoValue = "\x01";  // stands for the value that is left out

bool is_flag(const Option& option) { return option.value_name.empty() && option.name.starts_with('-'); }
bool is_operand(const Option& option) { return !option.name.starts_with('-'); }
bool is_list(const Option& option) { return std::holds_alternative<std::vector<std::string>*>(option.value); }

// "--jobs" of "-j,--jobs": what messages call it.
std::string_view shown_name(const Option& option) {
  if (is_operand(option)) return option.value_name.empty() ? option.name : option.value_name;
  return split(option.name, ',').back();
}

bool has_name(const Option& option, std::string_view name) {
  const auto names = split(option.name, ',');
  return std::ranges::find(names, name) != names.end();
}

const Command* find_command(const std::vector<Command>& commands, std::string_view name) {
  for (const Command& command : commands)
    if (command.name == name || std::ranges::find(command.aliases, name) != command.aliases.end())
      return &command;
  return nullptr;
}

// Options of the levels that were walked so far: only they tell which word is a value and which a command's
// name.
class Options {
 public:
  void add(const std::vector<Option>& options) {
    for (const Option& option : options) all_.push_back(&option);
  }

  const std::vector<const Option*>& all() const { return all_; }

  const Option* named(std::string_view name) const {
    const auto found =
        std::ranges::find_if(all_, [&](const Option* option) { return has_name(*option, name); });
    return found == all_.end() ? nullptr : *found;
  }

  // The option in `word` whose value is the next word, if any.
  const Option* waiting_for_value(std::string_view word) const {
    if (word.starts_with("--")) {
      const Option* option = word.find('=') == std::string_view::npos ? named(word) : nullptr;
      return option && !is_flag(*option) && !option->value_may_lack ? option : nullptr;
    }
    for (size_t i = 1; i < word.size(); ++i) {
      const Option* option = named("-" + std::string(1, word[i]));
      if (!option) return nullptr;
      if (!is_flag(*option)) return i + 1 == word.size() ? option : nullptr;
    }
    return nullptr;
  }

  std::vector<std::string> long_names() const {
    std::vector<std::string> names;
    for (const Option* option : all_)
      for (const std::string_view name : split(option->name, ','))
        if (name.starts_with("--")) names.emplace_back(name);
    names.insert(names.end(), {"--help", "--version"});
    return names;
  }

 private:
  std::vector<const Option*> all_;
};

tl::unexpected<Error> usage(std::string message, std::string help = {}) {
  return fail(Fault::usage, std::move(message), std::move(help));
}

std::string command_line(const std::vector<std::string>& path) {
  std::string line = "mesh";
  for (const std::string& name : path) line += " " + name;
  return line;
}

std::string help_command(const std::vector<std::string>& path) {
  return path.empty() ? "mesh help" : "mesh help " + join(path, " ");
}

Error unknown_command(std::string_view word, const std::vector<Command>& known,
                      const std::vector<std::string>& path) {
  std::vector<std::string> names;
  for (const Command& command : known) {
    names.push_back(command.name);
    names.insert(names.end(), command.aliases.begin(), command.aliases.end());
  }
  std::string help;
  if (const auto near = nearest(word, names))
    help = "did you mean `" + command_line(path) + " " + *near + "`? ";
  return {Fault::usage, "unknown command `" + command_line(path) + " " + std::string(word) + "`",
          help + "`" + help_command(path) + "` lists what there is"};
}

// Takes the names of the command and its subcommand out of the words.
struct Walk {
  const std::vector<Command>* level;
  Options options;
  std::vector<std::string> path, rest;
  const Command* command = nullptr;
};

Result<void> walk(const std::vector<std::string>& words, Walk& walk) {
  bool options_ended = false;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool is_option = !options_ended && word.size() > 1 && word[0] == '-';
    if (!is_option && walk.level && !walk.level->empty()) {
      const Command* next = find_command(*walk.level, word);
      if (!next) return tl::unexpected(unknown_command(word, *walk.level, walk.path));
      walk.command = next;
      walk.level = &next->commands;
      walk.options.add(next->options);
      walk.path.push_back(next->name);
      continue;
    }
    walk.rest.push_back(word);
    if (!is_option) continue;
    options_ended = word == "--";
    const Option* option = walk.options.waiting_for_value(word);
    if (!option) continue;
    // A word that looks like an option is one that was forgotten rather than a value; `--to=-x` says
    // otherwise.
    const bool has_value = i + 1 < words.size() && (words[i + 1].size() < 2 || words[i + 1][0] != '-');
    if (!has_value)
      return usage("option `" + std::string(shown_name(*option)) + "` needs a value",
                   "write `" + std::string(shown_name(*option)) + " " + option->value_name + "`");
    walk.rest.push_back(words[++i]);
  }
  return {};
}

Result<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return usage("is not a whole number");
  return value;
}

Result<void> check_choice(const Option& option, std::string_view origin, const std::string& value) {
  if (option.choices.empty() || std::ranges::find(option.choices, value) != option.choices.end()) return {};
  const auto near = nearest(value, option.choices);
  return usage("`" + value + "` is not a value of `" + std::string(origin) + "`",
               (near ? "did you mean `" + *near + "`? " : "") + "it takes " + join(option.choices, ", "));
}

Result<void> assign(const Option& option, std::string_view origin, const std::vector<std::string>& values) {
  const std::string name(origin);
  for (const std::string& value : values)
    if (auto checked = check_choice(option, origin, value); !checked) return checked;
  if (auto* const* flag = std::get_if<bool*>(&option.value)) return **flag = true, Result<void>{};
  if (auto* const* list = std::get_if<std::vector<std::string>*>(&option.value)) {
    **list = values;
    return {};
  }
  if (values.size() > 1)
    return usage("option `" + name + "` is given " + std::to_string(values.size()) + " times",
                 "keep the one that you mean");
  const std::string value = values.front() == kNoValue ? "" : values.front();
  if (auto* const* text = std::get_if<std::string*>(&option.value)) **text = value;
  if (auto* const* text = std::get_if<std::optional<std::string>*>(&option.value)) **text = value;
  if (!std::holds_alternative<unsigned*>(option.value) &&
      !std::holds_alternative<std::optional<unsigned>*>(option.value))
    return {};
  const auto parsed = number(value);
  if (!parsed) return usage("`" + name + "` takes a whole number, not `" + value + "`");
  if (auto* const* target = std::get_if<unsigned*>(&option.value)) **target = *parsed;
  if (auto* const* target = std::get_if<std::optional<unsigned>*>(&option.value)) **target = *parsed;
  return {};
}

// What the user sets for every mesh, under the name that the option's variable has: `jobs` of MESH_JOBS.
Result<std::optional<std::string>> user_setting(const Option& option) {
  constexpr std::string_view kPrefix = "MESH_";
  if (!option.env.starts_with(kPrefix)) return std::nullopt;
  const std::string name = to_lower(std::string_view(option.env).substr(kPrefix.size()));
  const char* const no_color = std::getenv("NO_COLOR");
  if (name == "color" && no_color && *no_color != '\0') return std::nullopt;
  auto settings = config::read_user_settings(config::user_settings_path());
  if (!settings) return pass(std::move(settings));
  const auto found = settings->find(name);
  if (found == settings->end()) return std::nullopt;
  return found->second;
}

// CLI11 splits the words into options and operands; what they mean and what is said about them is ours.
class Parser {
 public:
  explicit Parser(const Walk& walk) : walk_(walk) {
    app_.set_help_flag();
    app_.allow_extras();
    help_ = app_.add_flag("-h,--help");
    if (walk.path.empty()) version_ = app_.add_flag("--version");
    for (const Option* option : walk.options.all()) add(*option);
  }

  Result<Request> parse() {
    std::vector<std::string> words = walk_.rest;
    for (auto word = words.begin(); word != std::ranges::find(words, "--"); ++word)
      if (const Option* const option = walk_.options.named(*word); option && option->value_may_lack)
        *word += "=" + std::string(kNoValue);
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    for (const std::string& word : walk_.rest) {
      if (word == "--") break;
      if (auto checked = check_inline_value(word); !checked) return pass(std::move(checked));
    }
    app_.parse(std::move(reversed));
    Request request{walk_.path, help_->count() > 0, version_ && version_->count() > 0,
                    walk_.command && walk_.command->commands.empty() ? walk_.command->run : nullptr};
    if (request.help) return request;
    if (auto extra = check_extras(); !extra) return pass(std::move(extra));
    for (const auto& [option, parsed] : bound_)
      if (auto set = this->set(*option, *parsed); !set) return pass(std::move(set));
    return request;
  }

 private:
  void add(const Option& option) {
    CLI::Option* added = nullptr;
    if (is_flag(option)) {
      added = app_.add_flag(option.name)->disable_flag_override();
    } else if (option.value_may_lack) {
      added = app_.add_flag(option.name);  // for CLI11 a flag that may have a value, never the next word
    } else {
      const std::string name = is_operand(option) ? "operand" + std::to_string(bound_.size()) : option.name;
      added = app_.add_option(name)->allow_extra_args(false);
      // A minimum that is never reached takes every operand; `allow_extra_args` would also split `[a,b]` at
      // commas.
      const int most = is_list(option) ? CLI::detail::expected_max_vector_size : 1;
      if (is_operand(option)) added->expected(most, most);
    }
    added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    bound_.emplace_back(&option, added);
  }

  // `--quiet=yes` and `--to=`: CLI11 would read the first and take the next word for the second.
  Result<void> check_inline_value(std::string_view word) const {
    const size_t equals = word.find('=');
    if (!word.starts_with("--") || equals == std::string_view::npos) return {};
    const Option* option = walk_.options.named(word.substr(0, equals));
    const std::string name(word.substr(0, equals));
    if (option ? is_flag(*option) : name == "--help") return usage("option `" + name + "` takes no value");
    if (option && equals + 1 == word.size()) return usage("option `" + name + "` needs a value");
    return {};
  }

  Result<void> check_extras() const {
    bool options_ended = false;
    for (const std::string& word : app_.remaining()) {
      if (word == "--")
        options_ended = true;
      else if (!options_ended && word.size() > 1 && word[0] == '-')
        return unknown_option(word);
      else
        return unexpected_word(word);
    }
    return {};
  }

  Result<void> unknown_option(std::string_view word) const {
    const std::string name(word.substr(0, word.find('=')));
    std::string help;
    if (const auto near = nearest(name, walk_.options.long_names())) help = "did you mean `" + *near + "`? ";
    return usage("unknown option `" + name + "`" +
                     (walk_.path.empty() ? "" : " of `" + command_line(walk_.path) + "`"),
                 help + "`" + help_command(walk_.path) + "` lists what there is");
  }

  Result<void> unexpected_word(const std::string& word) const {
    return usage("`" + command_line(walk_.path) + "` does not know what to do with `" + word + "`",
                 "`" + help_command(walk_.path) + "` shows what it takes");
  }

  Result<void> set(const Option& option, const CLI::Option& parsed) const {
    if (parsed.count() > 0) return assign(option, shown_name(option), parsed.results());
    const char* variable = option.env.empty() ? nullptr : std::getenv(option.env.c_str());
    if (variable && *variable != '\0') return assign(option, option.env, {variable});
    auto setting = user_setting(option);
    if (!setting) return pass(std::move(setting));
    if (*setting) return assign(option, "the user's config.yaml", {**setting});
    if (!option.required) return {};
    const std::string name(shown_name(option));
    return usage("`" + command_line(walk_.path) + "` needs " + (is_operand(option) ? "" : "the option ") +
                     "`" + name + (is_operand(option) ? "" : " " + option.value_name) + "`",
                 option.help);
  }

  const Walk& walk_;
  CLI::App app_;
  CLI::Option* help_ = nullptr;
  CLI::Option* version_ = nullptr;
  std::vector<std::pair<const Option*, CLI::Option*>> bound_;
};

}  // namespace

Result<Request> parse(const std::vector<std::string>& words, const std::vector<Command>& commands,
                      Global& global, std::string& folder) {
  const std::vector<Option> globals = global_options(global, folder);
  Walk found;
  found.level = &commands;
  found.options.add(globals);
  if (auto walked = walk(words, found); !walked) return pass(std::move(walked));
  return Parser(found).parse();
}

}  // namespace mesh::cmd
