#include "core/rules/engine.hpp"

#include "core/base/parallel.hpp"
#include "core/base/strings.hpp"
#include "core/embed/embed.hpp"
#include "core/rules/levels.hpp"
#include "core/rules/secrets.hpp"
#include "core/rules/waivers.hpp"
#include "core/yaml/rules.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

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
    rules.insert(rules.end(), waiver_rules().begin(), waiver_rules().end());
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

namespace {

// A rule of the table, its index in all_rules(), and the level of what it finds.
struct Running {
  const Rule* rule;
  size_t index;
  Level level;
};

std::vector<Running> running_rules(const Levels& levels) {
  std::vector<Running> running;
  for (const Rule* const* rule = kTable; *rule; ++rule) {
    const auto index = levels.index_of((*rule)->id);
    if (index && !levels.is_off_everywhere(*index))
      running.push_back({*rule, *index, level_when_on(all_rules()[*index])});
  }
  return running;
}

bool is_error_of(const Finding& finding, std::string_view group) {
  return finding.level == Level::error && finding.rule.starts_with(group);
}

// The rules that look at one document, for all documents of a workspace.
class DocumentJudge {
 public:
  DocumentJudge(const Workspace& workspace, const Selection& selection) : levels_(workspace, selection) {
    for (const Running& running : running_rules(levels_)) {
      const Check& check = running.rule->check;
      if (check.document) of_any_.push_back(running);
      if (check.details || check.contract || check.contract_details) of_contracts_.push_back(running);
      if (check.details || check.product || check.product_details) of_products_.push_back(running);
    }
  }

  void judge(const Document& document, Findings& findings) const {
    for (const Running& running : of_any_)
      if (begin(running, document, findings)) running.rule->check.document(document, findings);
    if (document.has_broken_yaml) return;
    const size_t before = findings.size();
    if (document.contract) {
      for (const Running& running : of_contracts_)
        if (begin(running, document, findings)) judge_contract(running.rule->check, document, findings);
    } else if (document.product) {
      for (const Running& running : of_products_)
        if (begin(running, document, findings)) judge_product(running.rule->check, document, findings);
    }
    if (findings.size() > before) drop_echoes(findings.all(), document.first_finding, before);
  }

 private:
  bool begin(const Running& running, const Document& document, Findings& findings) const {
    if (levels_.of(running.index, document.file) == Level::off) return false;
    findings.about(running.rule->id, running.level);
    return true;
  }

  static void judge_contract(const Check& check, const Document& document, Findings& findings) {
    if (check.details) check.details(*document.contract_details, findings);
    if (check.contract_details) check.contract_details(*document.contract_details, findings);
    if (check.contract) check.contract(*document.contract, findings);
  }
  static void judge_product(const Check& check, const Document& document, Findings& findings) {
    if (check.details) check.details(*document.product_details, findings);
    if (check.product_details) check.product_details(*document.product_details, findings);
    if (check.product) check.product(*document.product, findings);
  }

  // Leaves out of the findings from `rules` on what speaks of a value that its schema refused, or of
  // something in it; the schema's own are those before. What it misses is no value.
  static void drop_echoes(std::vector<Finding>& all, size_t schema, size_t rules) {
    std::vector<Span> refused;
    for (size_t i = schema; i < rules; ++i)
      if (is_error_of(all[i], "schema/") && all[i].rule != "schema/required")
        refused.push_back(all[i].at.span);
    if (refused.empty()) return;
    std::ranges::sort(refused, {}, &Span::begin);
    // Of those that begin no later than one, how far they reach.
    for (size_t i = 1; i < refused.size(); ++i) refused[i].end = std::max(refused[i].end, refused[i - 1].end);
    const auto is_echo = [&](const Finding& finding) {
      const auto after = std::ranges::upper_bound(refused, finding.at.span.begin, {}, &Span::begin);
      return after != refused.begin() && std::prev(after)->end >= finding.at.span.end;
    };
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(rules);
    all.erase(std::remove_if(first, all.end(), is_echo), all.end());
  }

  Levels levels_;
  std::vector<Running> of_any_, of_contracts_, of_products_;
};

// What the rules over the workspace find. Each has a slot of its own, so the outcome does not depend on the
// threads.
std::vector<Finding> run_graph_rules(const Workspace& workspace, const Levels& levels, unsigned jobs) {
  std::vector<Running> graph = running_rules(levels);
  std::erase_if(graph, [&](const Running& running) {
    return !running.rule->check.workspace || (running.rule->needs_graph && !workspace.linked);
  });
  std::vector<Findings> slots(graph.size());
  for_each_index(slots.size(), jobs, [&](size_t i) {
    slots[i].about(graph[i].rule->id, graph[i].level);
    graph[i].rule->check.workspace(workspace, slots[i]);
  });
  std::vector<Finding> all;
  for (Findings& slot : slots) std::move(slot.all().begin(), slot.all().end(), std::back_inserter(all));
  return all;
}

using Spot = std::tuple<FileId, uint32_t, uint32_t>;
Spot spot(const Finding& finding) { return {finding.at.file, finding.at.span.begin, finding.at.span.end}; }

// What follows from a finding that is already there: anything in a file whose YAML is wrong, anything about a
// value that its schema refuses, that an id is not declared where it names nothing at all, and that a port
// has no contract where the lakehouse asks for one.
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
    return refused_.contains(spot(finding));
  }
  bool follows(const Finding& finding) const {
    return (finding.rule == "ref/input-contract-not-declared" && nameless_.contains(spot(finding))) ||
           (finding.rule == "product/port-without-contract" && portless_.contains(spot(finding)));
  }

 private:
  std::vector<bool> broken_;
  std::set<Spot> refused_, nameless_, portless_;
};

