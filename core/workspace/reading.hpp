#pragma once

#include "core/workspace/discover.hpp"
#include "core/workspace/own_schemas.hpp"
#include "core/workspace/workspace.hpp"

#include <memory>

namespace mesh::workspace {

// What one file gave; its text and trees are gone.
struct Reading {
  Findings findings;
  schema::Standard standard = schema::Standard::none;  // of its first document
  bool is_manifest = false;
  bool is_read = true;  // false: its bytes could not be had
  bool is_broken = false;
  std::vector<model::Contract> contracts;
  std::vector<model::Product> products;
  // Few files are one of these, and there is a reading for each file of the mesh.
  std::unique_ptr<model::Mesh> mesh;        // the root's mesh.yaml
  std::unique_ptr<model::Domain> domain;    // a domain.yaml; guessed when it is broken
  std::unique_ptr<model::Waivers> waivers;  // a waivers.yaml
  std::vector<model::Allow> allows;
  std::vector<std::string>
      other_ids;                    // declared, but not in facts: broken files, contracts of other standards
  std::vector<std::string> named_ids;  // of contracts, by products that have no facts
  std::vector<OwnFinding> own;      // by the mesh's own schemas
  std::optional<std::string> kept;  // the bytes, where they cannot be read again
  Excerpt excerpt;                  // the lines that the findings are about
};

// What is known when a file is read: the mesh around it, who judges its documents (nobody, if it is empty),
// and the mesh's own schemas, if any.
struct Around {
  const model::Mesh& mesh;
  const Judge& judge;
  const OwnSchemas* own = nullptr;
};

enum class Checking : bool { no, yes };  // no: by its schema and by who judges

// Reads, checks and models one file. `shown`: its path for messages.
Reading read_candidate(const Candidate& candidate, const std::string& shown, const Scope& scope,
                       const Options& options, const Around& around, FileId file,
                       Checking checking = Checking::yes);

// Fills in text or error; no more than `limit` + 1 bytes.
void read_standard_input(Input& input, uint64_t limit);

// No more than `limit` + 1 bytes of the file; "" is standard input.
Result<std::string> read_bytes(const std::string& path, uint64_t limit);

}  // namespace mesh::workspace
