#include "core/schema/fixes.hpp"
#include "core/schema/standards.hpp"
#include "core/schema/words.hpp"

#include "core/base/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mesh::schema {
namespace {

using yaml::Node;

std::string_view rule_of(std::string_view keyword) {
  static constexpr std::pair<std::string_view, std::string_view> kRules[] = {
      {"required", "schema/required"},
      {"dependentRequired", "schema/required"},
      {"type", "schema/type"},
      {"const", "schema/enum"},
      {"enum", "schema/enum"},
      {"pattern", "schema/pattern"},
      {"additionalProperties", "schema/unknown-property"},
      {"unevaluatedProperties", "schema/unknown-property"},
      {"anyOf", "schema/one-of"},
      {"oneOf", "schema/one-of"},
      {"minItems", "schema/min-items"},
      {"uniqueItems", "schema/unique"},
      {"contains", "schema/min-items"},
      {"minContains", "schema/min-items"},
      {"maxContains", "schema/range"},
      {"minimum", "schema/range"},
      {"maximum", "schema/range"},
      {"exclusiveMinimum", "schema/range"},
      {"exclusiveMaximum", "schema/range"},
      {"multipleOf", "schema/range"},
      {"minLength", "schema/range"},
      {"maxLength", "schema/range"},
      {"maxItems", "schema/range"},
      {"minProperties", "schema/range"},
      {"maxProperties", "schema/range"}};
  for (const auto& [known, rule] : kRules)
    if (known == keyword) return rule;
  return "schema/not-allowed";
}

void check_version(const Identified& identified, Node root, Findings& findings) {
  const auto value = root.find("apiVersion");
  if (!identified.unknown_version || !value) return;
  const std::vector<std::string_view> known = versions(identified.standard);
  const bool ours = is_own(identified.standard);
  const auto written = [&](std::string_view version) {
    return ours ? std::string(version) : fmt::format("v{}", version);
  };
  Finding& finding = findings.add("schema/api-version", Level::error, value->span(),
                                  fmt::format("`{}` is no known version of {}", printable(identified.version),
                                              name_of(identified.standard)));
  const bool lacks_v = std::find(known.begin(), known.end(), identified.version) != known.end();
  finding.label = lacks_v ? fmt::format("write it as `{}`", written(identified.version))
                          : fmt::format("the newest known one is `{}`", written(known.back()));
  if (lacks_v && !ours) finding.fix = add_v(*value);
}

void tell_unknown_kind(const Identified& identified, Node root, Findings& findings) {
  const auto key = root.find_key("kind");
  if (!key) {
    const Span at = root.size() > 0 ? root.key(0).span() : root.span();
    findings
        .add("manifest/unknown-kind", Level::warning, at,
             "the document does not say what kind of manifest it is")
        .label = "add `kind`";
    return;
  }
  const Node kind = *root.find("kind");
  const bool is_text = kind.is_string() && !kind.text().empty();
  Finding& finding =
      findings.add("manifest/unknown-kind", Level::warning, is_text ? kind.span() : key->span(),
                   is_text ? fmt::format("`{}` is no kind of manifest we know", printable(kind.text()))
                           : std::string("`kind` names no kind of manifest"));
  if (identified.nearest_kind) finding.label = fmt::format("did you mean `{}`?", *identified.nearest_kind);
  finding.help = "known kinds are `DataContract`, `DataProduct`, `Mesh` and `Domain`";
}

bool same_place(const Violation& a, const Violation& b) {
  return a.at == b.at && a.keyword == b.keyword && a.name == b.name;
}

// Whether the violation is told by another one: the same again, or a value of the wrong type that fails more
// than that, or the version that has a rule of its own.
bool is_echo(const std::vector<Violation>& all, size_t index, const Identified& identified, Node root) {
  const Violation& violation = all[index];
  for (size_t i = 0; i < all.size(); ++i) {
    if (i < index && same_place(all[i], violation)) return true;
    if (i != index && all[i].keyword == "type" && all[i].instance == violation.instance &&
        violation.keyword != "type")
      return true;
  }
  if (!identified.unknown_version) return false;
  const auto version = root.find("apiVersion");
  return version && violation.instance == *version;
}

// The values of keys that must go. Where a condition is met because its key is missing, several branches
// apply: one refuses the key, others want different things of its value.
std::vector<Node> refused_values(const std::vector<Violation>& violations) {
  std::vector<Node> values;
  for (const Violation& violation : violations)
    if (rule_of(violation.keyword) == "schema/unknown-property")
      if (const auto value = violation.instance.find(violation.name)) values.push_back(*value);
  return values;
}

bool is_within(const Violation& violation, Node value) {
  if (violation.instance == value) return true;
  const Span inner = violation.instance.span(), outer = value.span();
  return outer.begin < outer.end && outer.begin <= inner.begin && inner.end <= outer.end;
}

}  // namespace

