#pragma once

#include "core/base/result.hpp"
#include "core/crypto/public_key.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What one user trusts: `$XDG_CONFIG_HOME/mesh/trust.yaml`, else `~/.config/mesh/trust.yaml` (`mesh schema
// trust`). No file of a mesh can add to it.
namespace mesh::trust {

struct Pin {
  std::string mesh;
  std::string target;  // URL of a store; "" for every store that no other pin names
  uint32_t threshold = 1;
  std::vector<crypto::PublicKey> keys;
};

// "" when the environment does not say where a user's files are.
std::string pins_path();

// None when there is no such file. usage: it is not as its schema says, or pins a mesh twice at one target.
Result<std::vector<Pin>> read_pins(const std::string& path);

// A whole file with this pin alone.
std::string pin_file(const Pin& pin);

// The one name of a store, however its URL is written: files have an absolute path without links.
std::string place_of(std::string_view store_url);

// The pins that count for a store: those that name it, else those that name none.
std::vector<Pin> pins_for(const std::vector<Pin>& pins, std::string_view place);

}  // namespace mesh::trust
