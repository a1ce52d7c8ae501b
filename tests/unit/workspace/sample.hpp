#pragma once

#include "core/workspace/workspace.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace mesh::test {

// A folder of files that a test writes, and what a load of it gives.
class Sample : public TempFolder {
 public:
  void write(const std::string& name, std::string_view text) const {
    const std::filesystem::path file = path() + "/" + name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  void write_all(std::initializer_list<std::string> names, std::string_view text) const {
    for (const std::string& name : names) write(name, text);
  }

  workspace::Workspace load(std::vector<std::string> below = {""}, unsigned jobs = 1) const {
    workspace::Options options;
    for (const std::string& one : below) options.paths.push_back(path() + "/" + one);
    options.jobs = jobs;
    auto loaded = workspace::load(options);
    REQUIRE(loaded);
    return std::move(*loaded);
  }
};

inline std::string contract_text(const std::string& id, const std::string& version = "1.0.0") {
  return "apiVersion: v3.2.0\nkind: DataContract\nid: " + id + "\nversion: " + version + "\nstatus: active\n";
}
inline std::string product_text(const std::string& id) {
  return "apiVersion: v1.1.0\nkind: DataProduct\nid: " + id + "\nversion: 1.0.0\nstatus: active\n";
}
inline std::string mesh_text(const std::string& rest = "") {
  return "apiVersion: mesh/v1\nkind: Mesh\nname: shop\n" + rest;
}
inline std::string domain_text(const std::string& name, const std::string& rest = "") {
  return "apiVersion: mesh/v1\nkind: Domain\nname: " + name + "\n" + rest;
}

// Keys of the files that count as manifests, in order, one to a line.
inline std::string manifests(const workspace::Workspace& workspace) {
  std::string keys;
  for (const workspace::File& file : workspace.files)
    if (file.is_manifest) keys += file.key + "\n";
  return keys;
}

// "key: rule", in the order of loading, one to a line.
inline std::string rules(const workspace::Workspace& workspace) {
  std::string all;
  for (const Finding& finding : workspace.findings.all())
    all += workspace.files[finding.at.file].key + ": " + std::string(finding.rule) + "\n";
  return all;
}

}  // namespace mesh::test
