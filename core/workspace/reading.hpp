#pragma once

#include "core/workspace/discover.hpp"
#include "core/workspace/workspace.hpp"

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
  std::optional<model::Mesh> mesh;      // the root's mesh.yaml
  std::optional<model::Domain> domain;  // a domain.yaml; guessed when it is broken
  std::vector<std::string>
      other_ids;                    // declared, but not in facts: broken files, contracts of other standards
  std::optional<std::string> kept;  // the bytes, where they cannot be read again
};

enum class Checking : bool { no, yes };  // no: by its schema and by `on_document`

// Reads, checks and models one file. `shown`: its path for messages.
Reading read_candidate(const Candidate& candidate, const std::string& shown, const Scope& scope,
                       const Options& options, FileId file, Checking checking = Checking::yes);

// No more than `limit` + 1 bytes of the file.
Result<std::string> read_bytes(const std::string& path, uint64_t limit);

}  // namespace mesh::workspace
