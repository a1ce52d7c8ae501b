#pragma once

#include "core/report/report.hpp"
#include "core/workspace/workspace.hpp"

#include <sstream>
#include <string>
#include <vector>

namespace mesh::test {

// A workspace of files that live in memory.
struct Files {
  workspace::Workspace workspace;

  FileId add(std::string path, std::string text) {
    const auto id = static_cast<FileId>(workspace.files.size());
    workspace.files.push_back({.path = path, .key = path, .is_manifest = true});
    workspace.kept_texts[id] = std::move(text);
    ++workspace.manifests;
    return id;
  }

  std::string written(report::Format format, const std::vector<Finding>& findings,
                      report::Style style = {}) const {
    std::ostringstream out;
    report::write(out, format, findings, report::summarize(findings, workspace), workspace, style);
    return out.str();
  }
};

inline Finding finding(FileId file, Span span, std::string message) {
  Finding made;
  made.rule = "contract/column-without-type";
  made.message = std::move(message);
  made.at = {file, span};
  return made;
}

}  // namespace mesh::test