// Tells what a schema has against a document.
static void judge(const Schema& schema, const Identified& identified, Node root, Formats formats, Voice voice,
                  Findings& findings) {
  const std::vector<Violation> violations = validate(schema, root, formats);
  if (violations.empty()) return;
  Words words(identified, root, voice);
  std::vector<Words::Meant> meant;
  for (const Violation& violation : violations)
    if (rule_of(violation.keyword) == "schema/unknown-property")
      if (auto key = words.suggestion(violation); key && !violation.instance.find(*key))
        meant.push_back({violation.instance, std::move(*key)});
  const std::vector<Node> refused = refused_values(violations);
  for (size_t i = 0; i < violations.size(); ++i) {
    const Violation& violation = violations[i];
    if (is_echo(violations, i, identified, root) || words.follows(violation, meant)) continue;
    if (std::ranges::any_of(refused, [&](Node value) { return is_within(violation, value); })) continue;
    const Telling telling = words.tell(violation);
    Finding& finding =
        findings.add(violation.by_format ? "schema/format" : rule_of(violation.keyword),
                     violation.by_format ? Level::warning : Level::error, violation.at, telling.message);
    finding.label = telling.label;
    finding.help = telling.help;
    const bool is_key = finding.rule == "schema/unknown-property";
    if (voice == Voice::standard)
      finding.fix = fix_for(violation, is_key ? words.suggestion(violation) : std::nullopt);
  }
}

void check(const Identified& identified, Node root, Findings& findings, Formats formats) {
  if (!root.is_mapping()) {
    findings.add("manifest/not-a-mapping", Level::error, root.span(),
                 fmt::format("the document is {}, not a mapping", described(root.kind())));
    return;
  }
  if (identified.standard == Standard::none) return tell_unknown_kind(identified, root, findings);
  check_version(identified, root, findings);
  if (const Schema* schema = schema_for(identified.standard, identified.schema_version))
    judge(*schema, identified, root, formats, Voice::standard, findings);
}

void check_data(const Schema& schema, Node root, Findings& findings, Formats formats) {
  judge(schema, Identified{}, root, formats, Voice::data, findings);
}

void check_own(const Schema& schema, const Identified& identified, Node root, Findings& findings,
               Formats formats) {
  Identified known = identified;
  known.unknown_version = false;
  judge(schema, known, root, formats, Voice::own, findings);
}

const std::vector<SchemaRule>& schema_rules() {
  static const std::vector<SchemaRule> rules{
      {"manifest/not-a-mapping", "a manifest is a mapping", Level::error},
      {"manifest/unknown-kind", "the kind of a manifest is known", Level::warning},
      {"schema/api-version", "the version of the standard is known", Level::error},
      {"schema/enum", "a value is one of those the standard lists", Level::error},
      {"schema/format", "a text has the form that its format names", Level::warning},
      {"schema/min-items", "a list is long enough", Level::error},
      {"schema/not-allowed", "nothing stands where the standard forbids it", Level::error},
      {"schema/one-of", "a value has exactly one of the forms the standard allows", Level::error},
      {"schema/pattern", "a text has the form the standard asks for", Level::error},
      {"schema/range", "numbers, lengths and counts are within their limits", Level::error},
      {"schema/required", "required keys are there", Level::error},
      {"schema/type", "values have the right type", Level::error},
      {"schema/unique", "the items of a list differ where they must", Level::error},
      {"schema/unknown-property", "keys are known to the standard", Level::error},
  };
  return rules;
}

}  // namespace mesh::schema
