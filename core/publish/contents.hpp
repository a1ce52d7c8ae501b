#pragma once

#include "core/publish/release.hpp"
#include "core/workspace/workspace.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

// Which files a product is made of.
namespace mesh::publish {

// The contract a port means: the one of its id whose version fits, those of the product's own domain first.
const model::Contract* contract_of(const workspace::Workspace& workspace, const model::Product& product,
                                   const model::Text& id, const model::Text& version);

// Where errors count against a product: its document, the contracts it promises and relies on, domain.yaml,
// mesh.yaml, and what has no place at all (kNoFile).
std::set<FileId> files_it_depends_on(const workspace::Workspace& workspace, const model::Product& product);

// Fills in the release's files: document, contracts of output ports, README.md, what the domain's `files:`
// add. What cannot be published refuses the release.
void find_contents(const workspace::Workspace& workspace, const model::Product& product, Release& release);

}  // namespace mesh::publish
