#include "core/rules/waivers.hpp"

#include "core/base/strings.hpp"
#include "core/workspace/paths.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mesh::rules {
namespace {

constexpr int32_t kSoon = 14;  // days

const Rule* rule_of_table(std::string_view id) {
  for (const Rule* const* rule = kTable; *rule; ++rule)
    if ((*rule)->id == id) return *rule;
  return nullptr;
}

bool spans(Span line, uint32_t at) { return line.begin <= at && at <= line.end; }

std::string normal_target(std::string_view target) {
  while (target.starts_with("./")) target.remove_prefix(2);
  while (target.ends_with('/')) target.remove_suffix(1);
  return std::string(target == "." ? "**" : target);
}

// `contract/x`, or the words for a glob.
std::string told(const model::Written& pattern) { return "`" + printable(pattern.text) + "`"; }

}  // namespace

const std::vector<Listed>& waiver_rules() {
  static const std::vector<Listed> rules{
      {"waiver/expired", "a waiver ends when its last day is over", Level::error},
      {"waiver/expires-soon", "a waiver has more than two weeks to run", Level::warning},
      {"waiver/malformed", "a waiver is written so that it can be understood", Level::error},
      {"waiver/not-overridable", "a rule is waived by those who may waive it", Level::error},
      {"waiver/too-long", "a waiver ends within a year", Level::error},
      {"waiver/unknown-rule", "a waiver names rules that exist", Level::error},
      {"waiver/unused", "a waiver waives something", Level::warning},
  };
  return rules;
}

bool is_never_waived(const Listed& rule) { return is_fixed(rule) || rule.id.starts_with("waiver/"); }

Waivers::Waivers(const Workspace& workspace, const Levels& levels, Day today)
    : workspace_(workspace), levels_(levels), today_(today) {
  size_t count = workspace.allows.size();
  for (const model::Waivers& waivers : workspace.waivers) count += waivers.entries.size();
  if (count == 0) return;
  entries_.reserve(count);
  for (const model::Allow& allow : workspace.allows) add(allow);
  // The nearer ones first: those of domains, then the mesh's own.
  for (const bool of_mesh : {false, true})
    for (const model::Waivers& waivers : workspace.waivers)
      if ((workspace.folder(waivers.file).empty()) == of_mesh) add(waivers);
  broken_.resize(workspace.files.size());
  for (FileId file = 0; file < workspace.files.size(); ++file) broken_[file] = workspace.files[file].broken;
  for (const Finding& finding : workspace.findings.all())
    if (finding.level == Level::error && finding.rule.starts_with("yaml/") &&
        finding.at.file < broken_.size())
      broken_[finding.at.file] = true;
  for (const Contract& contract : workspace.contracts)
    if (contract.id) by_id_[contract.id.view()].push_back(contract.file);
  for (const Product& product : workspace.products)
    if (product.id) by_id_[product.id.view()].push_back(product.file);
  for (const Product& product : workspace.products) {
    const std::string key(workspace.product_key(product));
    by_key_[key].push_back(&product);
    if (const model::Domain* const domain = workspace.domain_of(product.file))
      by_key_[domain->name + "/" + key].push_back(&product);
  }
}

void Waivers::add(const model::Allow& allow) {
  Entry& entry = entries_.emplace_back();
  entry.allow = &allow;
  entry.file = allow.file;
  if (const model::Domain* const domain = workspace_.domain_of(allow.file))
    entry.owner = domain->owner_team.empty() ? domain->name : domain->owner_team;
  entry.reason = allow.reason.text;
  entry.until = &allow.until;
  for (const model::Written& rule : allow.rules) complete(entry, rule);
  by_file_[allow.file].push_back(entries_.size() - 1);
}

void Waivers::add(const model::Waivers& waivers) {
  for (const model::Waived& waived : waivers.entries) {
    Entry& entry = entries_.emplace_back();
    entry.waived = &waived;
    entry.file = waivers.file;
    entry.of_mesh = workspace_.folder(waivers.file).empty();
    entry.owner = waived.owner;
    entry.reason = waived.reason;
    entry.until = &waived.until;
    complete(entry, waived.rule);
    of_files_.push_back(entries_.size() - 1);
  }
}

void Waivers::complete(Entry& entry, const model::Written& pattern) {
  Pattern& own = entry.patterns.emplace_back(Pattern{&pattern, {}});
  const std::vector<Listed>& rules = all_rules();
  for (uint32_t i = 0; i < rules.size(); ++i)
    if (matches_rule(pattern.text, rules[i].id)) own.rules.push_back(i);
  const auto day = parse_day(entry.until->text);
  entry.state = !day                          ? State::no_day
                : *day < today_               ? State::over
                : *day > a_year_after(today_) ? State::too_long
                                              : State::in_order;
}

