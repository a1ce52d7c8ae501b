#pragma once

#include "cmd/command.hpp"
#include "cmd/reports.hpp"
#include "core/rules/engine.hpp"

#include <string>
#include <vector>

// `mesh validate --schema FILE DATA…`.
namespace mesh::cmd {

struct SchemaRun {
  std::string schema;  // a file, `-` is standard input
  std::vector<std::string> data;
  rules::Selection selection;
  const Reports& reports;
  Level fails_from = Level::error;  // off: findings never fail the run
  unsigned jobs = 0;
  bool strict_formats = false;
};

// Judges each data file by the schema and nothing else: no discovery, no manifests, no other rules.
int validate_by_schema(const SchemaRun& run, Streams& streams);

}  // namespace mesh::cmd
