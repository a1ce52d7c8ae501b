#include "core/schema/words.hpp"

#include "core/base/strings.hpp"
#include "core/schema/formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mesh::schema {
namespace {

using yaml::Kind;
using yaml::Node;

constexpr size_t kLongestQuote = 60;
constexpr size_t kMostListed = 10;

std::string quoted(std::string_view text) {
  std::string shown = printable(text);
  if (shown.size() > kLongestQuote) {
    size_t end = kLongestQuote;
    while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xc0) == 0x80) --end;
    shown = shown.substr(0, end) + "…";
  }
  return fmt::format("`{}`", shown);
}

// "`a`, `b` or `c`", cut when it is long.
std::string listed(const std::vector<std::string>& words, std::string_view last = "or") {
  std::string text;
  const size_t count = words.size() <= kMostListed + 2 ? words.size() : kMostListed;
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) text += i + 1 == words.size() ? fmt::format(" {} ", last) : ", ";
    text += words[i].starts_with('`') ? words[i] : quoted(words[i]);
  }
  if (words.size() > count) text += fmt::format(" {} {} others", last, words.size() - count);
  return text;
}

std::string with_article(std::string_view word) {
  const bool vowel = !word.empty() && std::string_view("aeio").find(word[0]) != std::string_view::npos;
  return fmt::format("{} {}", vowel || word.starts_with("s3") || word.starts_with("sftp") ? "an" : "a", word);
}

// What the entries of a list under a key are called, in the standards and in our own kinds.
constexpr std::pair<std::string_view, std::string_view> kItems[] = {
    {"servers", "a server"},
    {"schema", "a schema object"},
    {"properties", "a property"},
    {"items", "the items of an array"},
    {"quality", "a quality rule"},
    {"roles", "a role"},
    {"members", "a team member"},
    {"team", "a team member"},
    {"support", "a support channel"},
    {"slaProperties", "an SLA property"},
    {"customProperties", "a custom property"},
    {"authoritativeDefinitions", "an authoritative definition"},
    {"relationships", "a relationship"},
    {"enum", "an enum value"},
    {"synonyms", "a synonym"},
    {"inputPorts", "an input port"},
    {"outputPorts", "an output port"},
    {"managementPorts", "a management port"},
    {"inputContracts", "an input contract"},
    {"sbom", "an SBOM entry"},
    {"stakeholders", "a stakeholder"},
    {"dataset", "a table"},
    {"columns", "a column"},
    {"targets", "a target"},
    {"waivers", "a waiver"},
};

// Names that older versions had (standards section 3), to what they became.
struct Rename {
  std::string_view from, to, help;
};
constexpr Rename kRenames[] = {
    {"isNullable", "required", "`isNullable: false` of v2 is `required: true` since v3.0.0"},
    {"isUnique", "unique", ""},
    {"isPrimaryKey", "primaryKey", ""},
    {"isPrimary", "primaryKey", ""},
    {"primaryKeyColumn", "primaryKey", ""},
    {"partitionStatus", "partitioned", ""},
    {"sampleValues", "examples", ""},
    {"transformSourceTables", "transformSourceObjects", ""},
    {"criticalDataElementStatus", "criticalDataElement", ""},
    {"dataGranularity", "dataGranularityDescription", ""},
    {"encryptedColumnName", "encryptedName", ""},
    {"slaDefaultColumn", "slaDefaultElement", ""},
    {"column", "element", ""},
    {"uuid", "id", ""},
    {"quantumName", "dataProduct", ""},
    {"datasetDomain", "domain", ""},
    {"stakeholders", "team", ""},
    {"columns", "properties", ""},
    {"dataset", "schema", ""},
};

