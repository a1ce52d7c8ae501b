#include "core/schema/compiled.hpp"

#include <optional>
#include <vector>

namespace mesh::schema {

// Splits the conditions on one property off an `allOf`; nothing when they are too few to be worth it.
static std::optional<Instruction> jump_of(Schema::Compiled& out, Instruction& all_of) {
  constexpr size_t kFew = 3;
  const auto condition_of = [&](uint32_t link) -> const Condition* {
    const Subschema& branch = out.subschemas[link];
    if (link <= kNever || branch.count != 1) return nullptr;
    const Instruction& only = out.instructions[branch.first];
    if (only.op != Op::condition) return nullptr;
    const Condition& condition = out.conditions[only.a];
    return condition.is_simple && condition.else_branch == kAlways ? &condition : nullptr;
  };
  Jump jump;
  std::vector<uint32_t> met, rest;
  jump.key_required = true;
  for (uint32_t i = 0; i < all_of.b; ++i) {
    const uint32_t link = out.links[all_of.a + i];
    const Condition* const condition = condition_of(link);
    if (!condition || (!met.empty() && condition->key != jump.key)) {
      rest.push_back(link);
      continue;
    }
    jump.key = condition->key;
    jump.key_required = jump.key_required && condition->key_required;
    met.push_back(link);
  }
  if (met.size() < kFew) return std::nullopt;
  const auto first = static_cast<uint32_t>(out.jump_targets.size());
  for (const uint32_t link : met) {
    const Condition& condition = *condition_of(link);
    for (uint32_t i = 0; i < condition.count; ++i)
      out.jump_targets.push_back({out.names[condition.first + i], condition.then_branch});
  }
  const auto end = static_cast<uint32_t>(out.jump_targets.size());
  jump.table = out.make_table(end - first);
  for (uint32_t i = first; i < end; ++i) out.enter(jump.table, hash_text(out.jump_targets[i].text), i);
  all_of.a = static_cast<uint32_t>(out.links.size());
  all_of.b = static_cast<uint32_t>(rest.size());
  out.links.insert(out.links.end(), rest.begin(), rest.end());
  jump.first = static_cast<uint32_t>(out.links.size());
  jump.count = static_cast<uint32_t>(met.size());
  out.links.insert(out.links.end(), met.begin(), met.end());
  out.jumps.push_back(jump);
  return Instruction{Op::jump, static_cast<uint32_t>(out.jumps.size() - 1), 0, all_of.source};
}

void find_jumps(Schema::Compiled& out) {
  for (size_t index = 2; index < out.subschemas.size(); ++index) {
    const Subschema subschema = out.subschemas[index];
    for (uint32_t i = subschema.first; i < subschema.first + subschema.count; ++i) {
      if (out.instructions[i].op != Op::all_of) continue;
      Instruction all_of = out.instructions[i];
      const auto jump = jump_of(out, all_of);
      if (!jump) break;
      // The run of instructions moves to where it can grow, unless the jump takes the place of the `allOf`.
      if (all_of.b == 0) {
        out.instructions[i] = *jump;
        break;
      }
      const auto first = static_cast<uint32_t>(out.instructions.size());
      for (uint32_t k = subschema.first; k < subschema.first + subschema.count; ++k) {
        out.instructions.push_back(k == i ? all_of : Instruction(out.instructions[k]));
        if (k == i) out.instructions.push_back(*jump);
      }
      out.subschemas[index].first = first;
      out.subschemas[index].count = subschema.count + 1;
      break;
    }
  }
}

}  // namespace mesh::schema
