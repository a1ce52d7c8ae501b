#pragma once

#include "core/base/pieces.hpp"

#include <array>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace mesh::crypto {

// Of the parts one after the other.
std::array<unsigned char, 32> sha256(std::initializer_list<std::string_view> parts);
std::array<unsigned char, 32> sha256(const Pieces& pieces);

std::string sha256_hex(std::string_view bytes);  // 64 lower-case hex digits

std::string hex(std::span<const unsigned char> bytes);  // two lower-case digits a byte

}  // namespace mesh::crypto