// Which logical types have an option (ODCS).
constexpr std::pair<std::string_view, std::string_view> kOptions[] = {
    {"minLength", "`string`"},
    {"maxLength", "`string`"},
    {"pattern", "`string`"},
    {"multipleOf", "`integer` and `number`"},
    {"minItems", "`array`"},
    {"maxItems", "`array`"},
    {"uniqueItems", "`array`"},
    {"minProperties", "`object`"},
    {"maxProperties", "`object`"},
    {"required", "`object`"},
    {"timezone", "`timestamp` and `time`"},
    {"defaultTimezone", "`timestamp` and `time`"},
    {"dimensions", "`vector`"},
    {"elementType", "`vector`"},
    {"distanceMetric", "`vector`"},
    {"minimum", "`date`, `timestamp`, `time`, `integer` and `number`"},
    {"maximum", "`date`, `timestamp`, `time`, `integer` and `number`"},
    {"exclusiveMinimum", "`date`, `timestamp`, `time`, `integer` and `number`"},
    {"exclusiveMaximum", "`date`, `timestamp`, `time`, `integer` and `number`"},
    {"format", "`string`, `date`, `timestamp`, `time`, `integer` and `number`"},
};

std::string_view scalar_at(Node mapping, std::string_view key) {
  const auto value = mapping.find(key);
  return value && value->is_string() ? value->text() : std::string_view();
}

}  // namespace

Words::Words(const Identified& identified, Node root, Voice voice)
    : identified_(identified), voice_(voice), root_(root) {
  parents_.resize(root.tree()->node_count());
  std::vector<Node> open{root};
  while (!open.empty()) {
    const Node node = open.back();
    open.pop_back();
    for (uint32_t i = 0; i < node.size(); ++i) {
      const auto hang = [&](Node child) {
        Parent& parent = parents_[child.id()];
        if (parent.node != UINT32_MAX || child == root_) return;
        parent = {node.id(), i};
        if (child.is_mapping() || child.is_sequence()) open.push_back(child);
      };
      if (node.is_mapping()) hang(node.key(i));
      hang(node.is_mapping() ? node.value(i) : node.item(i));
    }
  }
}

Node Words::parent_of(Node node) const {
  const uint32_t parent = parents_[node.id()].node;
  return parent == UINT32_MAX ? root_ : Node(root_.tree(), parent);
}

std::string_view Words::key_of(Node node) const {
  while (node != root_) {
    const Node parent = parent_of(node);
    if (parent.is_mapping()) return parent.key(parents_[node.id()].entry).text();
    node = parent;
  }
  return "";
}

bool Words::is_item(Node node) const { return node != root_ && parent_of(node).is_sequence(); }

std::string Words::subject(Node value) const {
  const std::string_view key = key_of(value);
  if (key.empty()) return value == root_ ? "the document" : "an item of the document";
  if (!is_item(value)) return quoted(key);
  return fmt::format("an item of {}", quoted(key));
}

std::string Words::container(Node mapping) const {
  if (mapping == root_) {
    switch (identified_.standard) {
      case Standard::odcs:
      case Standard::dcs:
        return "the contract";
      case Standard::odps:
      case Standard::lf_odps:
      case Standard::dpds:
        return "the product";
      case Standard::mesh:
        return "the mesh";
      case Standard::domain:
        return "the domain";
      case Standard::waivers:
        return "the list of waivers";
      case Standard::none:
        return "the document";
    }
  }
  const std::string_view key = key_of(mapping);
  const bool list = is_item(mapping);
  if (key.empty()) return "an entry of the document";
  if (voice_ == Voice::data) return list ? fmt::format("an entry of {}", quoted(key)) : quoted(key);
  if (key == "servers" && list)
    if (const std::string_view type = scalar_at(mapping, "type"); !type.empty())
      return fmt::format("{} server", with_article(printable(type)));
  for (const auto& [known, noun] : kItems)
    if (known == key && (list || key == "items")) return std::string(noun);
  if (list) return fmt::format("an entry of {}", quoted(key));
  return quoted(key);
}

