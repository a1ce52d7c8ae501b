#include "cmd/commands.hpp"
#include "cmd/publishing.hpp"
#include "cmd/signals.hpp"
#include "cmd/target_stores.hpp"
#include "core/base/json.hpp"
#include "core/base/strings.hpp"
#include "core/publish/listing.hpp"

#include <memory>
#include <ostream>
#include <set>

namespace mesh::cmd {
namespace {

struct Flags : ChangeFlags {
  std::vector<std::string> domains;
};

struct Outcome {
  std::string domain;
  Result<publish::Rebuilt> rebuilt;
};

std::string json_of(const std::string& target, const std::vector<Outcome>& outcomes) {
  JsonWriter json;
  json.begin_object().key("schemaVersion").number(1).key("target").text(target);
  json.key("listings").begin_array();
  for (const Outcome& outcome : outcomes) {
    json.new_line().begin_object().key("domain").text(outcome.domain);
    json.key("products").number(outcome.rebuilt ? outcome.rebuilt->products : 0);
    json.key("action").text(!outcome.rebuilt           ? "refused"
                            : outcome.rebuilt->changed ? "updated"
                                                       : "unchanged");
    json.key("reason");
    if (outcome.rebuilt)
      json.null();
    else
      json.text(outcome.rebuilt.error().message);
    json.end_object();
  }
  json.new_line().end_array().end_object();
  return std::move(json).take();
}

int fail_index(const Flags& flags, Streams& streams, const Error& error) {
  if (flags.format == "json" && error.fault != Fault::usage && error.fault != Fault::internal)
    streams.out << json_of("", {});
  return fail(streams, error);
}

tl::unexpected<Error> no_such_domain(store::Store& store, const std::string& domain) {
  std::vector<std::string> names;
  if (const auto products = publish::products_in(store, ""))
    for (const publish::Identity& identity : *products) names.push_back(identity.domain);
  const auto near = nearest(domain, names);
  return mesh::fail(Fault::not_found, "nothing of domain `" + domain + "` is published there",
                    near ? "did you mean `" + *near + "`?" : "");
}

// Those named, or all that have a product or a listing.
Result<std::set<std::string>> domains_of(const Flags& flags, store::Store& store) {
  std::set<std::string> domains;
  for (const std::string& domain : flags.domains) {
    if (!publish::check_identity({domain, "any"}))
      return mesh::fail(Fault::usage, "`" + printable(domain) + "` is not the name of a domain");
    const auto keys = store.list(domain + "/");
    if (!keys) return tl::unexpected(keys.error());
    if (keys->empty()) return no_such_domain(store, domain);
    domains.insert(domain);
  }
  if (!flags.domains.empty()) return domains;
  const auto keys = store.list("");
  if (!keys) return tl::unexpected(keys.error());
  for (const std::string& key : *keys) {
    const auto parts = split(key, '/');
    const bool counts =
        (parts.size() == 2 && parts[1] == "listing.json") || (parts.size() == 3 && parts[2] == "index.json");
    if (counts && publish::check_identity({std::string(parts[0]), "any"})) domains.emplace(parts[0]);
  }
  if (domains.empty()) return mesh::fail(Fault::not_found, "nothing is published at " + store.url());
  return domains;
}

int run(const Flags& flags, Streams& streams) {
  const SignalWatch watch;
  auto target = TargetStores::find(flags.network, flags.from);
  if (!target) return fail_index(flags, streams, target.error());
  const auto store = target->of_all(cmd::domains_of(flags.domains));
  if (!store) return fail_index(flags, streams, store.error());
  if (flags.domains.empty()) target->tell_left_alone(streams, "naming the domain means");
  const auto domains = domains_of(flags, **store);
  if (!domains) return fail_index(flags, streams, domains.error());
  const publish::Options options = options_of(flags);
  std::vector<Outcome> outcomes;
  for (const std::string& domain : *domains) {
    if (signal_caught() != 0) break;
    outcomes.push_back({domain, publish::rebuild_listing(**store, domain, options)});
  }

  if (flags.format == "json") {
    streams.out << json_of((*store)->url(), outcomes);
  } else {
    std::vector<std::vector<std::string>> rows;
    for (const Outcome& outcome : outcomes)
      if (outcome.rebuilt)
        rows.push_back({outcome.rebuilt->changed ? "updated" : "unchanged", outcome.domain,
                        count_of(outcome.rebuilt->products, "product")});
    print_columns(streams.out, rows);
  }
  streams.out.flush();
  int code = kOk;
  for (const Outcome& outcome : outcomes) {
    if (!outcome.rebuilt) {
      code = worst(code, fail(streams, outcome.rebuilt.error()));
      continue;
    }
    for (const std::string& product : outcome.rebuilt->unreadable)
      code = worst(code, fail(streams, {Fault::corrupt,
                                        "the index of `" + outcome.domain + "/" + product +
                                            "` cannot be used, so it stays as it was listed",
                                        "`mesh verify` tells what is wrong with it"}));
  }
  return signal_caught() != 0 ? 128 + signal_caught() : code;
}

}  // namespace

Command index() {
  const auto flags = std::make_shared<Flags>();
  Command command{.name = "index",
                  .summary = "make the listings of domains again from what is published",
                  .group = kPublish,
                  .options = {{"DOMAIN", "DOMAIN", "domains to take; without it all", &flags->domains}},
                  .run = [flags](Streams& streams) { return run(*flags, streams); }};
  for (Option& option : change_options(*flags)) command.options.push_back(std::move(option));
  return with_network(std::move(command), flags->network);
}

}  // namespace mesh::cmd
