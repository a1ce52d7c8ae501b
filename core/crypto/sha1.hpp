#pragma once

#include <array>
#include <initializer_list>
#include <string_view>

namespace mesh::crypto {

// Of the parts one after the other. For naming what git has named so; it protects nothing.
std::array<unsigned char, 20> sha1(std::initializer_list<std::string_view> parts);

}  // namespace mesh::crypto