Telling Words::tell(const Violation& violation) {
  const std::string_view keyword = violation.keyword;
  if (keyword == "required" || keyword == "dependentRequired") return missing(violation);
  if (keyword == "additionalProperties" || keyword == "unevaluatedProperties") return unknown_key(violation);
  if (keyword == "type") return wrong_type(violation);
  if (keyword == "enum" || keyword == "const") return wrong_value(violation);
  if (keyword == "anyOf" || keyword == "oneOf") return no_form(violation);
  if (keyword == "pattern") {
    return {fmt::format("{} does not have the form of {}", quoted(violation.instance.text()),
                        subject(violation.instance)),
            "", fmt::format("it must match `{}`", printable(violation.expected))};
  }
  if (keyword == "format") return wrong_format(violation);
  if (keyword == "uniqueItems")
    return {fmt::format("two items of {} are equal", subject(violation.instance)), "each may stand here once",
            ""};
  if (keyword == "not" && violation.name.empty())
    return {fmt::format("{} has a value that is not allowed here", subject(violation.instance)), "", ""};
  if (keyword == "not" || (keyword == "false" && !violation.name.empty()))
    return {fmt::format("{} is not allowed in {}", quoted(violation.name), container(violation.instance)),
            "remove it", ""};
  if (keyword == "contains" || keyword == "minContains" || keyword == "maxContains")
    return {fmt::format("{} must hold {} {} matching items", subject(violation.instance),
                        keyword == "maxContains" ? "at most" : "at least", violation.expected),
            "", ""};
  if (keyword == "items" || keyword == "additionalItems" || keyword == "unevaluatedItems")
    return {fmt::format("{} has more items than allowed", subject(violation.instance)), "remove it", ""};
  if (keyword == "false")
    return {fmt::format("{} is not allowed here", subject(violation.instance)), "remove it", ""};
  return out_of_range(violation);
}

Telling Words::missing(const Violation& violation) {
  Telling telling;
  telling.message = fmt::format("{} is missing in {}", quoted(violation.name), container(violation.instance));
  telling.label = fmt::format("add {}", quoted(violation.name));
  if (violation.keyword == "dependentRequired")
    telling.help = fmt::format("{} asks for it", quoted(violation.expected));
  else
    telling.help = later_version(violation);
  return telling;
}

// Whether a key that could be suggested is there already. Not asked in a huge mapping: each of its unknown
// keys would look through all the others.
static bool is_taken(Node mapping, std::string_view key) {
  constexpr uint32_t kFewKeys = 200;
  return mapping.size() <= kFewKeys && mapping.find(key);
}

// A name of an older version, else the nearest name that is not taken, else the nearest.
std::optional<std::string> Words::suggestion(const Violation& violation) const {
  const auto& known = violation.known;
  const std::string_view key = violation.name;
  for (const Rename& rename : kRenames)
    if (voice_ == Voice::standard && rename.from == key &&
        std::find(known.begin(), known.end(), rename.to) != known.end())
      return std::string(rename.to);
  std::vector<std::string> free;
  for (const std::string& name : known)
    if (!is_taken(violation.instance, name)) free.push_back(name);
  if (auto near = nearest(key, free)) return near;
  return nearest(key, known);
}

bool Words::follows(const Violation& violation, const std::vector<Meant>& meant) const {
  const Node instance = violation.instance;
  const bool of_options = key_of(instance) == "logicalTypeOptions" && !is_item(instance);
  return std::any_of(meant.begin(), meant.end(), [&](const Meant& one) {
    if (of_options && one.key == "logicalType" && one.mapping == parent_of(instance)) return true;
    if (!(one.mapping == instance)) return false;
    if (violation.keyword == "required") return violation.name == one.key;
    const auto names_it = [&](const std::string& text) {
      return text == fmt::format("`{}`", one.key) || text.starts_with(fmt::format("`{}: ", one.key));
    };
    const bool is_form = violation.keyword == "oneOf" || violation.keyword == "anyOf";
    const auto& texts = is_form ? violation.known : violation.conditions;
    return std::any_of(texts.begin(), texts.end(), names_it);
  });
}

