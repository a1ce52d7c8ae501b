#include "core/rules/engine.hpp"

#include "core/base/parallel.hpp"
#include "core/base/strings.hpp"
#include "core/embed/embed.hpp"
#include "core/rules/levels.hpp"
#include "core/rules/secrets.hpp"
#include "core/yaml/rules.hpp"

#include <algorithm>
#include <set>

namespace mesh::rules {

const std::vector<Listed>& all_rules() {
  static const std::vector<Listed> kRules = [] {
    std::vector<Listed> rules;
    for (const Rule* const* rule = kTable; *rule; ++rule)
      rules.push_back({(*rule)->id, (*rule)->summary, (*rule)->level});
    for (const yaml::YamlRule& rule : yaml::yaml_rules())
      rules.push_back({rule.id, rule.summary, rule.level});
    for (const schema::SchemaRule& rule : schema::schema_rules())
      rules.push_back({rule.id, rule.summary, rule.level});
    std::sort(rules.begin(), rules.end(), [](const Listed& a, const Listed& b) { return a.id < b.id; });
    return rules;
  }();
  return kRules;
}

std::optional<std::string_view> page(std::string_view rule_id) {
  std::string path = "core/rules/" + std::string(rule_id) + ".md";
  std::replace(path.begin() + static_cast<std::ptrdiff_t>(path.rfind('/')), path.end(), '-', '_');
  return embed::find(path);
}

static Result<void> check_pattern(std::string_view pattern) {
  for (const Listed& rule : all_rules())
    if (matches_rule(pattern, rule.id)) return {};
  const auto near = nearest_pattern(pattern);
  return fail(Fault::usage, "no rule matches `" + std::string(pattern) + "`",
              near ? "did you mean `" + *near + "`?" : "`mesh rules` lists them");
}

Result<void> check_selection(const Selection& selection) {
  for (const std::string& glob : selection.only)
    if (auto checked = check_pattern(glob); !checked) return checked;
  for (const model::LevelSetting& setting : selection.settings)
    if (auto checked = check_pattern(setting.pattern); !checked) return checked;
  return {};
}

std::function<void(const schema::Identified&, yaml::Node, Findings&)> document_hook(
    const Selection& selection) {
  // The mesh's own levels are not known yet while files are read: only what the command line excludes is left
  // out.
  const auto is_wanted = [&](const Rule& rule) {
    const auto matches = [&](const std::string& glob) { return matches_rule(glob, rule.id); };
    if (!selection.only.empty() && std::none_of(selection.only.begin(), selection.only.end(), matches))
      return false;
    const model::LevelSetting* const setting = deciding(selection.settings, rule.id);
    return !setting || setting->level != Level::off;
  };
  std::vector<const Rule*> wanted;
  for (const Rule* const* rule = kTable; *rule; ++rule)
    if ((*rule)->check.document && is_wanted(**rule)) wanted.push_back(*rule);
  return [wanted](const schema::Identified& identified, yaml::Node root, Findings& findings) {
    for (const Rule* const rule : wanted) {
      findings.about(rule->id, rule->level == Level::off ? Level::warning : rule->level);
      rule->check.document(Document{identified, root}, findings);
    }
  };
}

namespace {

// A rule of the table and its index in all_rules().
struct Running {
  const Rule* rule;
  size_t index;
};

std::vector<Running> running_rules(const Levels& levels) {
  std::vector<Running> running;
  for (const Rule* const* rule = kTable; *rule; ++rule) {
    const auto index = levels.index_of((*rule)->id);
    if (index && !levels.is_off_everywhere(*index)) running.push_back({*rule, *index});
  }
  return running;
}

template <class Facts, class Function>
void check_one(const Facts& facts, const std::vector<Running>& rules, const Levels& levels,
               Function Check::*member, Findings& findings) {
  findings.within(facts.file);
  for (const Running& running : rules) {
    const Function check = running.rule->check.*member;
    if (!check || levels.of(running.index, facts.file) == Level::off) continue;
    findings.about(running.rule->id, level_when_on(all_rules()[running.index]));
    check(facts, findings);
  }
}

// What the rules of the table find. Each document and each rule over the workspace has a slot of its own, so
// the outcome does not depend on the threads.
std::vector<Finding> run_table(const Workspace& workspace, const Levels& levels, unsigned jobs) {
  const std::vector<Running> rules = running_rules(levels);
  std::vector<Running> graph;
  for (const Running& running : rules)
    if (running.rule->check.workspace && (workspace.linked || !running.rule->needs_graph)) graph.push_back(running);
  const size_t contracts = workspace.contracts.size(), documents = contracts + workspace.products.size();
  std::vector<Findings> slots(documents + graph.size());
  for_each_index(slots.size(), jobs, [&](size_t i) {
    if (i < contracts) return check_one(workspace.contracts[i], rules, levels, &Check::contract, slots[i]);
    if (i < documents)
      return check_one(workspace.products[i - contracts], rules, levels, &Check::product, slots[i]);
    const Running& running = graph[i - documents];
    slots[i].about(running.rule->id, level_when_on(all_rules()[running.index]));
    running.rule->check.workspace(workspace, slots[i]);
  });
  std::vector<Finding> all;
  for (Findings& slot : slots) std::move(slot.all().begin(), slot.all().end(), std::back_inserter(all));
  return all;
}

using Spot = std::tuple<FileId, uint32_t, uint32_t>;
Spot spot(const Finding& finding) { return {finding.at.file, finding.at.span.begin, finding.at.span.end}; }

// What follows from a finding that is already there: anything in a file whose YAML is wrong, anything about a
// value that its schema refuses, that an id is not declared where it names nothing at all, and that a port has
// no contract where the lakehouse asks for one.
class Echoes {
 public:
  Echoes(const Workspace& workspace, const std::vector<Finding>& of_rules) : broken_(workspace.files.size()) {
    for (const Finding& finding : workspace.findings.all()) {
      if (finding.level != Level::error || finding.at.file >= broken_.size()) continue;
      if (finding.rule.starts_with("yaml/")) broken_[finding.at.file] = true;
      if (finding.rule.starts_with("schema/")) refused_.insert(spot(finding));
    }
    for (const Finding& finding : of_rules) {
      if (finding.rule == "ref/contract-unresolved") nameless_.insert(spot(finding));
      if (finding.rule == "lakehouse/port-without-server") portless_.insert(spot(finding));
    }
  }
  bool has(const Finding& finding) const {
    if (finding.at.file < broken_.size() && broken_[finding.at.file]) return true;
    if (refused_.contains(spot(finding))) return true;
    return (finding.rule == "ref/input-contract-not-declared" && nameless_.contains(spot(finding))) ||
           (finding.rule == "product/port-without-contract" && portless_.contains(spot(finding)));
  }