bool Waivers::may_waive(const Entry& entry, uint32_t rule) const {
  const Listed& listed = all_rules()[rule];
  if (is_never_waived(listed)) return false;
  return entry.of_mesh || !workspace_.has_mesh || is_overridable(workspace_.mesh, listed);
}

bool Waivers::targets_file(const Entry& entry, FileId file) {
  if (!entry.of_mesh && workspace_.files[file].domain != workspace_.files[entry.file].domain) return false;
  const std::string_view written = entry.waived->target.text;
  std::string_view path = workspace_.files[file].key;
  if (const std::string_view base = workspace_.folder(entry.file); !base.empty()) {
    if (!workspace::is_within(path, base))
      path = {};
    else
      path.remove_prefix(base.size() + 1);
  }
  const std::string target = normal_target(written);
  for (; !path.empty(); path = workspace::parent_of(path))
    if (glob_match(target, path)) return true;
  if (const auto documents = by_id_.find(written); documents != by_id_.end())
    if (std::ranges::find(documents->second, file) != documents->second.end()) return true;
  const auto products = by_key_.find(written);
  return products != by_key_.end() && std::ranges::any_of(products->second, [&](const Product* product) {
           const bool is_short = written.find('/') == written.npos;
           return (!is_short || !entry.of_mesh) &&
                  workspace::is_within(workspace_.files[file].key, workspace_.folder(product->file));
         });
}

bool Waivers::covers(Entry& entry, const Place& place) {
  if (entry.allow)
    return spans(entry.allow->line, place.span.begin) ||
           (entry.allow->line_below && spans(*entry.allow->line_below, place.span.begin));
  const auto [known, is_new] = entry.targets.try_emplace(place.file, false);
  if (is_new) known->second = targets_file(entry, place.file);
  return known->second;
}

void Waivers::visit(Finding& finding, uint32_t rule, Entry& entry) {
  if (entry.allow && entry.allow->fault) return;
  for (Pattern& pattern : entry.patterns) {
    if (!std::ranges::binary_search(pattern.rules, rule) || !covers(entry, finding.at)) continue;
    if (!may_waive(entry, rule)) {
      pattern.blocked = all_rules()[rule].id;
      continue;
    }
    ++pattern.hits;
    pattern.shown_hits += workspace_.files[finding.at.file].reported;
    if (entry.state == State::over)
      finding.notes.push_back({"its waiver ended on " + entry.until->text, entry.at()});
    if (entry.state == State::in_order && !finding.waiver)
      finding.waiver =
          Waiver{std::string(entry.reason), std::string(entry.owner), entry.until->text, entry.at()};
  }
}

void Waivers::visit(Finding& finding) {
  if (finding.at.file >= workspace_.files.size()) return;
  const auto rule = levels_.index_of(finding.rule);
  if (!rule || levels_.of(*rule, finding.at) == Level::off) return;
  const auto visit_all = [&](const std::vector<size_t>& entries) {
    for (const size_t i : entries) visit(finding, static_cast<uint32_t>(*rule), entries_[i]);
  };
  if (const auto comments = by_file_.find(finding.at.file); comments != by_file_.end())
    visit_all(comments->second);
  visit_all(of_files_);
}

void Waivers::apply(std::vector<Finding>& findings, std::vector<Finding>& untold) {
  if (entries_.empty()) return;
  for (Finding& finding : findings) visit(finding);
  for (Finding& finding : untold) visit(finding);
}

// Whether all that the pattern speaks of was looked for.
bool Waivers::can_tell_unused(Entry& entry, const Pattern& pattern) {
  if (!workspace_.linked && entry.waived) return false;
  const auto is_left_out = [&](uint32_t rule) {
    if (levels_.is_left_out(rule)) return true;
    if (workspace_.linked) return false;
    const Rule* const own = rule_of_table(all_rules()[rule].id);
    return own && own->check.workspace;
  };
  const auto is_on = [&](uint32_t rule) {
    return entry.allow ? levels_.of(rule, entry.file) != Level::off : !levels_.is_off_everywhere(rule);
  };
  if (std::ranges::any_of(pattern.rules, is_left_out) || std::ranges::none_of(pattern.rules, is_on))
    return false;
  if (entry.allow) return !broken_[entry.file];
  for (FileId file = 0; file < workspace_.files.size(); ++file)
    if (broken_[file] && covers(entry, {file, {}})) return false;
  return true;
}

