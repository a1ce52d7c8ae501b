#pragma once

#include "core/base/date.hpp"
#include "core/rules/levels.hpp"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

// Exceptions: comments `# mesh:allow …` beside the place, and the waivers.yaml of a mesh or a domain.
namespace mesh::rules {

// The `waiver/…` rules, for `mesh rules` and `--only`. Their pages are core/rules/waiver/*.md.
const std::vector<Listed>& waiver_rules();

// What nobody can waive: that a file cannot be read, and that a waiver is not in order.
bool is_never_waived(const Listed& rule);

// A waiver counts while it is in order: it names a rule that may be waived where it stands, a reason, and a
// last day at most a year ahead that is not over. Comments and the waivers of a domain work on rules that
// mesh.yaml lists under `overridable` (without a mesh.yaml on all), those of the mesh on every rule; none on
// is_never_waived.
class Waivers {
 public:
  Waivers(const Workspace& workspace, const Levels& levels, Day today);

  // Marks the findings that a waiver covers. `untold` are findings that are there, but follow from others
  // that are told: a waiver of one of these has its use.
  void apply(std::vector<Finding>& findings, std::vector<Finding>& untold);

  // What there is to say about the waivers themselves; once, after `apply`.
  std::vector<Finding> judge();

 private:
  enum class State { in_order, over, too_long, no_day };
  // One rule or glob of one waiver.
  struct Pattern {
    const model::Written* written;
    std::vector<uint32_t> rules;  // indices in all_rules()
    size_t hits = 0, shown_hits = 0;
    std::string_view blocked = {};  // a rule that it met but may not waive
  };
  struct Entry {
    const model::Allow* allow = nullptr;    // a comment, or …
    const model::Waived* waived = nullptr;  // … an entry of a waivers.yaml
    FileId file = kNoFile;                  // where it stands
    bool of_mesh = false;
    const model::Written* until = nullptr;
    std::string_view reason, owner;
    State state = State::in_order;
    std::vector<Pattern> patterns;
    std::map<FileId, bool> targets;  // what `targets_file` has found out

    Place at() const { return {file, allow ? allow->at : waived->at}; }
  };

  void add(const model::Allow& allow);
  void add(const model::Waivers& waivers);
  void complete(Entry& entry, const model::Written& pattern);
  bool may_waive(const Entry& entry, uint32_t rule) const;
  bool covers(Entry& entry, const Place& place);
  bool targets_file(const Entry& entry, FileId file);
  void visit(Finding& finding, uint32_t rule, Entry& entry);
  void visit(Finding& finding);

  void judge_pattern(Entry& entry, Pattern& pattern, Findings& findings);
  void judge_until(Entry& entry, Findings& findings);
  bool can_tell_unused(Entry& entry, const Pattern& pattern);

  const Workspace& workspace_;
  const Levels& levels_;
  Day today_;
  std::vector<Entry> entries_;
  std::map<FileId, std::vector<size_t>> by_file_;  // of comments
  std::vector<size_t> of_files_;                   // of waivers.yaml
  std::vector<bool> broken_;                       // by file
  std::unordered_map<std::string_view, std::vector<FileId>> by_id_;
  std::map<std::string, std::vector<const Product*>, std::less<>> by_key_;  // `orders` and `sales/orders`
};

}  // namespace mesh::rules
