#include "core/rules/known_contracts.hpp"
#include "core/rules/repeated.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::name {

// One name in two versions is legal: consumers move from one to the other.
static void check_ports(const std::vector<model::Port>& ports, std::string_view kind, Findings& findings) {
  UsedOnce names(findings);
  for (const model::Port& port : ports) {
    const std::string version = canonical_version(port.version.view());
    names.add(port.name, port.name.str() + '\n' + version, [&] {
      return fmt::format("two {} ports are called `{}`{}", kind, port.name.view(),
                         port.version ? " in version `" + port.version.str() + "`" : "");
    });
  }
}

static void check(const Product& product, Findings& findings) {
  check_ports(product.inputs, "input", findings);
  check_ports(product.outputs, "output", findings);
  check_ports(product.management, "management", findings);
}

extern const Rule duplicate_port{
    .id = "name/duplicate-port",
    .summary = "ports of a kind differ in name or version",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::name
