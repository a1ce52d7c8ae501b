#pragma once

#include "core/yaml/reader.hpp"
#include "tests/unit/rules/facts.hpp"

#include <doctest.h>

#include <string>
#include <string_view>

// One document as text, judged as `mesh validate` judges it.
namespace mesh::test {

struct Judged {
  std::vector<Finding> findings;
  Source source;

  // "line:column message", one a line.
  std::string told() const {
    std::string text;
    for (const Finding& finding : findings) {
      const Position at = source.position(finding.at.span.begin);
      text += std::to_string(at.line) + ":" + std::to_string(at.column) + " " + finding.message + "\n";
    }
    return text;
  }
};

// What the rules that match find in a document; `mesh`: the settings around it.
inline Judged judge(const std::string& rule, std::string text, model::Mesh mesh = {}) {
  Judged judged;
  judged.source = Source("test.odcs.yaml", std::move(text));
  workspace::Workspace workspace;
  workspace.mesh = std::move(mesh);
  workspace.mesh.file = kNoFile;
  workspace.files.emplace_back().path = "test.odcs.yaml";
  workspace.linked = false;
  Findings findings(0);
  const auto documents = yaml::read(judged.source, findings);
  REQUIRE(documents.size() == 1);
  const yaml::Node root = documents.front().root();
  const schema::Identified identified = schema::identify(root, judged.source.path());
  schema::check(identified, root, findings);
  const rules::Selection selection{{rule}, {}};
  workspace::Document document{identified, root, 0};
  if (identified.standard == schema::Standard::odps) {
    model::ProductDetails details = model::read_product_details(root);
    details.settings = &workspace.mesh;
    const model::Product product = model::read_product(details, 0);
    document.product = &product;
    document.product_details = &details;
    rules::document_hook(selection)(workspace)(document, findings);
  } else {
    model::ContractDetails details = model::read_contract_details(root);
    details.settings = &workspace.mesh;
    const model::Contract contract = model::read_contract(details, 0);
    document.contract = &contract;
    document.contract_details = &details;
    rules::document_hook(selection)(workspace)(document, findings);
  }
  workspace.findings = std::move(findings);
  judged.findings = rules::run(workspace, selection, 1);
  return judged;
}

// "2:3 message" a line.
inline std::string told(const std::string& rule, std::string text) {
  return judge(rule, std::move(text)).told();
}

}  // namespace mesh::test
