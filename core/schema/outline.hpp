#pragma once

#include "core/schema/evaluate.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mesh::schema {

// What a subschema would accept, read off without asking it of a value: for choosing the branch that was
// meant and for telling what is known where.
class Outline {
 public:
  explicit Outline(const Schema::Compiled& schema) : schema_(schema), evaluator_(schema) {}

  // Bits of yaml::Kind, as far as `type`, `const` and `enum` say.
  uint32_t types(uint32_t subschema);
  // Whether a property that is fixed to certain values has one of them, or another one.
  struct Agreement {
    bool agrees = false, contradicts = false;
  };
  Agreement agreement(uint32_t subschema, yaml::Node mapping) const;
  // How much a mapping looks like what is described: keys that are known and asked for, less those it misses.
  int likeness(uint32_t subschema, yaml::Node mapping) const;
  // Whether anything that could apply to the same value has a word for the key.
  bool knows(uint32_t subschema, std::string_view key) const;
  // The Members that surely apply to the same value.
  std::vector<uint32_t> members_of(uint32_t subschema) const;
  // What makes a key known: "`type: library`".
  std::vector<std::string> conditions_for(uint32_t subschema, std::string_view key) const;
  // The values of a subschema that is but a `const` or an `enum`; false when it is more.
  bool collect_values(uint32_t subschema, std::vector<std::string>& values) const;
  // What a branch is called in a message: the key it asks for, its title or description, its pattern, its
  // types.
  std::string label(uint32_t subschema);

 private:
  enum class Through : uint8_t { certain, branches, conditions };
  // The subschema and those that apply to the same value with it: surely, in some branch, or under a
  // condition too.
  std::vector<uint32_t> in_place(uint32_t subschema, Through through) const;
  std::string first_constant(uint32_t condition) const;
  bool members_know(const Members& members, std::string_view key) const;

  const Schema::Compiled& schema_;
  Evaluator evaluator_;
  std::unordered_map<uint32_t, uint32_t> types_;
};

// A value of a schema as a message shows it.
std::string shown(yaml::Node value);

// "a string or a list".
std::string type_words(uint32_t types);

}  // namespace mesh::schema
