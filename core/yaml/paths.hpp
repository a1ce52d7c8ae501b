#pragma once

#include "core/yaml/reader.hpp"

#include <optional>
#include <vector>

// The two ways to read YAML text that has passed check_bytes. The fast reader only ever says yes, and then
// gives what the parser would: every rejection is the parser's.
namespace mesh::yaml {

// Nothing where the text is wrong, past a limit, or in a form the fast reader does not know for certain. It
// knows one document of block and flow collections, all scalars, comments, anchors, aliases and `<<`; it
// does not know tags, directives, complex keys, roots that are scalars, tabs that indent. Linear in the
// text; `source` must end with a NUL byte that it does not count, as a std::string's does.
std::optional<std::vector<Document>> read_fast(const Source& source, Findings& findings,
                                               const Limits& limits);

std::vector<Document> read_with_parser(const Source& source, Findings& findings, const Limits& limits);

}  // namespace mesh::yaml
