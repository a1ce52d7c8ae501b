#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

// A large document in parts, each to be read by itself: the tree of all of it would fill the memory.
namespace mesh::oci {

struct RawMember {
  std::string key;
  std::string_view value;  // as it is written
};

// The members of an object, the items of an array. Of a part only brackets and quotes are looked at: whether
// it is JSON shows when it is read. corrupt: what is around the parts is none, a key twice, too many parts.
Result<std::vector<RawMember>> raw_members(std::string_view object);
Result<std::vector<std::string_view>> raw_items(std::string_view array);

}  // namespace mesh::oci
