#include "core/base/strings.hpp"
#include "core/rules/naming.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace mesh::rules::custom_property {

using yaml::Node;

namespace {

// camelCase, also in parts: `acme.costCenter`.
bool is_key(std::string_view name) {
  while (is_style(name.substr(0, name.find('.')), Style::camel)) {
    if (name.find('.') == name.npos) return true;
    name.remove_prefix(name.find('.') + 1);
  }
  return false;
}

bool is_vendor(std::string_view vendor) {
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !vendor.empty() && is_plain(vendor.front()) &&
         std::ranges::all_of(vendor, [&](char c) { return is_plain(c) || c == '-'; });
}

// `cost-center`, `cost_center`, `Cost center`: `costCenter`.
std::string camel(std::string_view name) {
  std::string text;
  bool is_start = false;
  for (const char c : name) {
    const bool is_upper = c >= 'A' && c <= 'Z', is_lower = c >= 'a' && c <= 'z',
               is_digit = c >= '0' && c <= '9';
    if (!is_upper && !is_lower && !is_digit) {
      is_start = !text.empty();
      continue;
    }
    text += text.empty()           ? to_lower(std::string_view(&c, 1))[0]
            : is_start && is_lower ? static_cast<char>(c - 'a' + 'A')
                                   : c;
    is_start = false;
  }
  return is_style(text, Style::camel) ? text : std::string{};
}

void check_entry(Node entry, Findings& findings) {
  const auto vendor = entry.find("vendor"), name = entry.find("property");
  if (vendor && vendor->is_string() && !has_variable(vendor->text()) && !is_vendor(vendor->text()))
    findings
        .add(vendor->span(),
             fmt::format("vendor `{}` is not in lower case letters, digits and `-`", vendor->text()))
        .label = "write it like `acme-data`";
  // A vendor names its properties as it likes.
  if (vendor || !name || !name->is_string() || has_variable(name->text()) || is_key(name->text())) return;
  if (trim(name->text()).empty()) {
    findings.add(name->span(), "this custom property has an empty name").label = "write it like `costCenter`";
    return;
  }
  Finding& finding =
      findings.add(name->span(), fmt::format("custom property `{}` is not in camelCase", name->text()));
  // Of capitals it cannot be told where the words begin.
  const std::string right = to_lower(name->text()) == name->text() ? camel(name->text()) : std::string();
  finding.label = right.empty() ? "write it like `costCenter`" : fmt::format("write `{}`", right);
}

void check(const DocumentDetails& document, Findings& findings) {
  for (const Node list : document.custom_properties)
    for (uint32_t i = 0; i < list.size(); ++i)
      if (list.item(i).is_mapping()) check_entry(list.item(i), findings);
}

}  // namespace

extern const Rule key{
    .id = "custom-property/key",
    .summary = "custom properties are named like those of the standard",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::custom_property
