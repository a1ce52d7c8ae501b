#include "cmd/commands.hpp"
#include "cmd/publishing.hpp"
#include "cmd/trusting.hpp"
#include "core/base/parallel.hpp"
#include "core/base/strings.hpp"
#include "core/config/user_folders.hpp"
#include "core/publish/listing.hpp"
#include "core/publish/seen.hpp"
#include "core/publish/verify.hpp"

#include <algorithm>
#include <memory>
#include <ostream>
#include <set>

namespace mesh::cmd {
namespace {

struct Flags {
  std::vector<std::string> products;
  std::string from, format = "text";
  unsigned jobs = 0;
  bool allow_empty = false, require_signature = false;
  NetworkFlags network;
};

using Checked = Result<std::vector<publish::Verdict>>;

std::string json_of(const std::string& target, const std::vector<publish::Verdict>& verdicts) {
  const auto quoted_or_null = [](const std::string& text) {
    return text.empty() ? "null" : json_quote(text);
  };
  std::string json = "{\"schemaVersion\": 1, \"target\": " + json_quote(target) + ", \"releases\": [";
  for (const publish::Verdict& verdict : verdicts) {
    std::string problems;
    for (const std::string& problem : verdict.problems)
      problems += (problems.empty() ? "" : ", ") + json_quote(problem);
    json += &verdict == &verdicts.front() ? "\n  " : ",\n  ";
    json += "{\"domain\": " + json_quote(verdict.identity.domain) +
            ", \"product\": " + quoted_or_null(verdict.identity.product) +
            ", \"version\": " + quoted_or_null(verdict.version) +
            ", \"digest\": " + quoted_or_null(verdict.digest) +
            ", \"verified\": " + (verdict.problems.empty() ? "true" : "false") +
            ", \"signer\": " + quoted_or_null(verdict.signer) + ", \"problems\": [" + problems + "]}";
  }
  return json + (verdicts.empty() ? "]}\n" : "\n]}\n");
}

std::string name_of(const publish::Verdict& verdict) {
  if (verdict.identity.product.empty()) return verdict.identity.domain;
  return verdict.identity.prefix() + (verdict.version.empty() ? "" : " " + verdict.version);
}

void print(Streams& streams, const std::vector<publish::Verdict>& verdicts) {
  std::vector<std::vector<std::string>> rows;
  for (const publish::Verdict& verdict : verdicts)
    rows.push_back({verdict.untrusted          ? "untrusted"
                    : verdict.problems.empty() ? "verified"
                                               : "broken",
                    name_of(verdict), short_digest(verdict.digest),
                    verdict.signer.empty() ? "" : "signed by " + verdict.signer});
  print_columns(streams.out, rows);
}

// What is asked for, or everything that is there.
Result<std::vector<publish::Wanted>> wanted_of(const Flags& flags, store::Store& store) {
  std::vector<publish::Wanted> all;
  for (const std::string& product : flags.products) {
    auto wanted = publish::parse_wanted(product);
    if (!wanted) return pass(std::move(wanted));
    all.push_back(std::move(*wanted));
  }
  if (!flags.products.empty()) return all;
  auto products = publish::products_in(store, "");
  if (!products) return pass(std::move(products));
  if (products->empty() && !flags.allow_empty)
    return mesh::fail(Fault::not_found, "nothing is published at " + store.url());
  for (publish::Identity& identity : *products) all.push_back({std::move(identity), ""});
  return all;
}

// Of one product; with a root also who signed each release that is whole.
Checked verify_one(store::Store& store, const publish::Wanted& wanted, const std::optional<trust::Root>& root,
                   const publish::Seen& seen) {
  const auto not_older = [&](const oci::Index& index) {
    return seen.check(store.url(), wanted.identity, index.rev);
  };
  auto verdicts = publish::verify(store, wanted, wanted.version.empty(), not_older);
  if (!verdicts || !root) return verdicts;
  if (auto checked = publish::check_signers(store, *verdicts, *root); !checked)
    return pass(std::move(checked));
  return verdicts;
}

// What is there beside products: the roots of trust, and listings of domains of which nothing is left.
int verify_rest(store::Store& store, std::set<std::string>& domains, std::vector<publish::Verdict>& verdicts,
                Streams& streams) {
  auto roots = publish::verify_roots(store);
  if (!roots) return fail(streams, roots.error());
  if (*roots && !(*roots)->problems.empty()) verdicts.push_back(std::move(**roots));
  const auto listed = publish::listed_domains(store, domains);
  if (!listed) return fail(streams, listed.error());
  domains.insert(listed->begin(), listed->end());
  return kOk;
}

int run(const Flags& flags, Streams& streams) {
  const auto store = open_source(flags.network, flags.from, domain_of(flags.products));
  if (!store) return fail_with(flags.format, streams, store.error());
  const auto root = root_to_check(**store, flags.require_signature, streams);
  if (!root) return fail_with(flags.format, streams, root.error());
  const auto all = wanted_of(flags, **store);
  if (!all) return fail_with(flags.format, streams, all.error());

  const publish::Seen seen(config::user_state_folder());
  std::vector<Checked> checked(all->size());
  for_each_index(all->size(), flags.jobs,
                 [&](size_t i) { checked[i] = verify_one(**store, (*all)[i], *root, seen); });
  int code = kOk;
  std::vector<publish::Verdict> verdicts;
  for (Checked& one : checked) {
    if (!one)
      code = worst(code, fail(streams, one.error()));
    else
      std::ranges::move(*one, std::back_inserter(verdicts));
  }
  std::set<std::string> domains;
  for (const publish::Wanted& wanted : *all) domains.insert(wanted.identity.domain);
  if (flags.products.empty())
    if (const int rest = verify_rest(**store, domains, verdicts, streams); rest != kOk)
      code = worst(code, rest);
  for (const std::string& domain : domains) {
    auto problems = publish::listing_problems(**store, domain);
    if (!problems)
      code = worst(code, fail(streams, problems.error()));
    else if (!problems->empty())
      verdicts.push_back({{domain, ""}, "", "", std::move(*problems)});
  }
  if (flags.format == "json")
    streams.out << json_of((*store)->url(), verdicts);
  else
    print(streams, verdicts);
  streams.out.flush();
  for (const publish::Verdict& verdict : verdicts)
    for (const std::string& problem : verdict.problems) {
      const bool is_last = &problem == &verdict.problems.back();
      code = worst(code, fail(streams, {Fault::corrupt, "`" + name_of(verdict) + "`: " + problem,
                                        is_last ? verdict.help : ""}));
    }
  return code;
}

}  // namespace

Command verify() {
  const auto flags = std::make_shared<Flags>();
  Command command{
      .name = "verify",
      .summary = "check what is published, down to the last byte",
      .group = kPublish,
      .options =
          {{"PRODUCT", "PRODUCT",
            "DOMAIN/PRODUCT for all its versions, or with @VERSION for one; without it everything",
            &flags->products},
           {"--from",
            "TARGET",
            "name of a target in mesh.yaml, URL or folder; may be left out when mesh.yaml has one target",
            &flags->from,
            {},
            Hint::target},
           {"--format", "NAME", "how to print the result", &flags->format, {"text", "json"}},
           {"-j,--jobs",
            "N",
            "threads; without it one for each core",
            &flags->jobs,
            {},
            Hint::none,
            false,
            "MESH_JOBS"},
           {"--allow-empty", "", "finding nothing is a success", &flags->allow_empty},
           require_signature_option(flags->require_signature)},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
  return with_network(std::move(command), flags->network);
}

}  // namespace mesh::cmd
