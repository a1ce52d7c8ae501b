#include "cmd/commands.hpp"
#include "cmd/scaffolding.hpp"
#include "core/base/strings.hpp"
#include "core/scaffold/name.hpp"
#include "core/workspace/workspace.hpp"

#include <filesystem>
#include <memory>

namespace mesh::cmd {
namespace {

namespace fs = std::filesystem;
using workspace::Workspace;

struct Flags : ScaffoldFlags {
  std::string name;  // "orders", "sales/orders", "sales/orders/returns"
  std::optional<std::string> domain, product;
  std::string type = "source-aligned";
};

Result<Workspace> load_mesh() {
  auto mesh = workspace::load({});
  if (!mesh || mesh->has_mesh) return mesh;
  return fail(Fault::not_found, "there is no mesh.yaml here or above", "`mesh init` makes a mesh");
}

// The plan's root as the user sees it from the current folder.
scaffold::Plan with_short_root(scaffold::Plan plan) {
  std::error_code error;
  const fs::path here = fs::current_path(error), root = fs::path(plan.root).lexically_relative(here);
  if (!error && !root.empty()) plan.root = root.generic_string();
  return plan;
}

// Where the current folder is in the mesh: "" at the root, "domains/sales".
std::string current_key(const Workspace& mesh) {
  std::error_code error;
  const std::string key = fs::current_path(error).lexically_relative(mesh.root).generic_string();
  return error || key == "." || key.starts_with("..") ? "" : key;
}

bool is_within(std::string_view key, std::string_view folder) {
  return folder.empty() || key == folder || (key.starts_with(folder) && key[folder.size()] == '/');
}

const model::Domain* current_domain(const Workspace& mesh, const std::string& key) {
  const model::Domain* nearest = nullptr;
  for (const model::Domain& domain : mesh.domains)
    if (is_within(key, domain.folder) && (!nearest || domain.folder.size() > nearest->folder.size()))
      nearest = &domain;
  return nearest;
}

const model::Product* current_product(const Workspace& mesh, const std::string& key) {
  for (const model::Product& product : mesh.products)
    if (const std::string_view folder = mesh.folder(product.file); !folder.empty() && is_within(key, folder))
      return &product;
  return nullptr;
}

struct Name {
  std::string domain, product, last;
};

// One name said twice must be the same.
Result<std::string> agree(std::string_view option, const std::optional<std::string>& flag,
                          const std::string& in_name) {
  if (!flag || in_name.empty() || *flag == in_name) return flag.value_or(in_name);
  return fail(Fault::usage, "`" + std::string(option) + "` says `" + printable(*flag) + "`, the name `" +
                                printable(in_name) + "`");
}

// `kind` is domain, product or contract: up to one, two or three names with slashes.
Result<Name> read_name(const Flags& flags, std::string_view kind, size_t most) {
  std::vector<std::string> parts;
  for (const std::string_view part : split(flags.name, '/')) parts.emplace_back(part);
  if (parts.size() > most)
    return fail(Fault::usage, "`" + printable(flags.name) + "` has too many parts for a " + std::string(kind),
                most == 1   ? "write NAME"
                : most == 2 ? "write DOMAIN/NAME"
                            : "write DOMAIN/PRODUCT/NAME");
  Name name;
  name.last = parts.back();
  if (auto checked = scaffold::check_name(kind, name.last); !checked) return pass(std::move(checked));
  parts.pop_back();
  std::string product, domain;
  if (most == 3 && !parts.empty()) {
    product = parts.back();
    parts.pop_back();
  }
  if (!parts.empty()) domain = parts.back();
  auto agreed_domain = agree("--domain", flags.domain, domain);
  if (!agreed_domain) return pass(std::move(agreed_domain));
  auto agreed_product = agree("--product", flags.product, product);
  if (!agreed_product) return pass(std::move(agreed_product));
  name.domain = *agreed_domain;
  name.product = *agreed_product;
  return name;
}

// What the name leaves out is where the current folder is.
Result<void> complete(Name& name, const Workspace& mesh, bool with_product) {
  const std::string key = current_key(mesh);
  const model::Domain* here = current_domain(mesh, key);
  if (with_product && name.product.empty()) {
    const model::Product* product = current_product(mesh, key);
    if (!product)
      return fail(Fault::usage, "the contract `" + name.last + "` has no product",
                  "write DOMAIN/PRODUCT/" + name.last + ", or run it in the product's folder");
    name.product = mesh.product_key(*product);
    here = mesh.domain_of(product->file);
  }
  if (!name.domain.empty()) return {};
  // With one domain there is nothing to choose.
  if (!here && mesh.domains.size() == 1) here = &mesh.domains.front();
  if (!here)
    return fail(Fault::usage, "`" + name.last + "` has no domain",
                "write the domain before it with a slash, or run it in the domain's folder");
  name.domain = here->name;
  return {};
}

Result<std::optional<scaffold::Owner>> given_owner(const Flags& flags, const Workspace& mesh,
                                                   const std::string& domain) {
  if (!flags.team && !flags.email) return std::nullopt;
  Flags filled = flags;
  for (const model::Domain& known : mesh.domains) {
    if (known.name != domain) continue;
    if (!filled.team && !known.owner_team.empty()) filled.team = known.owner_team;
    if (!filled.email && !known.owner_email.empty()) filled.email = known.owner_email;
  }
  auto owner = owner_of(filled, domain);
  if (!owner) return pass(std::move(owner));
  return *owner;
}

Result<Scaffolded> plan_domain(const Flags& flags) {
  const auto name = read_name(flags, "domain", 1);
  if (!name) return tl::unexpected(name.error());
  const auto owner = owner_of(flags, name->last);
  if (!owner) return tl::unexpected(owner.error());
  const auto mesh = load_mesh();
  if (!mesh) return tl::unexpected(mesh.error());
  auto plan = scaffold::plan_domain(*mesh, name->last, flags.type, *owner);
  if (!plan) return pass(std::move(plan));
  return Scaffolded{"domain `" + name->last + "`",
                    with_short_root(std::move(*plan)),
                    "next:",
                    {"mesh new product " + name->last + "/NAME"}};
}

Result<Scaffolded> plan_product(const Flags& flags) {
  auto name = read_name(flags, "product", 2);
  if (!name) return tl::unexpected(name.error());
  const auto mesh = load_mesh();
  if (!mesh) return tl::unexpected(mesh.error());
  if (auto completed = complete(*name, *mesh, false); !completed) return pass(std::move(completed));
  const auto owner = given_owner(flags, *mesh, name->domain);
  if (!owner) return tl::unexpected(owner.error());
  auto plan = scaffold::plan_product(*mesh, name->domain, name->last, *owner);
  if (!plan) return pass(std::move(plan));
  return Scaffolded{
      "product `" + name->domain + "/" + name->last + "`",
      with_short_root(std::move(*plan)),
      "next:",
      {"mesh validate",
       "mesh plan --to " + (mesh->mesh.targets.empty() ? "TARGET" : mesh->mesh.targets.front().name)}};
}

Result<Scaffolded> plan_contract(const Flags& flags) {
  auto name = read_name(flags, "contract", 3);
  if (!name) return tl::unexpected(name.error());
  const auto mesh = load_mesh();
  if (!mesh) return tl::unexpected(mesh.error());
  if (auto completed = complete(*name, *mesh, true); !completed) return pass(std::move(completed));
  const auto owner = given_owner(flags, *mesh, name->domain);
  if (!owner) return tl::unexpected(owner.error());
  auto planned = scaffold::plan_contract(*mesh, name->domain, name->product, name->last, *owner);
  if (!planned) return pass(std::move(planned));
  const scaffold::Plan plan = with_short_root(std::move(planned->plan));
  Scaffolded scaffolded{"contract `" + name->last + "` of `" + name->domain + "/" + name->product + "`", plan,
                        "add this output port under `outputPorts:` in " +
                            seen_from_here(plan.root, planned->product_file) + ":",
                        planned->port};
  return scaffolded;
}

using Planner = Result<Scaffolded> (*)(const Flags&);

Command kind_command(const std::string& kind, const std::string& summary, const std::string& name_help,
                     Planner plan, const std::string& owner_default) {
  const auto flags = std::make_shared<Flags>();
  Command command{
      .name = kind,
      .summary = summary,
      .options = {{"NAME", "NAME", name_help, &flags->name, {}, Hint::none, true}},
      .run =
          [flags, plan](Streams& streams) {
            const auto planned = plan(*flags);
            if (!planned) return refuse(planned.error(), *flags, streams);
            return write_and_report(*planned, *flags, scaffold::Existing::refuse, streams);
          },
  };
  if (kind == "domain")
    command.options.push_back({"--type",
                               "TYPE",
                               "what the domain does",
                               &flags->type,
                               {"source-aligned", "aggregate", "consumer-aligned", "lakehouse"}});
  else
    command.options.push_back({"--domain", "NAME", "the domain it belongs to", &flags->domain});
  if (kind == "contract")
    command.options.push_back({"--product", "NAME", "the product it belongs to", &flags->product});
  for (Option& option : scaffold_options(*flags, owner_default)) command.options.push_back(std::move(option));
  return command;
}

}  // namespace

Command new_() {
  return {
      .name = "new",
      .summary = "add a domain, a product or a contract to the mesh",
      .group = kStart,
      .commands = {kind_command("domain", "add a domain", "the domain's name", plan_domain,
                                "made of the domain's name"),
                   kind_command("product", "add a data product with an output port and its contract",
                                "DOMAIN/NAME, or NAME inside the domain's folder", plan_product,
                                "the domain's owner"),
                   kind_command("contract", "add a contract to a product",
                                "DOMAIN/PRODUCT/NAME, or NAME inside the product's folder", plan_contract,
                                "the domain's owner")},
  };
}

}  // namespace mesh::cmd
