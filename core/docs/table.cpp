#include "core/docs/table.hpp"

#include "core/base/json.hpp"

namespace mesh::docs {
namespace {

void strings(JsonWriter& json, std::string_view key, const std::vector<std::string>& values) {
  json.key(key).begin_array();
  for (const std::string& value : values) json.text(value);
  json.end_array();
}

void write(JsonWriter& json, const Option& option) {
  json.new_line().begin_object();
  if (option.is_operand()) {
    json.key("operand").text(option.value_name);
  } else {
    json.key("names").begin_array();
    if (!option.short_name.empty()) json.text(option.short_name);
    if (!option.long_name.empty()) json.text(option.long_name);
    json.end_array().key("value");
    option.value_name.empty() ? json.null() : json.text(option.value_name);
    json.key("valueOptional").boolean(option.value_may_lack);
  }
  json.key("help").text(option.help);
  strings(json, "choices", option.choices);
  json.key("default");
  option.default_value.empty() ? json.null() : json.text(option.default_value);
  json.key("env");
  option.env.empty() ? json.null() : json.text(option.env);
  json.key("required").boolean(option.required).key("repeatable").boolean(option.repeatable).end_object();
}

void options(JsonWriter& json, const std::vector<Option>& all) {
  json.key("options").begin_array();
  for (const Option& option : all) write(json, option);
  json.end_array();
}

void write(JsonWriter& json, const Command& command) {
  json.new_line().begin_object().key("name").text(command.name);
  strings(json, "aliases", command.aliases);
  json.key("summary").text(command.summary).key("group").text(command.group);
  options(json, command.options);
  json.key("commands").begin_array();
  for (const Command& child : command.commands) write(json, child);
  json.end_array().end_object();
}

}  // namespace

std::string command_table(const Program& program) {
  JsonWriter json;
  json.begin_object().key("schemaVersion").number(1);
  json.key("name")
      .text(program.name)
      .key("version")
      .text(program.version)
      .key("summary")
      .text(program.summary);
  json.new_line();
  options(json, program.options);
  json.new_line().key("commands").begin_array();
  for (const Command& command : program.commands) write(json, command);
  json.end_array().new_line().key("topics").begin_array();
  for (const Topic& topic : program.topics)
    json.new_line()
        .begin_object()
        .key("name")
        .text(topic.name)
        .key("summary")
        .text(topic.summary)
        .end_object();
  json.end_array().new_line().end_object();
  return std::move(json).take();
}

}  // namespace mesh::docs
