#pragma once

#include "core/rules/rule.hpp"

// How far the life of products and contracts is, as their `status` says, for the rules under lifecycle/.
namespace mesh::rules {

enum class Stage : uint8_t { unsaid, draft, active, deprecated, retired };  // draft: also proposed

// Unsaid for no status, and for words that the standard does not recommend. Case makes no difference.
Stage stage_of(const model::Text& status);

// Tells every input of a product, still in use itself, whose contract or producing product has come to this
// end. Of several contracts that may be meant, or of several producers, none may be better off.
void tell_inputs_that_end(const Workspace& workspace, Stage end, Findings& findings);

}  // namespace mesh::rules
