#include "core/yaml/comments.hpp"

#include "core/yaml/lexis.hpp"

#include <algorithm>

namespace mesh::yaml {
namespace {

// Where a `#` is text. Of a block scalar the header line is left out: what follows its `|` may be a comment.
std::vector<Span> texts_of(std::string_view text, const std::vector<Document>& documents) {
  std::vector<Span> spans;
  for (const Document& document : documents) {
    const auto count = static_cast<uint32_t>(document.tree->node_count());
    for (uint32_t id = 0; id < count; ++id) {
      const Node node(document.tree.get(), id);
      Span span = node.span();
      if (node.is_mapping() || node.is_sequence() || span.begin == span.end) continue;
      if (text[span.begin] == '|' || text[span.begin] == '>') {
        spans.push_back({span.begin, span.begin + 1});
        span.begin = static_cast<uint32_t>(line_end_of(text, span.begin));
        if (span.begin >= span.end) continue;
      }
      spans.push_back(span);
    }
  }
  std::sort(spans.begin(), spans.end(), [](Span a, Span b) { return a.begin < b.begin; });
  return spans;
}

}  // namespace

std::vector<Comment> find_comments(const Source& source, const std::vector<Document>& documents) {
  std::vector<Comment> comments;
  const std::string_view text = source.bytes();
  if (documents.empty() || source.path().ends_with(".json")) return comments;
  const std::vector<Span> texts = texts_of(text, documents);
  auto next = texts.begin();
  size_t inside_until = 0;
  for (size_t at = text.find('#'); at < text.size(); at = text.find('#', at)) {
    for (; next != texts.end() && next->begin <= at; ++next)
      inside_until = std::max<size_t>(inside_until, next->end);
    if (at < inside_until) {
      at = inside_until;
      continue;
    }
    const char before = at == 0 ? '\n' : text[at - 1];
    if (!is_blank(before) && before != '\n' && at != line_start_of(text, 0)) {
      ++at;
      continue;
    }
    size_t end = line_end_of(text, at);
    if (next != texts.end()) end = std::min<size_t>(end, next->begin);
    const size_t line = line_start_of(text, at);
    const bool alone = text.substr(line, at - line).find_first_not_of(" \t") == text.npos;
    comments.push_back({{static_cast<uint32_t>(at), static_cast<uint32_t>(end)}, alone});
    at = std::max(end, at + 1);
  }
  return comments;
}

}  // namespace mesh::yaml
