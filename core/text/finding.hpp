#pragma once

#include "core/base/boxed.hpp"
#include "core/text/edit.hpp"
#include "core/text/span.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mesh {

enum class Level : uint8_t { off, note, warning, error };

std::string_view name_of(Level level);
std::optional<Level> level_named(std::string_view name);  // off, note, warning, error; nothing else

// A second place that a finding speaks of.
struct Note {
  std::string message;
  Place at;
};

// Why a finding does not count: somebody took responsibility for it, until a day.
struct Waiver {
  std::string reason, owner, until;  // until: a day, 2026-12-31; empty where none is asked for
  Place at;                          // where it is written
  bool baseline = false;  // of the baseline: it was there before anybody looked, so it is only counted
};

// One thing that is wrong in somebody's manifest: one sentence, lower case, no full stop, the user's own
// words in backticks. `at` is the smallest text that must change.
struct Finding {
  std::string_view rule;  // one of those that are known, whose names outlive every run
  Level level = Level::error;
  std::string message;
  Place at;
  std::string label = {};  // under the carets: what to do there
  std::string help = {};   // below the snippet
  std::vector<Note> notes = {};
  Boxed<Fix> fix = {};
  Boxed<Waiver> waiver = {};  // shown, but neither counted at its level nor a reason to fail
};

// Where readers and rules put what they find. `rule`, `level` and `file` are what `add` fills in; whoever
// runs a stage or a rule sets them first.
class Findings {
 public:
  Findings() = default;
  explicit Findings(FileId file) : file_(file) {}

  void about(std::string_view rule, Level level) {
    rule_ = rule;
    level_ = level;
  }
  void within(FileId file) { file_ = file; }
  FileId file() const { return file_; }
  std::string_view rule() const { return rule_; }
  Level level() const { return level_; }

  // The reference is good until the next `add`.
  Finding& add(Place at, std::string message) {
    return all_.emplace_back(Finding{rule_, level_, std::move(message), at});
  }
  Finding& add(Span at, std::string message) { return add(Place{file_, at}, std::move(message)); }
  // For stages with rules of their own (`yaml/…`, `schema/…`, `manifest/…`).
  Finding& add(std::string_view rule, Level level, Span at, std::string message) {
    return all_.emplace_back(Finding{rule, level, std::move(message), Place{file_, at}});
  }

  bool empty() const { return all_.empty(); }
  size_t size() const { return all_.size(); }
  std::vector<Finding>& all() { return all_; }
  const std::vector<Finding>& all() const { return all_; }

 private:
  std::vector<Finding> all_;
  std::string_view rule_ = "internal/unnamed";
  Level level_ = Level::error;
  FileId file_ = kNoFile;
};

// Order of a report: file, place, rule, message; equal findings once.
void sort_findings(std::vector<Finding>& findings);

}  // namespace mesh
