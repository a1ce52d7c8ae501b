#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace mesh::rules::governance {

using model::PropertyKey;

namespace {

// Words that name personal data whatever stands beside them; two in a row make one.
constexpr std::array<std::string_view, 24> kPersonal{
    "email",      "mail",           "phone",       "mobile",     "ssn",           "iban",
    "passport",   "birthdate",      "birthday",    "dob",        "surname",       "firstname",
    "lastname",   "fullname",       "creditcard",  "cardnumber", "maidenname",    "taxid",
    "nationalid", "socialsecurity", "dateofbirth", "birthname",  "driverlicense", "ipaddress"};

// `customer_email`, `customerEmail`: its words in lower case.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  char before = 0;
  for (const char c : name) {
    const bool is_upper = c >= 'A' && c <= 'Z', is_letter = is_upper || (c >= 'a' && c <= 'z');
    if (!is_letter || (is_upper && before >= 'a' && before <= 'z')) words.emplace_back();
    if (is_letter) words.back() += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
    before = c;
  }
  std::erase(words, "");
  return words;
}

bool is_personal(const std::vector<std::string>& words) {
  for (size_t i = 0; i < words.size(); ++i) {
    std::string joined;
    for (size_t j = i; j < std::min(i + 3, words.size()); ++j)
      if (std::ranges::find(kPersonal, joined += words[j]) != kPersonal.end()) return true;
  }
  return false;
}

void check(const ContractDetails& contract, Findings& findings) {
  for (const model::PropertyDetails& property : contract.properties) {
    const yaml::Node name = property[PropertyKey::name];
    if (!name.is_string() || property.has(PropertyKey::classification)) continue;
    using enum model::LogicalType;
    if (property.type == boolean || property.type == object || property.type == array) continue;
    if (!is_personal(words_of(name.text()))) continue;
    findings
        .add(name.span(),
             fmt::format("{} looks like personal data and has no classification", contract.path(property)))
        .label = "add `classification`";
  }
}

}  // namespace

extern const Rule pii_name_unclassified{
    .id = "governance/pii-name-unclassified",
    .summary = "columns that look personal are classified",
    .level = Level::off,
    .check = check,
};

}  // namespace mesh::rules::governance
