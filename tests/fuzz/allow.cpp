#include "core/model/waivers.hpp"
#include "tests/fuzz/check_tree.hpp"

// Comments lie outside of all values, and what is allowed in them lies inside of them.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mesh;
  const Source source("fuzz.yaml", std::string(reinterpret_cast<const char*>(data), size));
  const std::string_view text = source.bytes();
  yaml::Limits limits;
  limits.depth = 20;
  limits.nodes = 2'000;
  Findings findings(0);
  const auto documents = yaml::read_yaml(source, findings, limits);
  const auto comments = yaml::find_comments(source, documents);
  size_t end = 0;
  for (const yaml::Comment& comment : comments) {
    fuzz::require(
        comment.at.begin >= end && comment.at.begin < comment.at.end && comment.at.end <= text.size(),
        "comments are in order and within the text");
    end = comment.at.end;
    fuzz::require(text[comment.at.begin] == '#', "a comment begins with its mark");
    fuzz::require(text.substr(comment.at.begin, end - comment.at.begin).find('\n') == text.npos,
                  "a comment ends with its line");
    for (const yaml::Document& document : documents)
      for (uint32_t id = 0; id < document.tree->node_count(); ++id) {
        const yaml::Node node(document.tree.get(), id);
        if (node.is_mapping() || node.is_sequence() || text[node.span().begin] == '|' ||
            text[node.span().begin] == '>')
          continue;
        const bool is_apart = node.span().end <= comment.at.begin || comment.at.end <= node.span().begin;
        fuzz::require(is_apart || node.span().begin == node.span().end, "no comment reaches into a value");
      }
  }
  // The parser of allowances takes any comment, whoever found it.
  for (const model::Allow& allow : model::read_allows(source, comments, 0)) {
    const auto is_inside = [&](Span span) {
      return span.begin <= span.end && allow.line.begin <= span.begin && span.end <= allow.line.end;
    };
    fuzz::require(is_inside(allow.at), "an allowance is on its line");
    for (const model::Written& rule : allow.rules)
      fuzz::require(
          is_inside(rule.at) && text.substr(rule.at.begin, rule.at.end - rule.at.begin) == rule.text,
          "a rule is where it is said to be");
    fuzz::require(!allow.fault || is_inside(allow.fault->at), "a fault is on the line");
    fuzz::require(
        allow.fault || (!allow.rules.empty() && !allow.until.text.empty() && !allow.reason.text.empty()),
        "what is in order has all its parts");
    fuzz::require(!allow.line_below || allow.line_below->begin > allow.line.end, "below is below");
  }
  return 0;
}
