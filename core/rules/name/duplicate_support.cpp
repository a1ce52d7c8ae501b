#include "core/rules/repeated.hpp"
#include "core/rules/rule.hpp"

namespace mesh::rules::name {

static void check_channels(const std::vector<model::Named>& support, Findings& findings) {
  UsedOnce names(findings);
  for (const model::Named& channel : support)
    names.add(channel.name, [&] { return "two support channels are called `" + channel.name.str() + "`"; });
}

static void check_contract(const Contract& contract, Findings& findings) {
  check_channels(contract.support, findings);
}
static void check_product(const Product& product, Findings& findings) {
  check_channels(product.support, findings);
}

extern const Rule duplicate_support{
    .id = "name/duplicate-support",
    .summary = "support channels have names of their own",
    .level = Level::error,
    .check = {check_contract, check_product},
};

}  // namespace mesh::rules::name
