#include "cmd/commands.hpp"
#include "cmd/confirm.hpp"
#include "cmd/publishing.hpp"
#include "cmd/signals.hpp"
#include "cmd/target_stores.hpp"
#include "core/base/json.hpp"
#include "core/base/strings.hpp"
#include "core/publish/gc.hpp"
#include "core/publish/listing.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <memory>
#include <ostream>

namespace mesh::cmd {
namespace {

struct Flags : ChangeFlags {
  std::string target, grace = "14";
  std::vector<std::string> products;
  std::optional<unsigned> max_delete;
  bool yes = false, take_over = false;
};

using Outcomes = std::vector<Result<publish::Garbage>>;

// "14", also written "14d".
Result<unsigned> days_of(std::string_view text) {
  std::string_view digits = text.ends_with('d') ? text.substr(0, text.size() - 1) : text;
  unsigned days = 0;
  const auto [stop, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), days);
  if (fault == std::errc{} && stop == digits.data() + digits.size() && days <= 36500) return days;
  return mesh::fail(Fault::usage, "`--grace` takes a number of days, not `" + printable(text) + "`",
                    "write 14, or 14d");
}

Result<std::string> target_of(const Flags& flags) {
  if (!flags.target.empty() && !flags.from.empty())
    return mesh::fail(Fault::usage, "the target is given twice: by itself and by `--from`");
  return flags.target.empty() ? flags.from : flags.target;
}

// `sales`, or `sales/orders`: something below which products are.
Result<void> check_scope(const std::string& scope) {
  const bool is_product = scope.find('/') != std::string::npos;
  return publish::check_identity(is_product ? publish::parse_identity(scope).value_or(publish::Identity{})
                                            : publish::Identity{scope, "any"});
}

Result<std::vector<publish::Identity>> products_of(const Flags& flags, store::Store& store) {
  if (flags.products.empty()) {
    auto everything = publish::layouts_in(store, "");
    if (everything && everything->empty())
      return mesh::fail(Fault::not_found, "nothing is published at " + store.url());
    return everything;
  }
  std::vector<publish::Identity> all;
  for (const std::string& scope : flags.products) {
    if (auto good = check_scope(scope); !good)
      return mesh::fail(Fault::usage, "`" + printable(scope) + "` names neither a domain nor a product",
                        "write DOMAIN or DOMAIN/PRODUCT");
    auto found = publish::layouts_in(store, scope);
    if (!found) return found;
    if (found->empty() && scope.find('/') != std::string::npos)
      return publish::no_such_product(store, *publish::parse_identity(scope));
    if (found->empty())
      return mesh::fail(Fault::not_found, "nothing of domain `" + scope + "` is published there");
    std::ranges::move(*found, std::back_inserter(all));
  }
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

void write_digests(JsonWriter& json, const char* key, const std::vector<std::string>& digests) {
  json.key(key).begin_array();
  for (const std::string& digest : digests) json.text(digest);
  json.end_array();
}

std::string foreign_sentence(const publish::Identity& identity) {
  return "`" + identity.prefix() + "` is not what mesh wrote, so it is left alone";
}

std::string json_of(const std::string& target, bool dry_run, const std::vector<publish::Identity>& products,
                    const Outcomes& outcomes) {
  JsonWriter json;
  json.begin_object().key("schemaVersion").number(1).key("target").text(target);
  json.key("dryRun").boolean(dry_run).key("products").begin_array();
  for (size_t i = 0; i < outcomes.size(); ++i) {
    json.new_line().begin_object();
    json.key("domain").text(products[i].domain).key("product").text(products[i].product);
    const publish::Garbage none;
    const publish::Garbage& garbage = outcomes[i] ? *outcomes[i] : none;
    write_digests(json, "marked", garbage.marked);
    write_digests(json, "waiting", garbage.waiting);
    write_digests(json, "deleted", garbage.deleted);
    json.key("reason");
    if (garbage.is_foreign)
      json.text(foreign_sentence(products[i]));
    else if (outcomes[i])
      json.null();
    else
      json.text(outcomes[i].error().message);
    json.end_object();
  }
  json.new_line().end_array().end_object();
  return std::move(json).take();
}

void print(Streams& streams, bool dry_run, const Outcomes& outcomes) {
  std::vector<std::vector<std::string>> rows;
  size_t marked = 0, waiting = 0, deleted = 0;
  bool is_all_known = true;
  for (const auto& outcome : outcomes) {
    is_all_known &= outcome.has_value();
    if (!outcome) continue;
    const std::string name = outcome->identity.prefix();
    for (const std::string& digest : outcome->deleted) rows.push_back({"deleted", name, digest});
    for (const std::string& digest : outcome->marked) rows.push_back({"marked", name, digest});
    for (const std::string& digest : outcome->waiting) rows.push_back({"waiting", name, digest});
    marked += outcome->marked.size();
    waiting += outcome->waiting.size();
    deleted += outcome->deleted.size();
  }
  print_columns(streams.out, rows);
  if (streams.global.quiet) return;
  streams.out.flush();
  if (rows.empty() && is_all_known) streams.err << "no garbage\n";
  if (!rows.empty())
    streams.err << (dry_run ? "this is what would be done: " : "") << count_of(deleted, "blob")
                << " deleted, " << marked << " marked, " << waiting << " waiting\n";
}

std::string question_of(const std::string& url, const Flags& flags, const Outcomes& plans) {
  size_t deleted = 0, marked = 0;
  for (const auto& plan : plans) {
    if (!plan) continue;
    deleted += plan->deleted.size();
    marked += plan->marked.size();
  }
  return "This deletes " + count_of(deleted, "blob") + " for good at " + url + ", and marks " +
         std::to_string(marked) + " to be deleted when nothing uses them for " + flags.grace + " days.";
}

int tell_outcomes(const Flags& flags, Streams& streams, const std::string& url,
                  const std::vector<publish::Identity>& products, const Outcomes& outcomes) {
  if (flags.format == "json")
    streams.out << json_of(url, flags.dry_run, products, outcomes);
  else
    print(streams, flags.dry_run, outcomes);
  streams.out.flush();
  int code = kOk;
  for (const auto& outcome : outcomes) {
    if (!outcome) code = worst(code, fail(streams, outcome.error()));
    if (outcome && outcome->is_foreign && !streams.global.quiet)
      streams.err << "note: " << foreign_sentence(outcome->identity) << "\n";
  }
  return code;
}

// They tell the revision of each index.
void refresh_listings(Streams& streams, store::Store& store, const Outcomes& outcomes,
                      const publish::Options& options) {
  std::map<std::string, std::vector<publish::Identity>> domains;
  for (const auto& outcome : outcomes)
    if (outcome && !(outcome->marked.empty() && outcome->deleted.empty()))
      domains[outcome->identity.domain].push_back(outcome->identity);
  for (const auto& [domain, products] : domains)
    if (const auto listed = publish::refresh_listing(store, domain, products, options); !listed)
      streams.err << "warning: the listing of domain `" << domain << "` is not up to date, and `mesh index "
                  << domain << "` makes it so: " << printable(listed.error().message) << "\n";
}

int fail_gc(const Flags& flags, Streams& streams, const Error& error) {
  if (flags.format == "json" && error.fault != Fault::usage && error.fault != Fault::internal)
    streams.out << json_of("", flags.dry_run, {}, {});
  return fail(streams, error);
}

// What would be done now, to be shown, confirmed or held against a limit before anything is done.
Outcomes surveyed(store::Store& store, const std::vector<publish::Identity>& products,
                  const publish::GarbageRules& rules, const publish::Options& options) {
  Outcomes plans;
  for (const publish::Identity& identity : products)
    plans.push_back(publish::find_garbage(store, identity, rules, options));
  return plans;
}

int run(const Flags& flags, Streams& streams) {
  const auto grace = days_of(flags.grace);
  if (!grace) return fail(streams, grace.error());
  const auto target = target_of(flags);
  if (!target) return fail(streams, target.error());
  auto stores = TargetStores::find(flags.network, *target);
  if (!stores) return fail_gc(flags, streams, stores.error());
  const auto store = stores->of_all(domains_of(flags.products));
  if (!store) return fail_gc(flags, streams, store.error());
  if (flags.products.empty()) stores->tell_left_alone(streams, "`--product DOMAIN` means");
  const std::string url = (*store)->url();
  const auto products = products_of(flags, **store);
  if (!products) return fail_gc(flags, streams, products.error());

  publish::GarbageRules rules{*grace, SIZE_MAX, flags.take_over};
  const publish::Options options = options_of(flags);
  const bool asks = !flags.dry_run && !flags.yes;
  if (asks && (streams.global.no_input || !streams.in_is_terminal))
    return fail_gc(flags, streams, confirm(streams, {}, {}, false).error());
  if (flags.dry_run || asks || flags.max_delete) {
    const Outcomes plans = surveyed(**store, *products, rules, options);
    size_t deleted = 0, marked = 0;
    for (const auto& plan : plans) {
      deleted += plan ? plan->deleted.size() : 0;
      marked += plan ? plan->marked.size() : 0;
    }
    if (flags.max_delete && deleted > *flags.max_delete)
      return fail_gc(flags, streams,
                     {Fault::conflict,
                      count_of(deleted, "blob") + " would be deleted, and `--max-delete` allows " +
                          std::to_string(*flags.max_delete) + ", so nothing was done",
                      "look at them with `--dry-run`"});
    if (flags.dry_run) return tell_outcomes(flags, streams, url, *products, plans);
    if (asks && deleted + marked > 0)
      if (const auto confirmed = confirm(streams, question_of(url, flags, plans), url, false); !confirmed)
        return fail_gc(flags, streams, confirmed.error());
  }

  const SignalWatch watch;
  Outcomes outcomes;
  if (flags.max_delete) rules.most = *flags.max_delete;
  for (const publish::Identity& identity : *products) {
    if (signal_caught() != 0) {
      outcomes.push_back(mesh::fail(Fault::temporary, "`" + identity.prefix() + "`: stopped before it"));
      continue;
    }
    outcomes.push_back(publish::collect_garbage(**store, identity, rules, options));
    if (outcomes.back() && flags.max_delete) rules.most -= outcomes.back()->deleted.size();
  }
  refresh_listings(streams, **store, outcomes, options);
  const int code = tell_outcomes(flags, streams, url, *products, outcomes);
  return signal_caught() != 0 ? 128 + signal_caught() : code;
}

}  // namespace

Command gc() {
  const auto flags = std::make_shared<Flags>();
  Command command{
      .name = "gc",
      .summary = "delete what no release leads to any more",
      .group = kPublish,
      .options =
          {{"TARGET",
            "TARGET",
            "name of a target in mesh.yaml, URL or folder; may be left out when mesh.yaml has one target",
            &flags->target,
            {},
            Hint::target},
           {"--to,--from", "TARGET", "the same, as other commands have it", &flags->from, {}, Hint::target},
           {"--product", "NAME", "just that DOMAIN or DOMAIN/PRODUCT", &flags->products},
           {"--grace", "DAYS", "how long nothing must have used a blob before it is deleted", &flags->grace},
           {"--max-delete", "N", "do nothing when more blobs would be deleted", &flags->max_delete},
           {"--take-over", "",
            "go on with a deletion that another run began; only when that run surely has ended",
            &flags->take_over},
           {"--yes", "", "do it without asking", &flags->yes},
           {"-n,--dry-run", "", "show what would be marked and deleted, and write nothing", &flags->dry_run},
           {"--format", "NAME", "how to print the result", &flags->format, {"text", "json"}}},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
  return with_network(std::move(command), flags->network);
}

}  // namespace mesh::cmd
