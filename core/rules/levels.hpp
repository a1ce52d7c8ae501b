#pragma once

#include "core/rules/engine.hpp"

#include <optional>
#include <string_view>
#include <vector>

// Which level a rule has in a domain: built-in < mesh.yaml < domain.yaml < command line.
namespace mesh::rules {

// Whether a pattern of `--only`, `rules:` or `overridable:` means this rule. `*` stands for any text, `/`
// included:
// `*`, `name/*`, `*/duplicate-*`.
bool matches_rule(std::string_view pattern, std::string_view rule_id);

// The setting that decides about a rule: the exact id before any glob, the glob with more literal characters
// before one with fewer, of equals the last.
const model::LevelSetting* deciding(const std::vector<model::LevelSetting>& settings,
                                    std::string_view rule_id);

// A file that such a rule finds cannot be read, so nothing else was checked there: always reported, always an
// error.
bool is_fixed(const Listed& rule);

// What mesh.yaml makes of a rule, before any domain.
Level mesh_level(const model::Mesh& mesh, const Listed& rule);

// A domain's setting that decides about a rule but has no effect, because it loosens what the mesh does not
// list in `overridable`.
const model::LevelSetting* refused(const model::Mesh& mesh, const model::Domain& domain, const Listed& rule);

// The known pattern or rule that a pattern without any match was probably meant to be.
std::optional<std::string> nearest_pattern(std::string_view pattern);

class Levels {
 public:
  Levels(const Workspace& workspace, const Selection& selection);

  // Of the rule with this index in `all_rules()`, in the domain of a file.
  Level of(size_t rule, FileId file) const;
  bool is_off_everywhere(size_t rule) const;
  std::optional<size_t> index_of(std::string_view rule_id) const;

 private:
  const Workspace& workspace_;
  std::vector<std::vector<Level>> by_domain_;  // [domain][rule]; the last row is for files of no domain
};

// The level of a rule that runs although it is off: its own, else warning.
Level level_when_on(const Listed& rule);

}  // namespace mesh::rules
