#pragma once

#include "core/text/span.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mesh {

// Replaces the bytes of one span of the finding's file; an empty span inserts before it.
struct Edit {
  Span at;
  std::string text;
};

// What would mend a finding. Offered when there is one right answer.
struct Fix {
  std::string title;        // "write `status` for `staus`": what it does, an imperative
  bool safe = false;        // the meaning of the document cannot change
  std::vector<Edit> edits;  // of the file of the finding, in order, not overlapping
};

// The text with the edits made: in order, not overlapping, within it.
std::string with_edits(std::string_view bytes, const std::vector<Edit>& edits);

}  // namespace mesh