Telling Words::unknown_key(const Violation& violation) {
  Telling telling;
  const std::string_view key = violation.name;
  const Node mapping = violation.instance;
  const bool by_standard = voice_ == Voice::standard;
  if (by_standard && key_of(mapping) == "logicalTypeOptions" && !is_item(mapping)) {
    const std::string_view type = scalar_at(parent_of(mapping), "logicalType");
    telling.message = type.empty()
                          ? fmt::format("{} is not an option without a `logicalType`", quoted(key))
                          : fmt::format("{} is not an option of logicalType {}", quoted(key), quoted(type));
    for (const auto& [option, types] : kOptions)
      if (option == key) telling.label = fmt::format("an option of {}", types);
  } else {
    telling.message = fmt::format("{} is not a key of {}", quoted(key), container(mapping));
  }
  const auto meant = suggestion(violation);
  for (const Rename& rename : kRenames)
    if (by_standard && meant && rename.from == key && rename.to == *meant) telling.help = rename.help;
  if (meant && telling.label.empty()) {
    telling.label = fmt::format("did you mean `{}`?", *meant);
    return telling;
  }
  telling.help = later_version(violation);
  if (!telling.help.empty() || !telling.label.empty()) return telling;
  std::vector<std::string> free;
  for (const std::string& known : violation.known)
    if (!is_taken(mapping, known)) free.push_back(known);
  const bool is_option = by_standard && std::any_of(std::begin(kOptions), std::end(kOptions),
                                                    [&](const auto& option) { return option.first == key; });
  const auto& known = violation.known;
  if (is_option && std::find(known.begin(), known.end(), "logicalTypeOptions") != known.end())
    telling.label = "it belongs under `logicalTypeOptions`";
  else if (!violation.conditions.empty() && violation.conditions.size() <= 4)
    telling.label = fmt::format("only with {}", listed(violation.conditions));
  else if (violation.known_elsewhere)
    telling.label = fmt::format("not together with the other keys of {}", container(mapping));
  else if (!free.empty())
    telling.help = fmt::format("known keys are {}", listed(free, "and"));
  return telling;
}

Telling Words::wrong_type(const Violation& violation) {
  const Node value = violation.instance;
  Telling telling;
  telling.message =
      fmt::format("{} must be {}, not {}", subject(value), violation.expected, described(value.kind()));
  const auto wants = [&](std::string_view type) {
    return violation.expected.find(type) != std::string::npos;
  };
  const std::string lower = to_lower(value.text());
  if (value.is_null()) {
    telling.label = "give it a value, or remove the key";
  } else if (value.is_string() && wants("boolean")) {
    if (lower == "no" || lower == "off" || lower == "n" || lower == "false") telling.label = "write `false`";
    if (lower == "yes" || lower == "on" || lower == "y" || lower == "true") telling.label = "write `true`";
    if (!telling.label.empty() && lower != "true" && lower != "false")
      telling.help = "in YAML 1.2 only `true` and `false` are booleans";
  } else if (value.is_string() && (wants("integer") || wants("number")) && !lower.empty() &&
             lower.find_first_not_of("0123456789.-") == lower.npos) {
    telling.label = "remove the quotes";
  } else if (wants("string") && !value.is_mapping() && !value.is_sequence()) {
    telling.label = fmt::format("write it in quotes: `\"{}\"`", printable(value.text()));
  } else if (wants("list") && !value.is_sequence()) {
    telling.label = "write it as a list";
  }
  if (identified_.standard == Standard::lf_odps && parent_of(value) == root_ && key_of(value) == "version")
    telling.help = "LF ODPS 4.0 and 4.1 ask for a string here, though their own examples write a number";
  if (telling.help.empty()) telling.help = later_version(violation);
  return telling;
}

Telling Words::wrong_value(const Violation& violation) {
  const Node value = violation.instance;
  Telling telling;
  const bool is_scalar = !value.is_mapping() && !value.is_sequence();
  telling.message = fmt::format("{} cannot be {}", subject(value),
                                is_scalar ? quoted(value.text()) : std::string(described(value.kind())));
  telling.help = later_version(violation);
  const auto near = is_scalar ? nearest(value.text(), violation.known) : std::nullopt;
  if (near)
    telling.label = fmt::format("did you mean `{}`?", *near);
  else if (violation.known.size() == 1)
    telling.label = fmt::format("only {}", listed(violation.known));
  else
    telling.label = fmt::format("one of {}", listed(violation.known));
  return telling;
}

