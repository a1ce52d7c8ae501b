#pragma once

#include "core/publish/release.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mesh::publish {

enum class Action : uint8_t { created, updated, unchanged, refused };
std::string_view name_of(Action action);

// What became of one product, or would.
struct Receipt {
  Identity identity;
  std::string version, digest;  // "" when not known
  Action action = Action::refused;
  std::string reason;          // "" when there is nothing to say
  std::optional<Fault> fault;  // of a refusal; none when its own manifests are the reason
  std::string target;          // url of the store it went to; "" for that of the run
};

// The document of design section 5: target, and the releases in their order.
std::string receipts_json(std::string_view target, const std::vector<Receipt>& receipts);

}  // namespace mesh::publish
