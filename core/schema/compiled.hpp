#pragma once

#include "core/schema/numbers.hpp"
#include "core/schema/pattern.hpp"
#include "core/schema/schema.hpp"
#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// What a schema becomes: for each subschema that can be reached a run of instructions, cheap ones first.
namespace mesh::schema {

struct Text {
  Source source;
  yaml::Document document;
  bool has_ids = false;  // an `$id` or an anchor below the root
};

// Subschemas are known by number. The first two are the boolean schemas.
inline constexpr uint32_t kAlways = 0, kNever = 1, kNone = UINT32_MAX;

// In the order of evaluation: what looks at one value, what goes into its members, what applies further
// subschemas to the same value, and what needs to know which members those have looked at.
enum class Op : uint8_t {
  type,         // a: bits of yaml::Kind
  constant,     // the keyword's value is read from the schema
  enumeration,  // the same
  minimum,      // a: of limits
  maximum,      // a: of limits
  exclusive_minimum,
  exclusive_maximum,
  multiple_of,
  min_length,  // a: the count; the same below
  max_length,
  min_items,
  max_items,
  min_properties,
  max_properties,
  pattern,             // a: of patterns
  required,            // a, b: range of names
  dependent_required,  // a: name, then b names that it needs, in names
  members,             // a: of members
  property_names,      // a: subschema
  items,               // a: of items
  contains,            // a: of contains
  unique_items,
  ref,     // a: subschema
  all_of,  // a, b: range of links
  any_of,
  one_of,
  negation,          // a: subschema
  condition,         // a: of conditions
  dependent_schema,  // a: name in names, b: subschema
  unevaluated_items,
  unevaluated_properties,  // a: subschema
};

struct Instruction {
  Op op;
  uint32_t a = 0, b = 0;
  uint32_t source = 0;  // the keyword's value in the schema's tree
};

struct Subschema {
  uint32_t first = 0, count = 0;  // in instructions
  uint32_t height = 0;            // subschemas on the longest way that stays on the same value
  yaml::Node source;
};

struct Property {
  std::string_view name;
  uint32_t subschema;
};

// `properties`, `patternProperties` and `additionalProperties` of one subschema.
struct Members {
  uint32_t first = 0, count = 0;             // in properties
  uint32_t slots = 0, mask = 0;              // hash table: mask + 1 entries in slots, when count is large
  uint32_t patterns = 0, pattern_count = 0;  // in member_patterns
  uint32_t additional = kNone;
};

struct MemberPattern {
  uint32_t pattern, subschema;
};

// `prefixItems` and `items`, or `items` and `additionalItems`.
struct Items {
  uint32_t first = 0, count = 0;  // the prefix, in links
  uint32_t rest = kNone;
  bool rest_is_additional = false;  // for messages
};

struct Contains {
  uint32_t subschema = kAlways;
  uint32_t least = 1, most = UINT32_MAX;
  bool has_least = false;
  bool marks = false;  // counts for unevaluatedItems (2020-12)
};

// if/then/else. When the condition only asks whether one property is one string, `key` and `text` say which.
struct Condition {
  uint32_t condition = kAlways, then_branch = kAlways, else_branch = kAlways;
  bool is_simple = false, key_required = false;
  std::string_view key, text;
};

struct Schema::Compiled {
  std::vector<std::shared_ptr<const Text>> texts;  // what the views below point into
  uint32_t root = kAlways;
  std::vector<Subschema> subschemas;
  std::vector<Instruction> instructions;
  std::vector<uint32_t> links;
  std::vector<std::string_view> names;
  std::vector<Property> properties;
  std::vector<uint32_t> slots;
  std::vector<Members> members;
  std::vector<MemberPattern> member_patterns;
  std::vector<Items> items;
  std::vector<Contains> contains;
  std::vector<Condition> conditions;
  std::vector<Limit> limits;
  std::deque<Pattern> patterns;

  yaml::Node source(const Subschema& subschema, const Instruction& instruction) const {
    return {subschema.source.tree(), instruction.source};
  }
  // Whether it has an unevaluated…, which always comes last.
  bool asks_for_marks(const Subschema& subschema) const {
    return subschema.count > 0 &&
           instructions[subschema.first + subschema.count - 1].op >= Op::unevaluated_items;
  }
  // The subschema of a property, or kNone.
  uint32_t property(const Members& of, std::string_view name) const;
};

// Properties are looked up by hash when there are more than this many.
inline constexpr uint32_t kLinearProperties = 4;

uint32_t hash_name(std::string_view name);

Result<std::shared_ptr<const Text>> read_text(std::string_view json);

}  // namespace mesh::schema
