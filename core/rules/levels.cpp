#include "core/rules/levels.hpp"

#include "core/base/strings.hpp"

#include <algorithm>

namespace mesh::rules {

using model::LevelSetting;

// Rule ids hold no `:`, so with it in place of `/` a `*` crosses groups.
static std::string flat(std::string_view text) {
  std::string flattened(text);
  std::replace(flattened.begin(), flattened.end(), '/', ':');
  return flattened;
}

bool matches_rule(std::string_view pattern, std::string_view rule_id) {
  return pattern == rule_id || glob_match(flat(pattern), flat(rule_id));
}

static size_t literal_length(std::string_view pattern) {
  return pattern.size() - static_cast<size_t>(std::count_if(pattern.begin(), pattern.end(),
                                                            [](char c) { return c == '*' || c == '?'; }));
}

static bool has_any(const std::vector<std::string>& words, std::string_view word) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& one) { return to_lower(one) == word; });
}

static bool holds(const LevelSetting& setting, const Circumstance& where) {
  const auto& domains = setting.domains;
  return (setting.statuses.empty() || has_any(setting.statuses, where.status)) &&
         (domains.empty() || std::find(domains.begin(), domains.end(), where.domain) != domains.end());
}

const LevelSetting* deciding(const std::vector<LevelSetting>& settings, std::string_view rule_id,
                             const Circumstance& where) {
  const LevelSetting* best = nullptr;
  const auto weight = [&](const LevelSetting& setting) {
    const size_t exactness =
        setting.pattern == rule_id ? std::string_view::npos : literal_length(setting.pattern);
    return std::pair(exactness, !setting.statuses.empty() || !setting.domains.empty());
  };
  for (const LevelSetting& setting : settings)
    if (matches_rule(setting.pattern, rule_id) && holds(setting, where) &&
        (!best || weight(setting) >= weight(*best)))
      best = &setting;
  return best;
}

bool is_fixed(const Listed& rule) {
  return rule.id.starts_with("yaml/") && rule.level == Level::error && rule.id != "yaml/duplicate-key";
}

Level mesh_level(const model::Mesh& mesh, const Listed& rule, const Circumstance& where) {
  if (is_fixed(rule)) return rule.level;
  const LevelSetting* const setting = deciding(mesh.rules, rule.id, where);
  return setting ? setting->level : rule.level;
}

bool is_overridable(const model::Mesh& mesh, const Listed& rule) {
  return !is_fixed(rule) && std::any_of(mesh.overridable.begin(), mesh.overridable.end(),
                                        [&](const std::string& glob) { return matches_rule(glob, rule.id); });
}

const LevelSetting* refused(const model::Mesh& mesh, const model::Domain& domain, const Listed& rule,
                            std::string_view status) {
  const Circumstance where{status, domain.name};
  const LevelSetting* const setting = deciding(domain.rules, rule.id, where);
  if (!setting || setting->level >= mesh_level(mesh, rule, where) || is_overridable(mesh, rule))
    return nullptr;
  return setting;
}

std::vector<std::string> statuses_of_interest(const model::Mesh& mesh,
                                              const std::vector<model::Domain>& domains) {
  std::vector<std::string> statuses{""};
  const auto add = [&](const std::vector<LevelSetting>& settings) {
    for (const LevelSetting& setting : settings)
      for (const std::string& status : setting.statuses)
        if (std::string lower = to_lower(status); !has_any(statuses, lower))
          statuses.push_back(std::move(lower));
  };
  add(mesh.rules);
  for (const model::Domain& domain : domains) add(domain.rules);
  return statuses;
}

std::optional<std::string> nearest_pattern(std::string_view pattern) {
  std::vector<std::string> known;
  for (const Listed& rule : all_rules()) known.emplace_back(rule.id);
  if (const auto rule = nearest(pattern, known)) return rule;
  for (std::string& name : known) name = name.substr(0, name.find('/')) + "/*";
  if (const auto group = nearest(pattern, known)) return group;
  for (std::string& name : known) name.resize(name.size() - 2);
  const auto group = nearest(pattern.substr(0, pattern.find('/')), known);
  if (!group) return std::nullopt;
  return *group + "/*";
}

Level level_when_on(const Listed& rule) { return rule.level == Level::off ? Level::warning : rule.level; }

