#include "core/rules/relationships.hpp"

#include "core/model/properties.hpp"
#include "core/workspace/foreign.hpp"

#include <optional>
#include <unordered_map>

namespace mesh::rules {

using model::Property;
using model::Relationship;
using model::SchemaObject;
using model::Text;

namespace {

// Calls visit(relationship, object, owner): owner is the property that has it, nullptr for the object's own.
template <class Visit>
void each_relationship(const Contract& contract, const Visit& visit) {
  for (const SchemaObject& object : contract.objects) {
    for (const Relationship& relationship : object.relationships) visit(relationship, object, nullptr);
    model::each_property(object.properties, [&](const Property& property) {
      for (const Relationship& relationship : property.relationships())
        visit(relationship, object, &property);
    });
  }
}

bool leads_elsewhere(const Relationship& relationship) {
  for (const auto* ends : {&relationship.from, &relationship.to})
    for (const Text& end : *ends)
      if (end.view().find('#') != std::string_view::npos) return true;
  return false;
}

// resolve(text) gives the contract's end that a reference leads to.
template <class Resolve>
std::optional<Joined> joined(const Contract& contract, const Relationship& relationship,
                             const SchemaObject& object, const Property* owner, const Resolve& resolve) {
  Joined made{&relationship, {}};
  const size_t width = owner ? 1 : relationship.from.size();
  if (width == 0 || relationship.to.size() != width) return std::nullopt;
  for (size_t i = 0; i < width; ++i) {
    std::optional<End> from;
    if (!owner) from = resolve(relationship.from[i]);
    if (owner) from = End{&contract, owner->name ? owner->name.at : owner->at, {&object, owner}};
    const auto to = resolve(relationship.to[i]);
    if (!from || !to || !from->target.property || !to->target.property) return std::nullopt;
    made.columns.push_back({*from, *to, relationship.to[i].view()});
  }
  return made;
}

std::optional<End> end_in(ContractParts& parts, const Text& text) {
  const auto reference = parse_reference(text.view());
  const auto target = reference ? parts.find(*reference) : std::nullopt;
  if (!target) return std::nullopt;
  return End{&parts.contract(), text.at, *target};
}

// The contracts of a workspace by their files, indexed when first asked for.
class Contracts {
 public:
  explicit Contracts(const Workspace& workspace) : files_(workspace) {
    for (const Contract& contract : workspace.contracts) by_file_[contract.file].emplace_back(contract);
  }

  std::optional<End> end(const Contract& contract, const Text& text) {
    const auto reference = parse_reference(text.view());
    if (!reference || is_url(reference->file)) return std::nullopt;
    FileId file = contract.file;
    if (!reference->file.empty()) {
      const workspace::Foreign foreign = files_.find(contract.file, reference->file);
      if (foreign.led != workspace::Foreign::Led::to_file) return std::nullopt;
      file = foreign.file;
    }
    const auto there = by_file_.find(file);
    if (there == by_file_.end()) return std::nullopt;
    for (ContractParts& parts : there->second) {
      if (reference->file.empty() && &parts.contract() != &contract) continue;
      if (auto found = end_in(parts, text)) return found;
    }
    return std::nullopt;
  }

 private:
  workspace::ForeignFiles files_;
  std::unordered_map<FileId, std::vector<ContractParts>> by_file_;
};

}  // namespace

bool is_foreign_key(const Relationship& relationship) {
  return !relationship.type || relationship.type == "foreignKey";
}

void each_joined(const Contract& contract, const LookAt& look) {
  ContractParts parts(contract);
  each_relationship(contract,
                    [&](const Relationship& relationship, const SchemaObject& object, const Property* owner) {
                      if (leads_elsewhere(relationship)) return;
                      const auto found = joined(contract, relationship, object, owner,
                                                [&](const Text& text) { return end_in(parts, text); });
                      if (found) look(*found);
                    });
}

void each_joined_across(const Workspace& workspace, const LookAt& look) {
  std::optional<Contracts> contracts;  // made for the first contract that needs it
  for (const Contract& contract : workspace.contracts) {
    if (contract.foreign_files.empty()) continue;
    if (!contracts) contracts.emplace(workspace);
    each_relationship(
        contract, [&](const Relationship& relationship, const SchemaObject& object, const Property* owner) {
          if (!leads_elsewhere(relationship)) return;
          const auto found = joined(contract, relationship, object, owner,
                                    [&](const Text& text) { return contracts->end(contract, text); });
          if (found) look(*found);
        });
  }
}

}  // namespace mesh::rules
