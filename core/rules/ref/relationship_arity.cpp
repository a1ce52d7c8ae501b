#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::ref {

using model::Relationship;

// At an object both ends are lists; at a property the other end may be one of a composite key, the property
// being its column.
static void check(const Contract& contract, Findings& findings) {
  for (const model::SchemaObject& object : contract.objects) {
    for (const Relationship& relationship : object.relationships) {
      const size_t from = relationship.from.size(), to = relationship.to.size();
      if (from == 0 || to == 0 || from == to) continue;
      Finding& finding = findings.add(relationship.to.front().at,
                                      fmt::format("this relationship goes from {} to {}",
                                                  count_of(from, "column"), count_of(to, "column")));
      finding.label = "name as many on both sides, in the same order";
      finding.notes.push_back({"from here", Place{findings.file(), relationship.from.front().at}});
    }
  }
}

extern const Rule relationship_arity{
    .id = "ref/relationship-arity",
    .summary = "both ends of a relationship have as many columns",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::ref
