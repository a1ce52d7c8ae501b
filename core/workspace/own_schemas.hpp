#pragma once

#include "core/workspace/workspace.hpp"

#include <string>
#include <vector>

// The schemas that mesh.yaml adds to those of the standards.
namespace mesh::workspace {

// What one of them has against a document. Which domain the document belongs to is known later, so it waits.
struct OwnFinding {
  size_t schema;       // in `schemas` of mesh.yaml
  std::string domain;  // as the document says it
  Finding finding;
};

class OwnSchemas {
 public:
  // Reads and compiles each file once. `root`: the folder of mesh.yaml, which they must be below; no link on
  // the way is followed.
  OwnSchemas(std::vector<model::OwnSchema> schemas, const std::string& root);

  // As given, with what is wrong with each.
  const std::vector<model::OwnSchema>& all() const { return schemas_; }

  // Judges a document by those for its kind and status. What the standard's schema told is not told again.
  void check(const schema::Identified& identified, yaml::Node root, schema::Formats formats,
             const Findings& told, std::vector<OwnFinding>& found) const;

 private:
  std::vector<model::OwnSchema> schemas_;
  std::vector<schema::Schema> compiled_;  // beside them; empty when it cannot be used
};

// Once the files are linked: those for the domain of their file become findings of the workspace.
void add_own_findings(Workspace& workspace, std::vector<OwnFinding>& found);

}  // namespace mesh::workspace