Telling Words::no_form(const Violation& violation) const {
  const Node value = violation.instance;
  Telling telling;
  const std::string what = value.is_mapping() ? container(value) : subject(value);
  if (violation.name == "several") {
    telling.message = fmt::format("{} fits more than one of the forms allowed here", what);
    telling.label = fmt::format("only one of {}", listed(violation.known));
  } else if (!violation.expected.empty()) {
    telling.message =
        fmt::format("{} must be {}, not {}", subject(value), violation.expected, described(value.kind()));
  } else {
    telling.message = fmt::format("{} has none of the forms allowed here", what);
    if (std::all_of(violation.known.begin(), violation.known.end(),
                    [](const std::string& s) { return s.starts_with('`'); }))
      telling.label = fmt::format("needs one of {}", listed(violation.known));
    else
      telling.help = fmt::format("it is one of: {}", join(violation.known, "; "));
  }
  return telling;
}

Telling Words::out_of_range(const Violation& violation) const {
  static constexpr std::array<std::array<std::string_view, 3>, 11> kPhrases{{
      {"minimum", "at least ", ""},
      {"maximum", "at most ", ""},
      {"exclusiveMinimum", "greater than ", ""},
      {"exclusiveMaximum", "less than ", ""},
      {"multipleOf", "a multiple of ", ""},
      {"minLength", "at least ", " character"},
      {"maxLength", "at most ", " character"},
      {"minItems", "at least ", " item"},
      {"maxItems", "at most ", " item"},
      {"minProperties", "at least ", " key"},
      {"maxProperties", "at most ", " key"},
  }};
  for (const auto& [keyword, before, after] : kPhrases) {
    if (keyword != violation.keyword) continue;
    const std::string_view plural = after.empty() || violation.expected == "1" ? "" : "s";
    return {fmt::format("{} must {} {}{}{}{}", subject(violation.instance), after.empty() ? "be" : "have",
                        before, violation.expected, after, plural),
            "", ""};
  }
  return {fmt::format("{} is not allowed here", subject(violation.instance)), "", ""};
}

Telling Words::wrong_format(const Violation& violation) const {
  const std::string_view text = violation.instance.text();
  const auto format = format_named(violation.expected);
  if (!format) return {fmt::format("{} has not the form `{}`", quoted(text), violation.expected), "", ""};
  const auto [noun, example] = words_of(*format);
  const std::string what =
      text.empty() ? fmt::format("an empty {}", subject(violation.instance)) : quoted(text);
  return {fmt::format("{} is not {}", what, noun), fmt::format("{} looks like `{}`", noun, example), ""};
}

// What the later versions of the same major find wrong with the document, oldest first. Judged once, when
// first asked.
const std::vector<Words::Later>& Words::later() {
  if (later_) return *later_;
  later_.emplace();
  const bool versioned = voice_ == Voice::standard &&
                         (identified_.standard == Standard::odcs || identified_.standard == Standard::odps);
  const bool old_contract = identified_.schema_version.starts_with("2.");
  if (!versioned || identified_.unknown_version || old_contract) return *later_;
  bool is_later = false;
  for (const std::string_view version : versions(identified_.standard)) {
    const std::string schema_version = schema_version_of(identified_.standard, version);
    if (is_later)
      if (const Schema* schema = schema_for(identified_.standard, schema_version))
        later_->push_back({version, validate(*schema, root_)});
    is_later = is_later || schema_version == identified_.schema_version;
  }
  return *later_;
}

// The first later version of the standard that has nothing to say against this place: "known from v3.2.0 on".
std::string Words::later_version(const Violation& violation) {
  for (const Later& candidate : later()) {
    const bool still =
        std::any_of(candidate.found.begin(), candidate.found.end(), [&](const Violation& other) {
          const Span whole = other.instance.span();
          return other.at == violation.at || (whole.begin <= violation.at.begin &&
                                              violation.at.end <= whole.end && other.instance != root_);
        });
    if (still) continue;
    if (violation.keyword == "required") return fmt::format("v{} no longer asks for it", candidate.version);
    if (violation.keyword == "type") return fmt::format("allowed from v{} on", candidate.version);
    return fmt::format("known from v{} on", candidate.version);
  }
  return "";
}

}  // namespace mesh::schema
