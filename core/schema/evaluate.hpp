#pragma once

#include "core/schema/compiled.hpp"

#include <unordered_map>

namespace mesh::schema {

// Which members of one collection a schema has looked at, for unevaluatedProperties and unevaluatedItems.
class Marks {
 public:
  void set(uint32_t index) { index < 64 ? void(low_ |= uint64_t{1} << index) : set_high(index); }
  void set_all() { all_ = true; }
  void set_first(uint32_t count);
  bool has(uint32_t index) const { return all_ || (index < 64 ? low_ >> index & 1 : has_high(index)); }
  // Whether it surely has all of so many.
  bool has_first(uint32_t count) const {
    return all_ || count == 0 || (count <= 64 && ~low_ << (64 - count) == 0);
  }
  void merge(const Marks& other);

 private:
  void set_high(uint32_t index);
  bool has_high(uint32_t index) const;

  uint64_t low_ = 0;
  std::vector<uint64_t> high_;
  bool all_ = false;
};

// Whether the value has one of the types: bits of yaml::Kind.
inline bool type_fits(uint32_t types, yaml::Node value) {
  const yaml::Kind kind = value.kind();
  if (types >> static_cast<uint32_t>(kind) & 1) return true;
  return kind == yaml::Kind::number && (types >> static_cast<uint32_t>(yaml::Kind::integer) & 1) &&
         is_integral(value);
}

// Judges values of one document by one schema, yes or no. Stops at the first failure. Cheap to make; not
// shared between threads.
class Evaluator {
 public:
  // A `format` that does not fit is noted; with Assert::yes it is a failure like any other.
  enum class Assert : bool { no, yes };
  explicit Evaluator(const Schema::Compiled& schema, Formats formats = Formats::ignored,
                     Assert assert = Assert::no)
      : schema_(schema), formats_(formats), assert_formats_(assert == Assert::yes) {}

  // `index` is that of a subschema, or of another plan. `marks`, when wanted, learns what was looked at; on a
  // failure it holds nothing of use.
  bool holds(uint32_t index, yaml::Node value, Marks* marks) {
    const Plan& plan = schema_.plans[index];
    if (!type_fits(plan.types, value)) return false;
    return plan.types_only || applies(index, value, marks);
  }

  // The instructions that look at the value alone: everything before Op::members, and unique_items.
  bool assertion_holds(const Instruction& instruction, yaml::Node value) const;

  // Whether the value has the form that a `format` names, as far as formats are judged.
  bool format_fits(const Instruction& instruction, yaml::Node value) const;
  // Some `format` did not fit in what was evaluated so far.
  bool format_failed() const { return format_failed_; }

  bool condition_holds(const Condition& condition, yaml::Node value, Marks* marks);
  // How many items match, up to one more than `most`.
  uint32_t matching_items(const Contains& contains, yaml::Node value, Marks* marks);

 private:
  // Whether a value that has one of the types fits the rest of a plan.
  bool applies(uint32_t index, yaml::Node value, Marks* marks);
  bool run(const Plan& plan, yaml::Node value, Marks* marks);
  bool is_among(const Enumeration& values, yaml::Node value) const;
  bool members_hold(const Members& members, yaml::Node value, Marks* marks);
  bool few_hold(const Members& members, yaml::Node value, Marks* marks);
  bool items_hold(const Items& items, yaml::Node value, Marks* marks);
  bool jump_holds(const Instruction& instruction, yaml::Node value, Marks* marks);
  bool any_holds(const Instruction& instruction, yaml::Node value, Marks* marks);
  bool one_holds(const Instruction& instruction, yaml::Node value, Marks* marks);
  bool unevaluated_hold(const Instruction& instruction, yaml::Node value, Marks* marks);
  bool run_with_marks(const Plan& plan, yaml::Node value, Marks* marks);
  bool remembered(uint32_t index, yaml::Node value, Marks* marks);

  struct Answer {
    bool holds;
    Marks marks;
  };
  const Schema::Compiled& schema_;
  Formats formats_;
  bool assert_formats_, format_failed_ = false;
  uint64_t references_ = 0;
  std::unordered_map<uint64_t, Answer> answers_;
};

// Entry `index` of a mapping whose key reads `name`, whatever kind of scalar it is; kNone when there is none.
uint32_t entry_named(yaml::Node mapping, std::string_view name, uint16_t hash);
inline uint32_t entry_named(yaml::Node mapping, std::string_view name) {
  return entry_named(mapping, name, yaml::key_hash(name));
}

}  // namespace mesh::schema
