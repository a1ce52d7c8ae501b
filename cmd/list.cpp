#include "cmd/commands.hpp"
#include "cmd/finding.hpp"
#include "cmd/publishing.hpp"
#include "core/base/strings.hpp"
#include "core/find/hidden.hpp"
#include "core/find/search.hpp"

#include <algorithm>
#include <memory>
#include <ostream>
#include <set>

namespace mesh::cmd {
namespace {

struct Flags : FindFlags {
  std::vector<std::string> domains, statuses;
};

bool is_among(const std::vector<std::string>& wanted, std::string_view text) {
  return wanted.empty() || std::ranges::any_of(wanted, [&](const std::string& one) {
           return find::folded(one) == find::folded(text);
         });
}

void print(const Flags& flags, Streams& streams, const Found& found,
           const std::vector<const find::Product*>& products) {
  if (flags.format == "text") return print_products(streams, products);
  if (flags.format == "concise") {
    for (const find::Product* product : products)
      streams.out << printable(product->address()) << "\t" << printable(product->version) << "\t"
                  << printable(product->status) << "\t" << printable(product->owner) << "\t"
                  << one_line(product->description) << "\n";
    return;
  }
  if (flags.format == "ndjson") {
    for (const find::Product* product : products) {
      JsonWriter json;
      write_product(json.begin_object(), *product, false);
      json.end_object();
      streams.out << std::move(json).take();
    }
    return;
  }
  JsonWriter json;
  begin_document(json, found.target);
  json.key("products").begin_array();
  for (const find::Product* product : products) {
    write_product(json.new_line().begin_object(), *product, false);
    json.end_object();
    streams.out << json.drain();
  }
  if (!products.empty()) json.new_line();
  json.end_array().end_object();
  streams.out << std::move(json).take();
}

// "did you mean …? " for the first filter that nothing is of.
std::string meant(const Flags& flags, const std::set<std::string>& domains,
                  const std::vector<find::Product>& products) {
  std::set<std::string> statuses;
  for (const find::Product& product : products) statuses.insert(product.status);
  for (const auto& [wanted, known] : {std::pair(&flags.domains, &domains), {&flags.statuses, &statuses}})
    for (const std::string& one : *wanted)
      if (!known->contains(one))
        if (const auto near = nearest(one, {known->begin(), known->end()}))
          return "did you mean " + quoted(*near) + "? ";
  return "";
}

int run(const Flags& flags, Streams& streams) {
  std::set<std::string> domains;
  auto found = find_products(flags, streams, [&](std::string_view domain) {
    domains.emplace(domain);
    return is_among(flags.domains, domain);
  });
  int code = kOk;
  if (!found) {
    if (found.error().fault == Fault::usage) return fail(streams, found.error());
    code = fail(streams, found.error());
    found = Found{{}, "", code};
  }
  for (find::Product& product : found->products) find::hide_secrets(product);
  std::vector<const find::Product*> products;
  for (const find::Product& product : found->products)
    if (is_among(flags.statuses, product.status)) products.push_back(&product);
  print(flags, streams, *found, products);
  if (!products.empty() || flags.allow_empty || found->code != kOk) return found->code;
  const bool is_filtered = !flags.domains.empty() || !flags.statuses.empty();
  return fail(
      streams,
      {Fault::not_found,
       is_filtered  ? "no data product is of that domain and status"
       : flags.from ? "nothing is published there"
                    : "there is no data product below this folder",
       is_filtered
           ? meant(flags, domains, found->products) +
                 "`mesh list` without filters shows what there is; `--allow-empty` makes this a success"
           : "`--allow-empty` makes this a success"});
}

}  // namespace

Command list() {
  const auto flags = std::make_shared<Flags>();
  Command command{
      .name = "list",
      .summary = "list the data products of the mesh, or of a target",
      .group = kFind,
      .options = {{"--domain", "DOMAIN", "just those of this domain", &flags->domains},
                  {"--status", "STATUS", "just those of this status", &flags->statuses},
                  from_option(*flags),
                  {"--format",
                   "NAME",
                   "how to print them; concise is one line each, parted by tabs",
                   &flags->format,
                   {"text", "concise", "json", "ndjson"}},
                  find_jobs_option(*flags),
                  {"--allow-empty", "", "finding no product is a success", &flags->allow_empty}},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
  return with_network(std::move(command), flags->network, &flags->jobs);
}

}  // namespace mesh::cmd
