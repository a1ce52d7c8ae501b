#pragma once

#include "core/base/utf8.hpp"
#include "core/yaml/reader.hpp"

#include <cstdio>
#include <cstdlib>

// What must hold for whatever was read, however hostile its text.
namespace mesh::fuzz {

inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

struct Checker {
  const Source& source;
  const yaml::Limits& limits;
  uint64_t nodes = 0;

  void check(yaml::Node node, uint32_t depth) {
    require(++nodes <= 2ull * limits.nodes, "a tree is bounded, aliases expanded");
    require(depth <= limits.depth + 1, "depth is bounded, aliases expanded");
    const Span span = node.span();
    require(span.begin <= span.end && span.end <= source.bytes().size(), "places lie in the source");
    if (node.is_sequence()) {
      for (uint32_t i = 0; i < node.size(); ++i) check_child(node, node.item(i), depth);
    } else if (node.is_mapping()) {
      for (uint32_t i = 0; i < node.size(); ++i) {
        check_child(node, node.key(i), depth);
        check_child(node, node.value(i), depth);
      }
    } else {
      require(!utf8::first_invalid(node.text()), "texts are UTF-8");
      require(node.kind() != yaml::Kind::integer || !node.text().empty(), "numbers have digits");
      node.number();
    }
  }
  void check_child(yaml::Node parent, yaml::Node child, uint32_t depth) {
    const Span outer = parent.span(), inner = child.span();
    // What an alias names, and what was merged, stands above.
    const bool inside = inner.begin >= outer.begin && inner.end <= outer.end;
    require(inside || inner.begin < outer.begin, "children stand inside their parent, or above it");
    check(child, depth + 1);
  }
};

inline void check_reading(const Source& source, const yaml::Limits& limits,
                          const std::vector<yaml::Document>& documents, const Findings& findings) {
  bool failed = false;
  for (const Finding& finding : findings.all()) {
    const Span at = finding.at.span;
    require(at.begin <= at.end && at.end <= source.bytes().size() + 1, "findings lie in the source");
    require(!finding.message.empty() && finding.rule.starts_with("yaml/"), "findings say what is wrong");
    const Position position = source.position(at.begin);
    require(position.line >= 1 && position.column >= 1, "findings have a position");
    failed = failed || (finding.level == Level::error && finding.rule != "yaml/duplicate-key");
  }
  require(failed == documents.empty(), "a file gives documents or errors");
  Checker checker{source, limits};
  for (const yaml::Document& document : documents) checker.check(document.root(), 1);
}

}  // namespace mesh::fuzz
