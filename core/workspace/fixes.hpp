#pragma once

#include "core/text/finding.hpp"
#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"

#include <vector>

// Whoever finds something knows what should stand there, but not how the place is written.
namespace mesh::workspace {

// Gives every scalar that a fix replaces the quotes of the one that stands there now; a fix of what is
// written as an alias or a block is dropped. Doing it twice does nothing more.
void fit_fix(std::string_view bytes, Boxed<Fix>& fix);

// The same for all findings of one file; and those about values that parsers read in different ways get their
// fix, where quotes do not change what YAML 1.2 reads.
void finish_fixes(const Source& source, const std::vector<yaml::Document>& documents, Findings& findings);

}  // namespace mesh::workspace