 private:
  std::vector<bool> broken_;
  std::set<Spot> refused_, nameless_, portless_;
};

// The mesh.yaml and domain.yaml that set the levels of reported files: who asks about a part of the mesh must
// learn when its settings are not what they seem.
std::vector<bool> governing(const Workspace& workspace) {
  std::vector<bool> governs(workspace.files.size());
  const auto mark = [&](FileId file) {
    if (file < governs.size()) governs[file] = true;
  };
  mark(workspace.mesh.file);
  for (const workspace::File& file : workspace.files)
    if (file.reported && file.domain < workspace.domains.size()) mark(workspace.domains[file.domain].file);
  return governs;
}

// Gives the finding its final level; false when it is not to be shown.
bool settle(Finding& finding, const Workspace& workspace, const Levels& levels,
            const std::vector<bool>& governs) {
  const FileId file = finding.at.file;
  if (file < workspace.files.size() && !workspace.files[file].reported &&
      !(governs[file] && finding.rule.starts_with("governance/")))
    return false;
  const auto index = levels.index_of(finding.rule);
  if (!index) return finding.level != Level::off;
  const Level level = levels.of(*index, file);
  // A finding milder than its rule stays so unless somebody set the rule's level.
  if (level != level_when_on(all_rules()[*index])) finding.level = level;
  return level != Level::off;
}

// Texts of manifests come back in messages: they may hold control characters, and secrets.
void make_presentable(std::string& text) { text = printable(without_secrets(text)); }

void make_presentable(Finding& finding) {
  for (std::string* const text : {&finding.message, &finding.label, &finding.help}) make_presentable(*text);
  for (Note& note : finding.notes) make_presentable(note.message);
}

}  // namespace

std::vector<Finding> run(const Workspace& workspace, const Selection& selection, unsigned jobs) {
  const Levels levels(workspace, selection);
  std::vector<Finding> of_rules = run_table(workspace, levels, jobs);
  const Echoes echoes(workspace, of_rules);
  std::vector<Finding> all = workspace.findings.all();
  for (Finding& finding : of_rules)
    if (!echoes.has(finding)) all.push_back(std::move(finding));
  const std::vector<bool> governs = governing(workspace);
  std::erase_if(all, [&](Finding& finding) { return !settle(finding, workspace, levels, governs); });
  for (Finding& finding : all) make_presentable(finding);
  sort_findings(all);
  return all;
}

}  // namespace mesh::rules
