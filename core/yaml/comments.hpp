#pragma once

#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"

#include <vector>

namespace mesh::yaml {

// From the `#` to the end of its line, the line end left out.
struct Comment {
  Span at;
  bool alone = false;  // nothing but white space stands before it on its line
};

// The comments of a YAML text in their order, given the documents that were read from it: a `#` begins one at
// the start of a line or behind white space, outside of every scalar. JSON has none. Of a text that could not
// be read nothing is known, and no comment is told.
std::vector<Comment> find_comments(const Source& source, const std::vector<Document>& documents);

}  // namespace mesh::yaml
