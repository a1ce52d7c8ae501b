#include "core/yaml/rules.hpp"

namespace mesh::yaml {

const std::vector<YamlRule>& yaml_rules() {
  static const std::vector<YamlRule> rules{
      {"yaml/control-character", "a manifest holds no control characters", Level::error},
      {"yaml/duplicate-key", "a mapping defines each key once", Level::error},
      {"yaml/empty", "a manifest holds a document", Level::error},
      {"yaml/encoding", "a manifest is UTF-8 text", Level::error},
      {"yaml/limit", "a manifest stays within sizes that every reader can take", Level::error},
      {"yaml/multiple-documents", "a file holds one document", Level::warning},
      {"yaml/open-quote", "every quote is closed", Level::error},
      {"yaml/syntax", "a manifest is well-formed YAML or JSON", Level::error},
      {"yaml/undefined-alias", "an alias names an anchor above it", Level::error},
      {"yaml/unknown-tag", "values have the plain types of YAML 1.2", Level::error},
      {"yaml/unportable-scalar", "all parsers read a value as the same type", Level::note},
      {"yaml/unreadable", "a manifest can be read", Level::error},
  };
  return rules;
}

}  // namespace mesh::yaml
