#pragma once

#include "core/schema/numbers.hpp"
#include "core/schema/pattern.hpp"
#include "core/schema/schema.hpp"
#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What a schema becomes: for each subschema that can be reached a run of instructions, cheap ones first, by
// which failures are explained, and a plan, by which values are judged.
namespace mesh::schema {

uint32_t hash_long_text(std::string_view text);
inline uint32_t hash_text(std::string_view text) {
  constexpr uint64_t kFactor = 0x9e3779b97f4a7c15u;
  const size_t size = text.size();
  if (size > 16) return hash_long_text(text);
  uint64_t first = 0, last = 0;
  if (size >= 8) {
    first = yaml::bytes_at(text.data(), 8);
    last = yaml::bytes_at(text.data() + size - 8, 8);
  } else if (size >= 4) {
    first = yaml::bytes_at(text.data(), 4);
    last = yaml::bytes_at(text.data() + size - 4, 4);
  } else {
    for (const char c : text) first = first << 8 | static_cast<unsigned char>(c);
  }
  uint64_t hash = (first ^ size) * kFactor;
  hash = (hash ^ hash >> 32 ^ last) * kFactor;
  return static_cast<uint32_t>(hash >> 32);
}

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
  constant,     // a: of constants
  enumeration,  // a: of enumerations
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
  format,              // a: a Format
  required,            // a, b: range of names
  dependent_required,  // a: name, then b names that it needs, in names
  members,             // a: of members
  property_names,      // a: subschema
  items,               // a: of items
  contains,            // a: of contains
  unique_items,
  ref,     // a: subschema
  all_of,  // a, b: range of links
  jump,    // a: of jumps
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

inline constexpr uint32_t kEveryType = 0x7f;  // bits of yaml::Kind

// How the evaluator judges a value by a subschema: what that one asks and what those ask that surely apply to
// the same value, by `$ref` and `allOf`, drawn together. A mapping is walked once, however many of them know
// members.
struct Plan {
  uint8_t types = kEveryType;
  bool types_only = true;         // nothing else is asked
  bool asks_for_marks = false;    // an unevaluated… comes last
  bool has_references = false;    // can be reached by more ways than there are lines in the schema
  uint32_t members = kNone;       // of members
  uint32_t first = 0, count = 0;  // what else is asked, in instructions
};

struct Property {
  std::string_view name;
  uint32_t subschema;
  uint16_t hash;              // yaml::key_hash of the name
  bool is_evaluated = true;   // not when a plan knows it as required only
  uint64_t required_bit = 0;  // in a plan
};

// A hash table: mask + 1 entries in slots, each the number of what has the hash, or kNone. Made by default,
// it is empty.
struct Table {
  uint32_t slots = 0, mask = 0;
};

// `properties`, `patternProperties` and `additionalProperties` of one subschema; in a plan of several, with
// what is `required`.
struct Members {
  uint32_t first = 0, count = 0;             // in properties
  Table table;                               // of properties
  uint32_t patterns = 0, pattern_count = 0;  // in member_patterns
  uint32_t additional = kNone;
  uint64_t required_bits = 0;

  bool is_open() const { return pattern_count == 0 && additional == kNone; }
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

// if/then/else. When the condition only asks whether one property is one of some strings, `key` and the texts
// say which.
struct Condition {
  uint32_t condition = kAlways, then_branch = kAlways, else_branch = kAlways;
  bool is_simple = false, key_required = false;
  std::string_view key;
  uint32_t first = 0, count = 0;  // the texts, in names
};

// The branches of an `allOf` that are simple conditions on one property, without `else`: its value leads to
// those that are met.
struct Jump {
  std::string_view key;
  bool key_required = false;      // by all of them; when it is missing none is met
  uint32_t first = 0, count = 0;  // the branches, in links
  Table table;                    // of jump_targets
};

struct JumpTarget {
  std::string_view text;
  uint32_t subschema;
};

struct Enumeration {
  yaml::Node list;
  bool are_texts = false;
  Table table;  // of names, when they are texts
};

struct Schema::Compiled {
  std::vector<std::shared_ptr<const Text>> texts;  // what the views below point into
  uint32_t root = kAlways;
  bool has_formats = false;
  std::vector<Subschema> subschemas;
  std::vector<Plan> plans;  // one for each subschema, then those of members that several subschemas know
  std::vector<Instruction> instructions;
  std::vector<uint32_t> links;
  std::vector<std::string_view> names;
  std::vector<Property> properties;
  std::vector<uint32_t> slots{kNone};
  std::vector<Members> members;
  std::vector<MemberPattern> member_patterns;
  std::vector<Items> items;
  std::vector<Contains> contains;
  std::vector<Condition> conditions;
  std::vector<Jump> jumps;
  std::vector<JumpTarget> jump_targets;
  std::vector<yaml::Node> constants;
  std::vector<Enumeration> enumerations;
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
  // The subschemas of allOf, anyOf, oneOf, and of the part of an allOf that is a jump.
  std::span<const uint32_t> branches(const Instruction& instruction) const {
    if (instruction.op != Op::jump) return {links.data() + instruction.a, instruction.b};
    const Jump& jump = jumps[instruction.a];
    return {links.data() + jump.first, jump.count};
  }
  // A table with room for `count` numbers.
  Table make_table(uint32_t count);
  void enter(const Table& table, uint32_t hash, uint32_t number);
  void enter(const Table& table, const Property& property, uint32_t number) {
    enter(table, entry_hash(table, property.name, property.hash), number);
  }
  // The first number that is the right one, of those entered under the hash and some others; or kNone.
  template <class IsRight>
  uint32_t look_up(const Table& table, uint32_t hash, const IsRight& is_right) const {
    for (uint32_t slot = hash;; ++slot) {
      const uint32_t number = slots[table.slots + (slot & table.mask)];
      if (number == kNone || is_right(number)) return number;
    }
  }
  // What a name is entered under; `hash` is its yaml::key_hash, whose 16 bits do not spread a million names.
  static uint32_t entry_hash(const Table& table, std::string_view name, uint16_t hash) {
    constexpr uint32_t kMostSpread = INT16_MAX;
    return table.mask <= kMostSpread ? hash : hash_text(name);
  }
  // The number of the property of that name, or kNone. `hash` is yaml::key_hash of the name.
  uint32_t property(const Members& of, std::string_view name, uint16_t hash) const {
    return look_up(of.table, entry_hash(of.table, name, hash), [&](uint32_t number) {
      return properties[number].hash == hash && yaml::same_text(properties[number].name, name);
    });
  }
  uint32_t property(const Members& of, std::string_view name) const {
    return property(of, name, yaml::key_hash(name));
  }
};

// Makes the plans, from the instructions of all subschemas.
void make_plans(Schema::Compiled& schema);

enum class Syntax : uint8_t { json, yaml };

// usage: it cannot be read, or holds several documents.
Result<std::shared_ptr<const Text>> read_text(std::string path, std::string bytes, Syntax syntax);

// "path:line:column: what"; a text without a path has the place alone.
Error fault_at(const Text& text, Span at, std::string_view what, std::string help = {});
Error fault_at(const Text& text, yaml::Node at, std::string_view what, std::string help = {});

}  // namespace mesh::schema
