#include "core/rules/rule.hpp"
#include "core/rules/secrets.hpp"

#include <fmt/format.h>

namespace mesh::rules::security {

namespace {

class Walk {
 public:
  explicit Walk(Findings& findings) : findings_(findings) {}

  // `key`: what the value stands under, "" in a list.
  void look(yaml::Node node, std::string_view key) {
    if (node.is_mapping()) return look_at_entries(node);
    if (!node.is_sequence()) return look_at_scalar(node, key);
    for (uint32_t i = 0, size = node.size(); i < size; ++i) look(node.item(i), {});
  }

 private:
  void look_at_entries(yaml::Node mapping) {
    for (uint32_t i = 0, size = mapping.size(); i < size; ++i) {
      const yaml::Node key = mapping.key(i), value = mapping.value(i);
      std::string_view name = key.is_string() ? key.text() : std::string_view{};
      if (name == "value") name = custom_name(mapping);
      look(value, name);
    }
  }

  // The name in `{property: password, value: …}`.
  static std::string_view custom_name(yaml::Node mapping) {
    for (const std::string_view key : {"property", "name", "key"})
      if (const auto name = mapping.find(key); name && name->is_string() && !name->text().empty())
        return name->text();
    return "value";
  }

  void look_at_scalar(yaml::Node node, std::string_view key) {
    if (!node.is_string() && node.kind() != yaml::Kind::integer) return;
    const std::string_view text = node.text();
    if (const auto what = node.is_string() ? secret_in(text) : std::nullopt) return add(node, key, *what);
    if (const auto what = secret_under(key, text)) add(node, key, *what);
  }

  // Never the value itself: findings end up in the logs of pipelines.
  void add(yaml::Node node, std::string_view key, std::string_view what) {
    Finding& finding =
        findings_.add(node.span(), key.empty() ? fmt::format("{} is written out here", what)
                                               : fmt::format("`{}` holds {}, written out", key, what));
    finding.label = "name where it is kept, for example `${A_VARIABLE}`";
    finding.help = "replace the secret where it is used: whoever can read this file knows it";
  }

  Findings& findings_;
};

void check(const Document& document, Findings& findings) {
  if (may_hold_secret(document.root)) Walk(findings).look(document.root, {});
}

}  // namespace

extern const Rule secret_in_manifest{
    .id = kSecretRule,
    .summary = "no manifest holds a secret",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::security
