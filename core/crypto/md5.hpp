#pragma once

#include <array>
#include <initializer_list>
#include <string_view>

namespace mesh::crypto {

// Of the parts one after the other. Finds out what went wrong on the way, as stores do with it; it protects
// nothing.
std::array<unsigned char, 16> md5(std::initializer_list<std::string_view> parts);

}  // namespace mesh::crypto
