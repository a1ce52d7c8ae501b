#pragma once

#include "core/rules/engine.hpp"

#include <map>
#include <optional>
#include <string_view>
#include <vector>

// Which level a rule has in a domain: built-in < mesh.yaml < domain.yaml < command line.
namespace mesh::rules {

// Whether a pattern of `--only`, `rules:` or `overridable:` means this rule. `*` stands for any text, `/`
// included:
// `*`, `name/*`, `*/duplicate-*`.
bool matches_rule(std::string_view pattern, std::string_view rule_id);

// What a setting with `when` asks about: the document that a finding is in.
struct Circumstance {
  std::string_view status = {};  // lower case; "" when it has none
  std::string_view domain = {};  // "" when it belongs to none
};

// The setting that decides about a rule there: the exact id before any glob, the glob with more literal
// characters before one with fewer, one with `when` before one without, of equals the last. One whose `when`
// does not hold does not count.
const model::LevelSetting* deciding(const std::vector<model::LevelSetting>& settings,
                                    std::string_view rule_id, const Circumstance& where = {});

// A file that such a rule finds cannot be read, so nothing else was checked there: always reported, always an
// error.
bool is_fixed(const Listed& rule);

// Whether mesh.yaml lets domains loosen or waive a rule.
bool is_overridable(const model::Mesh& mesh, const Listed& rule);

// What mesh.yaml makes of a rule, before any domain.
Level mesh_level(const model::Mesh& mesh, const Listed& rule, const Circumstance& where = {});

// A domain's setting that decides about a rule but has no effect, because it loosens what the mesh does not
// list in `overridable`.
const model::LevelSetting* refused(const model::Mesh& mesh, const model::Domain& domain, const Listed& rule,
                                   std::string_view status = {});

// The statuses that levels depend on, lower case; the first is "", which stands for all others.
std::vector<std::string> statuses_of_interest(const model::Mesh& mesh,
                                              const std::vector<model::Domain>& domains);

// The known pattern or rule that a pattern without any match was probably meant to be.
std::optional<std::string> nearest_pattern(std::string_view pattern);

class Levels {
 public:
  Levels(const Workspace& workspace, const Selection& selection);

  // Of the rule with this index in `all_rules()`, in the document at that place.
  Level of(size_t rule, const Place& place) const;
  // The strictest that it has in any document of a file, whatever its status.
  Level of(size_t rule, FileId file) const;
  bool is_off_everywhere(size_t rule) const;
  // Whether the command line alone keeps the rule from running: that it finds nothing says nothing then.
  bool is_left_out(size_t rule) const { return left_out_[rule]; }
  std::optional<size_t> index_of(std::string_view rule_id) const;

 private:
  using Row = std::vector<Level>;  // by rule
  const Row& row(size_t domain, size_t status) const { return rows_[domain * statuses_.size() + status]; }
  size_t domain_at(FileId file) const;
  size_t status_at(const Place& place) const;

  const Workspace& workspace_;
  std::vector<std::string> statuses_;
  std::vector<Row> rows_;  // by domain and status; the last domain is none
  std::vector<bool> left_out_;
  // Where documents begin, with the index of their status; filled when levels depend on statuses.
  struct Document {
    Span root;
    size_t status;
  };
  std::map<FileId, std::vector<Document>> documents_;
};

// The level of a rule that runs although it is off: its own, else warning.
Level level_when_on(const Listed& rule);

}  // namespace mesh::rules
