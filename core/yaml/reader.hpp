#pragma once

#include "core/text/finding.hpp"
#include "core/text/source.hpp"
#include "core/yaml/tree.hpp"

#include <memory>
#include <vector>

namespace mesh::yaml {

// Design section 5 "Limits". `nodes` counts after alias expansion.
struct Limits {
  uint64_t bytes = 10u << 20;
  uint32_t depth = 100;
  uint32_t nodes = 1'000'000;
  uint32_t aliases = 1'000;
  uint32_t documents = 10'000;
  uint32_t flow_marks = 500'000;  // brackets and commas of YAML: yaml-cpp holds 100 bytes and more for each
};

// The limits for files of up to `bytes`: the same density of nodes and brackets as ever, at least the usual
// number. Places are 32 bits wide.
inline constexpr uint64_t kMostBytes = 4'000'000'000;
Limits limits_for(uint64_t bytes);

struct Document {
  std::unique_ptr<Tree> tree;
  Node root() const { return tree->root(); }
};

// Reads every document of a file: JSON when the path ends in `.json`, YAML otherwise. What is wrong goes to
// `findings` under `yaml/…` rules (standards section 6). A file with an error-level finding gives no
// documents, except that duplicate keys alone leave the tree (with the first value). Never throws, never
// hangs; the source must outlive the documents: their texts point into it.
std::vector<Document> read(const Source& source, Findings& findings, const Limits& limits = {});

// The same for a format known beforehand.
std::vector<Document> read_yaml(const Source& source, Findings& findings, const Limits& limits = {});
std::vector<Document> read_json(const Source& source, Findings& findings, const Limits& limits = {});

}  // namespace mesh::yaml
