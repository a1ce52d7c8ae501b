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

const LevelSetting* deciding(const std::vector<LevelSetting>& settings, std::string_view rule_id) {
  const LevelSetting* best = nullptr;
  const auto weight = [&](const LevelSetting& setting) {
    return setting.pattern == rule_id ? std::string_view::npos : literal_length(setting.pattern);
  };
  for (const LevelSetting& setting : settings)
    if (matches_rule(setting.pattern, rule_id) && (!best || weight(setting) >= weight(*best)))
      best = &setting;
  return best;
}

bool is_fixed(const Listed& rule) {
  return rule.id.starts_with("yaml/") && rule.level == Level::error && rule.id != "yaml/duplicate-key";
}

Level mesh_level(const model::Mesh& mesh, const Listed& rule) {
  if (is_fixed(rule)) return rule.level;
  const LevelSetting* const setting = deciding(mesh.rules, rule.id);
  return setting ? setting->level : rule.level;
}

static bool is_overridable(const model::Mesh& mesh, const Listed& rule) {
  return !is_fixed(rule) && std::any_of(mesh.overridable.begin(), mesh.overridable.end(),
                                        [&](const std::string& glob) { return matches_rule(glob, rule.id); });
}

const LevelSetting* refused(const model::Mesh& mesh, const model::Domain& domain, const Listed& rule) {
  const LevelSetting* const setting = deciding(domain.rules, rule.id);
  if (!setting || setting->level >= mesh_level(mesh, rule) || is_overridable(mesh, rule)) return nullptr;
  return setting;
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

static Level domain_level(const model::Mesh& mesh, const model::Domain* domain, const Listed& rule) {
  if (domain && !refused(mesh, *domain, rule) && !is_fixed(rule))
    if (const LevelSetting* const setting = deciding(domain->rules, rule.id)) return setting->level;
  return mesh_level(mesh, rule);
}

static Level final_level(Level configured, const Listed& rule, const Selection& selection) {
  if (is_fixed(rule)) return rule.level;
  const LevelSetting* const setting = deciding(selection.settings, rule.id);
  if (!selection.only.empty()) {
    const bool chosen = std::any_of(selection.only.begin(), selection.only.end(),
                                    [&](const std::string& glob) { return matches_rule(glob, rule.id); });
    if (!chosen) return Level::off;
    if (!setting && configured == Level::off) return level_when_on(rule);
  }
  return setting ? setting->level : configured;
}

Levels::Levels(const Workspace& workspace, const Selection& selection) : workspace_(workspace) {
  const std::vector<Listed>& rules = all_rules();
  const auto row = [&](const model::Domain* domain) {
    std::vector<Level> levels;
    levels.reserve(rules.size());
    for (const Listed& rule : rules)
      levels.push_back(final_level(domain_level(workspace.mesh, domain, rule), rule, selection));
    return levels;
  };
  const std::vector<Level> plain = row(nullptr);
  for (const model::Domain& domain : workspace.domains)
    by_domain_.push_back(domain.rules.empty() ? plain : row(&domain));
  by_domain_.push_back(plain);
}

Level Levels::of(size_t rule, FileId file) const {
  const size_t last = by_domain_.size() - 1;
  const size_t domain = file == kNoFile ? last : workspace_.files[file].domain;
  return by_domain_[std::min(domain, last)][rule];
}

bool Levels::is_off_everywhere(size_t rule) const {
  return std::all_of(by_domain_.begin(), by_domain_.end(),
                     [&](const std::vector<Level>& levels) { return levels[rule] == Level::off; });
}

std::optional<size_t> Levels::index_of(std::string_view rule_id) const {
  const std::vector<Listed>& rules = all_rules();
  const auto found = std::lower_bound(rules.begin(), rules.end(), rule_id,
                                      [](const Listed& rule, std::string_view id) { return rule.id < id; });
  if (found == rules.end() || found->id != rule_id) return std::nullopt;
  return static_cast<size_t>(found - rules.begin());
}

}  // namespace mesh::rules
