#include "core/base/strings.hpp"
#include "core/rules/references.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::ref {

using model::Text;

// The part of a list as a text with its place. The places inside a quoted or folded value are not known: then
// the whole value is pointed at.
static Span place_of(const Text& list, std::string_view part) {
  if (list.at.end - list.at.begin != list.size()) return list.at;
  const auto begin = list.at.begin + static_cast<uint32_t>(part.data() - list.view().data());
  return {begin, begin + static_cast<uint32_t>(part.size())};
}

static void check_element(const Contract& contract, ContractParts& parts, const Text& element,
                          Findings& findings) {
  if (!element || contract.objects.empty()) return;
  for (const std::string_view raw : split(element.view(), ',')) {
    const std::string_view part = trim(raw);
    if (part.empty() || part == "*" || part.find("${") != std::string_view::npos) continue;
    const bool by_id = part.find('/') != std::string_view::npos;
    const Reference reference{{}, part.starts_with('/') ? part.substr(1) : part, by_id};
    const auto missing = parts.find_missing(reference, false);
    if (!missing) continue;
    Finding& finding =
        findings.add(place_of(element, part), fmt::format("`{}` leads nowhere: {}", part, missing->message));
    if (missing->suggestion) finding.label = "did you mean `" + *missing->suggestion + "`?";
    finding.help = contract.objects.size() == 1
                       ? "an element is `object.property`; with one object `property` is enough"
                       : "an element is an `object` or an `object.property` of the schema";
  }
}

static void check(const Contract& contract, Findings& findings) {
  ContractParts parts(contract);
  check_element(contract, parts, contract.sla_default_element, findings);
  for (const model::Sla& sla : contract.slas) check_element(contract, parts, sla.element, findings);
}

extern const Rule sla_element_unresolved{
    .id = "ref/sla-element-unresolved",
    .summary = "service levels are promised for elements that exist",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::ref
