#include "core/rules/naming.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/variables.hpp"
#include "core/schema/pattern.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mesh::rules::name {

using model::Mesh;
using model::ObjectKey;
using model::PortKey;
using model::PropertyKey;
using model::RoleKey;
using model::RootKey;
using model::ServerKey;
using yaml::Node;

namespace {

// A pattern of mesh.yaml, ready to use. A document has a handful of them.
class Convention {
 public:
  explicit Convention(const Mesh::Naming& naming)
      : pattern_(naming.pattern), style_(style_named(naming.pattern)) {
    if (!style_) regex_ = std::make_unique<schema::Pattern>("^(?:" + naming.pattern + ")$");
  }
  bool accepts(std::string_view name) const {
    if (style_) return is_style(name, *style_);
    return !regex_->error().empty() || regex_->matches(name);  // told by check_mesh
  }
  std::string described() const { return style_ ? pattern_ : "a match of `" + pattern_ + "`"; }

 private:
  std::string pattern_;
  std::optional<Style> style_;
  std::unique_ptr<schema::Pattern> regex_;
};

class Look {
 public:
  Look(const DocumentDetails& document, Findings& findings) : findings_(findings) {
    static const std::vector<Mesh::Naming> kUsual{{"object", "snake_case", {}},
                                                  {"property", "snake_case", {}}};
    const auto& names = document.settings->names;
    for (const Mesh::Naming& naming : names.empty() ? kUsual : names)
      conventions_.emplace_back(naming.kind, naming);
  }

  template <class Record, class Key>
  void at(std::string_view kind, const std::vector<Record>& records, Key key) {
    if (const Convention* const convention = find(kind))
      for (const Record& record : records) judge(kind, *convention, record[key]);
  }
  void at(std::string_view kind, Node name) {
    if (const Convention* const convention = find(kind)) judge(kind, *convention, name);
  }

 private:
  const Convention* find(std::string_view kind) const {
    for (const auto& [known, convention] : conventions_)
      if (known == kind) return &convention;
    return nullptr;
  }
  void judge(std::string_view kind, const Convention& convention, Node name) {
    if (!name.is_string() || has_variable(name.text()) || convention.accepts(name.text())) return;
    findings_
        .add(name.span(),
             fmt::format("the name of {} `{}` is not {}", kind, name.text(), convention.described()))
        .label = "name it as the others are";
  }

  std::vector<std::pair<std::string, Convention>> conventions_;
  Findings& findings_;
};

void check_contract(const ContractDetails& contract, Findings& findings) {
  Look look(contract, findings);
  look.at("contract", contract[RootKey::name]);
  look.at("object", contract.objects, ObjectKey::name);
  look.at("property", contract.properties, PropertyKey::name);
  look.at("server", contract.servers, ServerKey::name);
  look.at("role", contract.roles, RoleKey::role);
}

// A pattern that is none accepts everything: whoever wrote it must learn that it checks nothing.
void check_mesh(const Workspace& workspace, Findings& findings) {
  for (const Mesh::Naming& naming : workspace.mesh.names) {
    if (style_named(naming.pattern)) continue;
    const schema::Pattern pattern(naming.pattern);
    if (!pattern.error().empty())
      findings.add(Place{workspace.mesh.file, naming.at},
                   fmt::format("`{}` is neither a style nor a regular expression: {}", naming.pattern,
                               pattern.error()));
  }
}

void check_product(const ProductDetails& product, Findings& findings) {
  Look look(product, findings);
  look.at("product", product[RootKey::name]);
  for (const auto* ports : {&product.inputs, &product.outputs, &product.management})
    look.at("port", *ports, PortKey::name);
}

}  // namespace

extern const Rule convention{
    .id = "name/convention",
    .summary = "things are named as the mesh wants it",
    .level = Level::off,
    .check = {check_contract, check_product, check_mesh},
};

}  // namespace mesh::rules::name
