#pragma once

#include "core/model/read.hpp"
#include "core/model/reference.hpp"
#include "core/rules/engine.hpp"
#include "core/workspace/link.hpp"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

// Facts made by hand: every text has a place of its own, so a test can ask what a finding points at.
namespace mesh::test {

class Facts {
 public:
  model::Text text(std::string_view value) {
    const uint32_t begin = next_;
    next_ += 1000;
    return pool_.keep(value, {begin, begin + static_cast<uint32_t>(value.size())});
  }
  template <class T>
  model::List<T> list(const std::vector<T>& members) {
    const model::List<T> made = pool_.list<T>(members.size());
    std::ranges::copy(members, made.begin());
    return made;
  }
  template <class T>
  model::List<T> list(std::initializer_list<T> members) {
    return list(std::vector<T>(members));
  }
  // A property's names no `from`.
  model::Relationship relationship(const std::vector<std::string>& from, const std::vector<std::string>& to) {
    model::Relationship made;
    made.from = texts(from);
    made.to = texts(to);
    return made;
  }
  model::Port port(std::string_view contract, std::string_view version = {}) {
    model::Port made;
    made.name = text("port");
    made.contract_id = text(contract);
    if (!version.empty()) made.version = text(version);
    return made;
  }
  // A product in a file of its own, called by its key.
  model::Product& product(std::string_view name, std::initializer_list<std::string_view> inputs,
                          std::initializer_list<std::string_view> outputs) {
    model::Product made;
    made.file = file(std::string(name) + "/product.odps.yaml");
    made.id = text("product:" + std::string(name));
    made.name = text(name);
    for (const std::string_view input : inputs) made.inputs.push_back(port(input));
    for (const std::string_view output : outputs) made.outputs.push_back(port(output));
    return workspace.products.emplace_back(std::move(made));
  }
  model::Contract& contract(std::string_view id, std::string_view version, std::string key = {}) {
    model::Contract made;
    made.file = file(key.empty() ? std::string(id) + ".odcs.yaml" : key);
    made.id = text(id);
    made.version = text(version);
    return workspace.contracts.emplace_back(std::move(made));
  }
  model::Property property(std::string_view name, std::string_view id = {},
                           const std::vector<model::Property>& properties = {}) {
    model::Property made;
    made.name = text(name);
    if (!id.empty()) parts(made).id = text(id);
    if (!properties.empty()) parts(made).properties = list(properties);
    return made;
  }
  // To be filled in.
  model::PropertyParts& parts(model::Property& property) {
    if (property.parts.empty()) property.parts = list<model::PropertyParts>({{}});
    return property.parts.front();
  }
  model::SchemaObject object(std::string_view name, std::string_view id,
                             const std::vector<model::Property>& properties) {
    model::SchemaObject made;
    made.name = text(name);
    if (!id.empty()) made.id = text(id);
    made.properties = list(properties);
    return made;
  }
  FileId file(std::string key) {
    workspace::File made;
    made.path = key;
    made.key = std::move(key);
    workspace.files.push_back(std::move(made));
    return static_cast<FileId>(workspace.files.size() - 1);
  }

  // What one rule finds.
  std::vector<Finding> find(const std::string& rule) { return run({{rule}, {}}); }

  // All rules that look at facts, as a run over files would do it.
  std::vector<Finding> run(const rules::Selection& selection, unsigned jobs = 1) {
    for (model::Contract& contract : workspace.contracts) {
      contract.foreign_files.clear();
      model::find_foreign_files(contract);
    }
    workspace::index_contracts(workspace);
    workspace::index_outputs(workspace);
    const std::vector<Finding> read = workspace.findings.all();
    const workspace::Judge judge = rules::document_hook(selection)(workspace);
    for (const model::Contract& contract : workspace.contracts) {
      model::ContractDetails details;
      details.settings = &workspace.mesh;
      workspace::Document document{kAny, {}, contract.file};
      document.contract = &contract;
      document.contract_details = &details;
      judge_one(judge, document, read);
    }
    for (const model::Product& product : workspace.products) {
      model::ProductDetails details;
      details.settings = &workspace.mesh;
      workspace::Document document{kAny, {}, product.file};
      document.product = &product;
      document.product_details = &details;
      judge_one(judge, document, read);
    }
    auto found = rules::run(workspace, selection, jobs);
    workspace.findings.all() = read;
    return found;
  }

  workspace::Workspace workspace;

 private:
  model::List<model::Text> texts(const std::vector<std::string>& values) {
    std::vector<model::Text> made;
    for (const std::string& value : values) made.push_back(text(value));
    return list(made);
  }
  void judge_one(const workspace::Judge& judge, workspace::Document document,
                 const std::vector<Finding>& read) {
    Findings findings(document.file);
    for (const Finding& finding : read) {
      if (finding.at.file != document.file) continue;
      findings.all().push_back(finding);
      document.has_broken_yaml |= finding.level == Level::error && finding.rule.starts_with("yaml/");
    }
    const size_t before = findings.size();
    judge(document, findings);
    for (size_t i = before; i < findings.size(); ++i) workspace.findings.all().push_back(findings.all()[i]);
  }

  static inline const schema::Identified kAny{};
  model::Pool pool_;
  uint32_t next_ = 0;
};

}  // namespace mesh::test
