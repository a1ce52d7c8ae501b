#include "core/base/strings.hpp"
#include "core/model/version.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::version {

using model::Text;

// `1`, `1.2` and `v1.2` lack parts that can only be zero.
static std::string completed(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  const size_t parts = split(version, '.').size();
  if (parts >= 3) return {};
  std::string whole(version);
  for (size_t i = parts; i < 3; ++i) whole += ".0";
  return model::parse_version(whole) ? whole : std::string{};
}

static void check_text(const Text& version, std::string_view owner, Findings& findings) {
  if (!version || model::parse_version(version.view())) return;
  if (version.view().find("${") != std::string_view::npos) return;  // known only when it is filled in
  Finding& finding = findings.add(
      version.at, fmt::format("version `{}` of {} is not MAJOR.MINOR.PATCH", version.view(), owner));
  const std::string whole = completed(version.view());
  finding.label = whole.empty() ? "write it like `1.2.0`" : "write it as `" + whole + "`";
}

static void check_contract(const Contract& contract, Findings& findings) {
  check_text(contract.version, "the contract", findings);
}

static void check_product(const Product& product, Findings& findings) {
  check_text(product.version, "the product", findings);
  for (const auto* ports : {&product.inputs, &product.outputs})
    for (const model::Port& port : *ports)
      check_text(port.version, port.name ? "port `" + port.name.str() + "`" : "a port", findings);
}

extern const Rule not_semver{
    .id = "version/not-semver",
    .summary = "versions are MAJOR.MINOR.PATCH",
    .level = Level::warning,
    .check = {check_contract, check_product},
};

}  // namespace mesh::rules::version