// The mesh.yaml, domain.yaml and waivers.yaml that decide about reported files: who asks about a part of the
// mesh must learn when its settings are not what they seem.
std::vector<bool> governing(const Workspace& workspace) {
  std::vector<bool> governs(workspace.files.size());
  const auto mark = [&](FileId file) {
    if (file < governs.size()) governs[file] = true;
  };
  mark(workspace.mesh.file);
  for (const model::Waivers& waivers : workspace.waivers) mark(waivers.file);
  for (const workspace::File& file : workspace.files)
    if (file.reported && file.domain < workspace.domains.size()) mark(workspace.domains[file.domain].file);
  return governs;
}

// Gives the finding its final level; false when it is not to be shown.
bool settle(Finding& finding, const Workspace& workspace, const Levels& levels,
            const std::vector<bool>& governs) {
  const FileId file = finding.at.file;
  if (file < workspace.files.size() && !workspace.files[file].reported &&
      !(governs[file] && (finding.rule.starts_with("governance/") || finding.rule.starts_with("waiver/"))))
    return false;
  const auto index = levels.index_of(finding.rule);
  if (!index) return finding.level != Level::off;
  const Level level = levels.of(*index, finding.at);
  // A finding milder than its rule stays so unless somebody set the rule's level.
  if (level != level_when_on(all_rules()[*index])) finding.level = level;
  return level != Level::off;
}

// Texts of manifests come back in messages: they may hold control characters, and secrets.
void make_presentable(std::string& text) {
  hide_secrets(text);
  if (plain_length(text) < text.size()) text = printable(text);
}

void make_presentable(Finding& finding) {
  for (std::string* const text : {&finding.message, &finding.label, &finding.help}) make_presentable(*text);
  for (Note& note : finding.notes) make_presentable(note.message);
  if (finding.waiver)
    for (std::string* const text : {&finding.waiver->reason, &finding.waiver->owner}) make_presentable(*text);
  if (!finding.fix) return;
  make_presentable(finding.fix->title);
  // What would be written is printed, too.
  if (std::ranges::any_of(finding.fix->edits,
                          [](const Edit& edit) { return secret_in(edit.text).has_value(); }))
    finding.fix.reset();
  if (finding.fix) make_presentable(finding.fix->title);
}

// A fix that writes out what is secret is none: the value has to go.
void drop_fix_of_secret(const std::vector<Place>& secrets, Finding& finding) {
  const auto is_around = [&](Span edited) {
    return std::ranges::any_of(secrets, [&](const Place& secret) {
      return secret.file == finding.at.file && secret.span.begin < edited.end &&
             edited.begin < secret.span.end;
    });
  };
  if (finding.fix && std::ranges::any_of(finding.fix->edits, [&](const Edit& edit) {
        return is_around(edit.at) || without_secrets(edit.text) != edit.text;
      }))
    finding.fix.reset();
}

std::vector<Place> secrets_among(const std::vector<Finding>& findings) {
  std::vector<Place> secrets;
  for (const Finding& finding : findings)
    if (finding.rule == kSecretRule) secrets.push_back(finding.at);
  return secrets;
}

}  // namespace

std::function<workspace::Judge(const Workspace&)> document_hook(const Selection& selection) {
  return [selection](const Workspace& workspace) -> workspace::Judge {
    const auto judge = std::make_shared<const DocumentJudge>(workspace, selection);
    return [judge](const Document& document, Findings& findings) { judge->judge(document, findings); };
  };
}

std::vector<Finding> run(Workspace& workspace, const Selection& selection, unsigned jobs) {
  const Levels levels(workspace, selection);
  std::vector<Finding> of_rules = run_graph_rules(workspace, levels, jobs);
  const Echoes echoes(workspace, of_rules);
  Waivers waivers(workspace, levels, selection.today);
  const std::vector<Place> secrets = secrets_among(workspace.findings.all());
  std::vector<Finding> all = std::exchange(workspace.findings.all(), {}), untold;
  std::erase_if(all, [&](const Finding& finding) { return echoes.follows(finding); });
  for (Finding& finding : of_rules) (echoes.has(finding) ? untold : all).push_back(std::move(finding));
  waivers.apply(all, untold);
  std::ranges::move(waivers.judge(), std::back_inserter(all));
  const std::vector<bool> governs = governing(workspace);
  std::vector<char> is_shown(all.size());
  for_each_part(all.size(), jobs, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      is_shown[i] = settle(all[i], workspace, levels, governs);
      if (!is_shown[i]) continue;
      drop_fix_of_secret(secrets, all[i]);
      make_presentable(all[i]);
    }
  });
  std::erase_if(all, [&](const Finding& finding) { return !is_shown[&finding - all.data()]; });
  sort_findings(all);
  return all;
}

}  // namespace mesh::rules