static Level domain_level(const model::Mesh& mesh, const model::Domain* domain, const Listed& rule,
                          std::string_view status) {
  const Circumstance where{status, domain ? std::string_view(domain->name) : std::string_view()};
  if (domain && !refused(mesh, *domain, rule, status) && !is_fixed(rule))
    if (const LevelSetting* const setting = deciding(domain->rules, rule.id, where)) return setting->level;
  return mesh_level(mesh, rule, where);
}

static bool is_chosen(const Selection& selection, std::string_view rule_id) {
  return selection.only.empty() ||
         std::any_of(selection.only.begin(), selection.only.end(),
                     [&](const std::string& glob) { return matches_rule(glob, rule_id); });
}

static Level final_level(Level configured, const Listed& rule, const Selection& selection) {
  if (is_fixed(rule)) return rule.level;
  const LevelSetting* const setting = deciding(selection.settings, rule.id);
  if (!is_chosen(selection, rule.id)) return Level::off;
  if (!selection.only.empty() && !setting && configured == Level::off) return level_when_on(rule);
  return setting ? setting->level : configured;
}

Levels::Levels(const Workspace& workspace, const Selection& selection)
    : workspace_(workspace), statuses_(statuses_of_interest(workspace.mesh, workspace.domains)) {
  const std::vector<Listed>& rules = all_rules();
  const auto rows_of = [&](const model::Domain* domain) {
    std::vector<Row> rows;
    for (const std::string& status : statuses_)
      for (Row& levels = rows.emplace_back(); const Listed& rule : rules)
        levels.push_back(final_level(domain_level(workspace.mesh, domain, rule, status), rule, selection));
    return rows;
  };
  const std::vector<Row> plain = rows_of(nullptr);
  const bool all_are_equal = std::all_of(workspace.mesh.rules.begin(), workspace.mesh.rules.end(),
                                         [](const LevelSetting& setting) { return setting.domains.empty(); });
  const auto add = [&](const std::vector<Row>& rows) { rows_.insert(rows_.end(), rows.begin(), rows.end()); };
  for (const model::Domain& domain : workspace.domains)
    add(all_are_equal && domain.rules.empty() ? plain : rows_of(&domain));
  add(plain);
  for (const Listed& rule : rules) {
    const LevelSetting* const setting = deciding(selection.settings, rule.id);
    left_out_.push_back(!is_fixed(rule) &&
                        (!is_chosen(selection, rule.id) || (setting && setting->level == Level::off)));
  }
  if (statuses_.size() == 1) return;
  const auto add_document = [&](const auto& document) {
    const std::string status = to_lower(document.status.view());
    const auto known = std::find(statuses_.begin() + 1, statuses_.end(), status);
    documents_[document.file].push_back(
        {document.root, known == statuses_.end() ? 0 : static_cast<size_t>(known - statuses_.begin())});
  };
  std::for_each(workspace.contracts.begin(), workspace.contracts.end(), add_document);
  std::for_each(workspace.products.begin(), workspace.products.end(), add_document);
}

size_t Levels::domain_at(FileId file) const {
  const size_t none = workspace_.domains.size();
  return file == kNoFile ? none : std::min<size_t>(workspace_.files[file].domain, none);
}

size_t Levels::status_at(const Place& place) const {
  const auto documents = documents_.find(place.file);
  if (documents == documents_.end()) return 0;
  for (const Document& document : documents->second)
    if (document.root.begin <= place.span.begin && place.span.begin <= document.root.end)
      return document.status;
  return documents->second.size() == 1 ? documents->second.front().status : 0;
}

Level Levels::of(size_t rule, const Place& place) const {
  return row(domain_at(place.file), status_at(place))[rule];
}

Level Levels::of(size_t rule, FileId file) const {
  const size_t domain = domain_at(file);
  Level strictest = Level::off;
  for (size_t status = 0; status < statuses_.size(); ++status)
    strictest = std::max(strictest, row(domain, status)[rule]);
  return strictest;
}

bool Levels::is_off_everywhere(size_t rule) const {
  return std::all_of(rows_.begin(), rows_.end(),
                     [&](const Row& levels) { return levels[rule] == Level::off; });
}

std::optional<size_t> Levels::index_of(std::string_view rule_id) const {
  const std::vector<Listed>& rules = all_rules();
  const auto found = std::lower_bound(rules.begin(), rules.end(), rule_id,
                                      [](const Listed& rule, std::string_view id) { return rule.id < id; });
  if (found == rules.end() || found->id != rule_id) return std::nullopt;
  return static_cast<size_t>(found - rules.begin());
}

}  // namespace mesh::rules
