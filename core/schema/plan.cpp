#include "core/schema/compiled.hpp"

#include <algorithm>
#include <bit>

namespace mesh::schema {
namespace {

// How much plans may draw in beyond what stands in their own subschemas. What people write needs a few
// thousand; a schema that refers to a large one from everywhere must not grow without bound.
constexpr size_t kMostDrawnIn = 100'000;
constexpr uint32_t kMostRequired = 64;

class Planner {
 public:
  explicit Planner(Schema::Compiled& out)
      : out_(out), is_made_(out.subschemas.size()), drawn_by_(out.subschemas.size(), kNone) {}

  void run() {
    out_.plans.resize(out_.subschemas.size());
    out_.plans[kNever].types = 0;
    for (uint32_t index = kNever + 1; index < is_made_.size(); ++index) make(index);
  }

 private:
  void make(uint32_t index);
  void draw(uint32_t index);
  void apply(uint32_t index);
  void join_members();
  Property& named(Members& members, std::string_view name, uint16_t hash);
  uint32_t both(uint32_t a, uint32_t b);
  void finish();

  Schema::Compiled& out_;
  std::vector<bool> is_made_;
  std::vector<uint32_t> drawn_by_;  // by subschema, the last one that it was drawn into
  size_t drawn_in_ = 0;
  // The plan at hand, and what was drawn into it.
  uint32_t current_ = kNone;
  Plan plan_;
  std::vector<Instruction> members_, required_, rest_;
};

void Planner::make(uint32_t index) {
  if (is_made_[index]) return;
  is_made_[index] = true;
  const Subschema& subschema = out_.subschemas[index];
  // What is only another name takes over the plan that it means.
  if (subschema.count == 1 && out_.instructions[subschema.first].op == Op::ref) {
    const uint32_t meant = out_.instructions[subschema.first].a;
    if (meant > kNever) make(meant);
    out_.plans[index] = out_.plans[meant];
    out_.plans[index].has_references = true;
    return;
  }
  current_ = index;
  plan_ = {};
  members_.clear();
  required_.clear();
  rest_.clear();
  draw(index);
  join_members();
  finish();
}

void Planner::draw(uint32_t index) {
  drawn_by_[index] = current_;
  const Subschema& subschema = out_.subschemas[index];
  size_t size = 1 + subschema.count;
  for (uint32_t i = subschema.first; i < subschema.first + subschema.count; ++i) {
    const Instruction& it = out_.instructions[i];
    switch (it.op) {
      case Op::type:
        plan_.types &= static_cast<uint8_t>(it.a);
        break;
      case Op::members:
        members_.push_back(it);
        size += out_.members[it.a].count;
        break;
      case Op::required:
        required_.push_back(it);
        size += it.b;
        break;
      case Op::ref:
        plan_.has_references = true;
        apply(it.a);
        break;
      case Op::all_of:
        for (const uint32_t branch : out_.branches(it)) apply(branch);
        break;
      default:
        rest_.push_back(it);
    }
  }
  if (index != current_) drawn_in_ += size;
}

// Draws in what applies to the same value, unless it has an unevaluated…: that asks what its own subschema
// has looked at.
void Planner::apply(uint32_t index) {
  if (index <= kNever) {
    plan_.types &= out_.plans[index].types;
    return;
  }
  if (drawn_by_[index] == current_) return;
  if (drawn_in_ < kMostDrawnIn && !out_.asks_for_marks(out_.subschemas[index])) return draw(index);
  rest_.push_back({Op::ref, index});
}

// Makes one of all members that are known and required. What closes a mapping, `patternProperties` and
// `additionalProperties`, goes by the properties beside it, and is joined with nothing but `required`.
void Planner::join_members() {
  uint32_t most = 0;
  for (const Instruction& it : required_) most += it.b;
  if (members_.empty() || most > kMostRequired) {
    rest_.insert(rest_.end(), required_.begin(), required_.end());
    required_.clear();
  }
  if (members_.empty()) return;
  const auto closed = std::stable_partition(
      members_.begin(), members_.end(), [&](const Instruction& it) { return out_.members[it.a].is_open(); });
  const auto joined = std::max(closed, members_.begin() + 1);
  rest_.insert(rest_.end(), joined, members_.end());
  members_.erase(joined, members_.end());
  plan_.members = members_.front().a;
  if (members_.size() == 1 && required_.empty()) return;

  Members all = out_.members[plan_.members];
  for (const Instruction& it : members_) most += out_.members[it.a].count;
  all.first = static_cast<uint32_t>(out_.properties.size());
  all.count = 0;
  all.table = out_.make_table(most);
  for (const Instruction& it : members_) {
    const Members& part = out_.members[it.a];
    for (uint32_t i = part.first; i < part.first + part.count; ++i) {
      const Property property = out_.properties[i];
      Property& known = named(all, property.name, property.hash);
      known.subschema = both(known.subschema, property.subschema);
      known.is_evaluated = true;
    }
  }
  for (const Instruction& it : required_) {
    for (uint32_t i = it.a; i < it.a + it.b; ++i) {
      Property& known = named(all, out_.names[i], yaml::key_hash(out_.names[i]));
      if (known.required_bit == 0) known.required_bit = uint64_t{1} << std::popcount(all.required_bits);
      all.required_bits |= known.required_bit;
    }
  }
  plan_.members = static_cast<uint32_t>(out_.members.size());
  out_.members.push_back(all);
}

// The property of that name, which is added when it is not there.
Property& Planner::named(Members& members, std::string_view name, uint16_t hash) {
  if (const uint32_t known = out_.property(members, name, hash); known != kNone)
    return out_.properties[known];
  Property& made = out_.properties.emplace_back(Property{name, kAlways, hash, false});
  out_.enter(members.table, made, members.first + members.count++);
  return made;
}

// The number of a plan for what must fit both.
uint32_t Planner::both(uint32_t a, uint32_t b) {
  if (a == b || b == kAlways) return a;
  if (a == kAlways) return b;
  Plan plan;
  plan.types_only = false;
  plan.first = static_cast<uint32_t>(out_.instructions.size());
  plan.count = 2;
  out_.instructions.push_back({Op::ref, a});
  out_.instructions.push_back({Op::ref, b});
  out_.plans.push_back(plan);
  return static_cast<uint32_t>(out_.plans.size() - 1);
}

void Planner::finish() {
  std::stable_sort(rest_.begin(), rest_.end(),
                   [](const Instruction& a, const Instruction& b) { return a.op < b.op; });
  plan_.asks_for_marks = !rest_.empty() && rest_.back().op >= Op::unevaluated_items;
  plan_.types_only = plan_.members == kNone && rest_.empty();
  plan_.first = static_cast<uint32_t>(out_.instructions.size());
  plan_.count = static_cast<uint32_t>(rest_.size());
  out_.instructions.insert(out_.instructions.end(), rest_.begin(), rest_.end());
  out_.plans[current_] = plan_;
}

}  // namespace

void make_plans(Schema::Compiled& schema) { Planner(schema).run(); }

}  // namespace mesh::schema
