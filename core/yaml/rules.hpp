#pragma once

#include "core/text/finding.hpp"

#include <string_view>
#include <vector>

namespace mesh::yaml {

// The `yaml/…` rules that reading can raise, for `mesh rules` and `--only`. Their pages are
// core/rules/yaml/*.md.
struct YamlRule {
  std::string_view id, summary;
  Level level;
};
const std::vector<YamlRule>& yaml_rules();

}  // namespace mesh::yaml