void Waivers::judge_pattern(Entry& entry, Pattern& pattern, Findings& findings) {
  const Place at{entry.file, pattern.written->at};
  const std::string name = told(*pattern.written);
  if (pattern.rules.empty()) {
    Finding& finding = findings.add("waiver/unknown-rule", Level::error, at.span,
                                    "no rule matches " + name + ", so this waives nothing");
    if (const auto near = nearest_pattern(pattern.written->text))
      finding.label = "did you mean `" + *near + "`?";
    finding.help = "`mesh rules` lists all rules";
    return;
  }
  const auto is_allowed = [&](uint32_t rule) { return may_waive(entry, rule); };
  if (!pattern.blocked.empty() || std::ranges::none_of(pattern.rules, is_allowed)) {
    const std::string_view id =
        pattern.blocked.empty() ? all_rules()[pattern.rules.front()].id : pattern.blocked;
    const auto rule = levels_.index_of(id);
    Finding& finding = findings.add("waiver/not-overridable", Level::error, at.span,
                                    fmt::format("`{}` may not be waived here", id));
    if (is_never_waived(all_rules()[*rule])) {
      finding.label = id.starts_with("waiver/") ? "mend the waiver itself"
                                                : "a file that cannot be read cannot be checked";
    } else {
      finding.label = "mesh.yaml does not list it under `overridable`";
      finding.help = "those who own the mesh can waive it in the waivers.yaml beside mesh.yaml";
    }
    return;
  }
  if (pattern.hits > 0 || entry.state == State::too_long || entry.state == State::no_day) return;
  if (!can_tell_unused(entry, pattern)) return;
  Finding& finding = findings.add("waiver/unused", Level::warning, at.span,
                                  entry.allow ? name + " finds nothing on the line that this allowance is for"
                                              : name + " finds nothing that this waiver is for");
  finding.label = "remove it";
  if (entry.waived) {
    const bool is_anywhere = std::ranges::any_of(workspace_.files, [&](const workspace::File& file) {
      return covers(entry, {static_cast<FileId>(&file - workspace_.files.data()), {}});
    });
    if (!is_anywhere) finding.help = "nothing is called `" + printable(entry.waived->target.text) + "`";
  } else if (!entry.allow->line_below && entry.allow->line.begin != entry.allow->line.end) {
    finding.help = "an allowance is for its own line, or for the line right below it";
  }
}

void Waivers::judge_until(Entry& entry, Findings& findings) {
  const Span at = entry.until->at;
  const std::string what =
      told(*entry.patterns.front().written) + (entry.patterns.size() > 1 ? " and others" : "");
  const std::string owner = entry.owner.empty() ? "" : "it belongs to `" + printable(entry.owner) + "`: ";
  const std::string help = owner + printable(entry.reason);
  const auto is_in_use = [&](const Pattern& pattern) {
    return pattern.hits > 0 || (!pattern.rules.empty() && !can_tell_unused(entry, pattern));
  };
  switch (entry.state) {
    case State::no_day:
      // What has not even the form of a day is the schema's.
      if (entry.until->text.size() == 10 && entry.until->text[4] == '-')
        findings
            .add("waiver/malformed", Level::error, at,
                 "there is no day `" + printable(entry.until->text) + "`")
            .label = "write it as 2026-12-31";
      return;
    case State::too_long:
      findings
          .add("waiver/too-long", Level::error, at,
               fmt::format("the waiver of {} runs for more than a year", what))
          .label = "end it on " + to_string(a_year_after(today_)) + " at the latest";
      return;
    case State::over: {
      if (std::ranges::none_of(entry.patterns, is_in_use)) return;
      Finding& finding = findings.add("waiver/expired", Level::error, at,
                                      fmt::format("the waiver of {} ended on {}", what, entry.until->text));
      finding.label = "mend what it waived, or agree on a new day";
      finding.help = help;
      return;
    }
    case State::in_order: {
      const int32_t left = parse_day(entry.until->text)->number - today_.number;
      if (left > kSoon || std::ranges::none_of(entry.patterns, is_in_use)) return;
      Finding& finding =
          findings.add("waiver/expires-soon", Level::warning, at,
                       fmt::format("the waiver of {} ends {}", what,
                                   left == 0 ? "today" : "in " + count_of(static_cast<size_t>(left), "day")));
      finding.label = "mend what it waives before";
      finding.help = help;
      return;
    }
  }
}

std::vector<Finding> Waivers::judge() {
  Findings findings;
  for (Entry& entry : entries_) {
    findings.within(entry.file);
    const auto is_shown = [](const Pattern& pattern) { return pattern.shown_hits > 0; };
    if (!workspace_.files[entry.file].reported && std::ranges::none_of(entry.patterns, is_shown)) continue;
    if (entry.allow && entry.allow->fault) {
      const model::Allow::Fault& fault = *entry.allow->fault;
      Finding& finding = findings.add("waiver/malformed", Level::error, fault.at, fault.message);
      finding.label = fault.label;
      finding.help = "`# mesh:allow RULE until=2026-12-31 reason=\"…\"`";
      continue;
    }
    for (Pattern& pattern : entry.patterns) judge_pattern(entry, pattern, findings);
    judge_until(entry, findings);
  }
  return std::move(findings.all());
}

}  // namespace mesh::rules
