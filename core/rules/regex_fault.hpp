#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace mesh::rules {

struct RegexFault {
  size_t begin = 0, end = 0;  // of the pattern: the smallest text that is wrong
  std::string_view what, advice;
};

// Why a text is no regular expression in any common dialect (ECMAScript, PCRE, Java, Python, RE2, POSIX
// extended); nothing when one of them takes it.
std::optional<RegexFault> regex_fault(std::string_view pattern);

}  // namespace mesh::rules
