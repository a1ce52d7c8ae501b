#pragma once

#include <array>
#include <initializer_list>
#include <string_view>

namespace mesh::crypto {

// Of the parts one after the other.
std::array<unsigned char, 64> sha512(std::initializer_list<std::string_view> parts);

}  // namespace mesh::crypto
