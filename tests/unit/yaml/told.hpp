#pragma once

#include "core/yaml/reader.hpp"

#include <string>

namespace mesh {

// Findings as "2:3 yaml/syntax" lines, from `least` up.
inline std::string told(const Source& source, const Findings& findings, Level least = Level::warning) {
  std::string all;
  for (const Finding& finding : findings.all()) {
    if (finding.level < least) continue;
    const Position at = source.position(finding.at.span.begin);
    all += std::to_string(at.line) + ":" + std::to_string(at.column) + " " + std::string(finding.rule) + "\n";
  }
  return all;
}

// Reads a text and says what was found.
inline std::string told_of(std::string text, Level least = Level::warning, const char* path = "a.yaml") {
  const Source source(path, std::move(text));
  Findings findings(0);
  yaml::read(source, findings);
  return told(source, findings, least);
}

// The tree as one line: places as `written text`@begin, nested in brackets.
inline std::string outline(const Source& source, yaml::Node node) {
  const auto at = node.span();
  std::string out = std::to_string(at.begin) + "-" + std::to_string(at.end) + ":";
  if (node.is_mapping()) {
    out += "{";
    for (uint32_t i = 0; i < node.size(); ++i)
      out += (i ? ", " : "") + outline(source, node.key(i)) + " = " + outline(source, node.value(i));
    return out + "}";
  }
  if (node.is_sequence()) {
    out += "[";
    for (uint32_t i = 0; i < node.size(); ++i) out += (i ? ", " : "") + outline(source, node.item(i));
    return out + "]";
  }
  constexpr std::string_view kKinds = "0bins";
  return out + kKinds[static_cast<size_t>(node.kind())] + "(" + std::string(node.text()) + ")";
}

inline std::string outline_of(std::string text, const char* path = "a.yaml") {
  const Source source(path, std::move(text));
  Findings findings(0);
  std::string all = "";
  for (const auto& document : yaml::read(source, findings))
    all += (all.empty() ? "" : " | ") + outline(source, document.root());
  return told(source, findings, Level::error) + all;
}

}  // namespace mesh
