#pragma once

#include "core/workspace/changes.hpp"
#include "core/yaml/reader.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mesh::workspace {

// A manifest as the base had it, of those that changed or are gone.
struct BaseManifest {
  std::string key;
  bool is_gone = false;
  Source source;
  std::vector<yaml::Document> documents;
  std::vector<model::Contract> contracts;
  std::vector<model::Product> products;
  bool is_domain = false;
  std::string domain_name;
  std::vector<std::string> domain_files;  // its `files:`
};

// What the base said where the work tree says something else. Documents that are the same are in the
// workspace.
class BaseFacts {
 public:
  static Result<BaseFacts> read(const Changes& changes, unsigned jobs);

  const std::vector<std::unique_ptr<BaseManifest>>& manifests() const { return manifests_; }

  template <class Document>
  struct Found {
    const BaseManifest* manifest = nullptr;
    const Document* document = nullptr;
    explicit operator bool() const { return document != nullptr; }
  };
  // What a contract of a changed file was: the one of its id that stood in the same file, else one of its id
  // and version that stood elsewhere.
  Found<model::Contract> earlier(const Workspace& workspace, const model::Contract& contract) const;
  // What a product of a changed file was: the one in the same file, else the one of its id.
  Found<model::Product> earlier(const Workspace& workspace, const model::Product& product) const;

 private:
  std::vector<std::unique_ptr<BaseManifest>> manifests_;                                 // by key
  std::unordered_map<std::string_view, std::vector<Found<model::Contract>>> contracts_;  // by id
  std::unordered_map<std::string_view, std::vector<Found<model::Product>>> products_;    // by id
};

// The contracts of changed files that were there before with other content.
std::vector<Earlier> changed_contracts(const Workspace& workspace, const Changes& changes,
                                       const BaseFacts& facts);

}  // namespace mesh::workspace
