#pragma once

#include "core/text/edit.hpp"
#include "core/yaml/reader.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mesh::workspace {

// The text of a file after fixes of it were made.
struct Mended {
  std::string text;
  size_t made = 0;     // fixes
  size_t refused = 0;  // that would have changed more than they say: they are wrong, and we are to blame
};

// Makes those of the fixes that go together: of two that touch the same place the first, as the other may be
// moot then. The text that comes out is read again: it must be the same tree but for what was replaced, else
// the fix that is to blame is left out. `path` decides between YAML and JSON.
Mended mend(const std::string& path, std::string_view text, const std::vector<const Fix*>& fixes,
            const yaml::Limits& limits = {});

}  // namespace mesh::workspace
