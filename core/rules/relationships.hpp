#pragma once

#include "core/rules/references.hpp"
#include "core/rules/rule.hpp"

#include <functional>
#include <vector>

// Relationships between columns whose ends were all found, for the rules that compare both ends.
namespace mesh::rules {

// One end of a column pair: what it is called there, and what it is.
struct End {
  const Contract* contract;
  Span at;  // the reference; the property's name where a property is itself the end
  Target target;
};

// A relationship with as many columns on either side; both ends of a column are properties.
struct Joined {
  struct Column {
    End from, to;
    std::string_view to_text;
  };
  const model::Relationship* relationship;
  std::vector<Column> columns;
};

using LookAt = std::function<void(const Joined&)>;

// Those within one contract.
void each_joined(const Contract& contract, const LookAt& look);

// Those that lead into other files.
void each_joined_across(const Workspace& workspace, const LookAt& look);

// `foreignKey` is the standard's only type and its default; what another type means is not known.
bool is_foreign_key(const model::Relationship& relationship);

}  // namespace mesh::rules
