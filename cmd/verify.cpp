#include "cmd/commands.hpp"
#include "cmd/publishing.hpp"
#include "cmd/target_stores.hpp"
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

struct Verdict : publish::Verdict {
  std::string target = {};  // url of the store it is in; "" for that of the run
};

// What is checked in one store.
struct Section {
  store::Store* store;
  std::vector<publish::Wanted> wanted = {};
  bool is_whole = false;              // what is there beside products counts, too
  std::set<std::string> listed = {};  // domains that have a listing and nothing else
};

std::string json_of(const std::string& target, const std::vector<Verdict>& verdicts) {
  const auto quoted_or_null = [](const std::string& text) {
    return text.empty() ? "null" : json_quote(text);
  };
  std::string json = "{\"schemaVersion\": 1, \"target\": " + json_quote(target) + ", \"releases\": [";
  for (const Verdict& verdict : verdicts) {
    std::string problems;
    for (const std::string& problem : verdict.problems)
      problems += (problems.empty() ? "" : ", ") + json_quote(problem);
    json += &verdict == &verdicts.front() ? "\n  " : ",\n  ";
    json += "{\"domain\": " + json_quote(verdict.identity.domain) +
            ", \"product\": " + quoted_or_null(verdict.identity.product) +
            ", \"version\": " + quoted_or_null(verdict.version) +
            ", \"digest\": " + quoted_or_null(verdict.digest) +
            ", \"verified\": " + (verdict.problems.empty() ? "true" : "false") +
            ", \"signer\": " + quoted_or_null(verdict.signer) + ", \"problems\": [" + problems + "]";
    if (!verdict.target.empty()) json += ", \"target\": " + json_quote(verdict.target);
    json += "}";
  }
  return json + (verdicts.empty() ? "]}\n" : "\n]}\n");
}

std::string name_of(const publish::Verdict& verdict) {
  if (verdict.identity.product.empty()) return verdict.identity.domain;
  return verdict.identity.prefix() + (verdict.version.empty() ? "" : " " + verdict.version);
}

std::string help_with(const publish::Verdict& verdict) {
  if (!verdict.help.empty() || !verdict.identity.product.empty()) return verdict.help;
  return "`mesh index " + verdict.identity.domain + "` makes it again";
}

void print(Streams& streams, const std::vector<Verdict>& verdicts) {
  std::vector<std::vector<std::string>> rows;
  for (const Verdict& verdict : verdicts)
    rows.push_back({verdict.untrusted          ? "untrusted"
                    : verdict.problems.empty() ? "verified"
                                               : "broken",
                    name_of(verdict), short_digest(verdict.digest),
                    verdict.signer.empty() ? "" : "signed by " + verdict.signer});
  print_columns(streams.out, rows);
}

Result<std::vector<Section>> named_sections(const Flags& flags, TargetStores& target) {
  std::vector<Section> all;
  for (const std::string& product : flags.products) {
    auto wanted = publish::parse_wanted(product);
    if (!wanted) return pass(std::move(wanted));
    const auto store = target.of(wanted->identity.domain);
    if (!store) return tl::unexpected(store.error());
    auto section = std::ranges::find(all, *store, &Section::store);
    if (section == all.end()) section = all.insert(all.end(), Section{*store});
    section->wanted.push_back(std::move(*wanted));
  }
  return all;
}

// Everything that is there. What cannot be read is told, unless there is nothing else.
Result<std::vector<Section>> all_sections(const Flags& flags, TargetStores& target, Streams& streams,
                                          int& code) {
  std::vector<Section> all;
  size_t found = 0;
  for (const TargetStores::Part& part : target.parts()) {
    auto products = target.products_in(part);
    if (!products && part.is_only) return pass(std::move(products));
    if (!products) {
      code = worst(code, fail(streams, products.error()));
      continue;
    }
    found += products->size();
    Section& section = all.emplace_back(Section{*part.store});
    section.is_whole = true;
    std::set<std::string> known;
    for (publish::Identity& identity : *products) {
      known.insert(identity.domain);
      section.wanted.push_back({std::move(identity), ""});
    }
    const auto listed = publish::listed_domains(**part.store, known);
    if (!listed) {
      code = worst(code, fail(streams, listed.error()));
      continue;
    }
    for (const std::string& domain : *listed)
      if (target.is_in(part, domain)) section.listed.insert(domain);
  }
  if (found > 0 || flags.allow_empty || code != kOk) return all;
  return mesh::fail(Fault::not_found, "nothing is published at " + all.front().store->url());
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

void verify_section(const Flags& flags, Streams& streams, const Section& section,
                    const std::optional<trust::Root>& root, std::vector<Verdict>& verdicts, int& code) {
  store::Store& store = *section.store;
  const publish::Seen seen(config::user_state_folder());
  std::vector<Checked> checked(section.wanted.size());
  const unsigned jobs = jobs_at_once(flags.jobs, store);
  for_each_index(checked.size(), jobs,
                 [&](size_t i) { checked[i] = verify_one(store, section.wanted[i], root, seen); });
  for (Checked& one : checked) {
    if (!one)
      code = worst(code, fail(streams, one.error()));
    else
      for (publish::Verdict& verdict : *one) verdicts.push_back({std::move(verdict), store.url()});
  }
  auto roots = section.is_whole ? publish::verify_roots(store) : Result<std::optional<publish::Verdict>>();
  if (!roots)
    code = worst(code, fail(streams, roots.error()));
  else if (*roots && !(*roots)->problems.empty())
    verdicts.push_back({std::move(**roots), store.url()});
  std::set<std::string> of = section.listed;
  for (const publish::Wanted& wanted : section.wanted) of.insert(wanted.identity.domain);
  const std::vector<std::string> domains(of.begin(), of.end());
  std::vector<Result<std::vector<std::string>>> listings(domains.size());
  for_each_index(domains.size(), jobs,
                 [&](size_t i) { listings[i] = publish::listing_problems(store, domains[i]); });
  for (size_t i = 0; i < domains.size(); ++i) {
    if (!listings[i])
      code = worst(code, fail(streams, listings[i].error()));
    else if (!listings[i]->empty())
      verdicts.push_back({{{domains[i], ""}, "", "", std::move(*listings[i])}, store.url()});
  }
}

int run(const Flags& flags, Streams& streams) {
  auto target = TargetStores::find(flags.network, flags.from);
  if (!target) return fail_with(flags.format, streams, target.error());
  int code = kOk;
  const auto sections =
      flags.products.empty() ? all_sections(flags, *target, streams, code) : named_sections(flags, *target);
  if (!sections) return fail_with(flags.format, streams, sections.error());
  std::vector<std::optional<trust::Root>> roots;
  for (const Section& section : *sections) {
    auto root = target->root_to_check(*section.store, flags.require_signature, streams);
    if (!root) return fail_with(flags.format, streams, root.error());
    roots.push_back(std::move(*root));
  }
  std::vector<Verdict> verdicts;
  for (size_t i = 0; i < roots.size(); ++i)
    verify_section(flags, streams, (*sections)[i], roots[i], verdicts, code);
  const std::string url = sections->empty() ? "" : sections->front().store->url();
  for (Verdict& verdict : verdicts)
    if (verdict.target == url) verdict.target.clear();
  if (flags.format == "json")
    streams.out << json_of(url, verdicts);
  else
    print(streams, verdicts);
  streams.out.flush();
  for (const Verdict& verdict : verdicts)
    for (const std::string& problem : verdict.problems) {
      const bool is_last = &problem == &verdict.problems.back();
      code = worst(code, fail(streams, {Fault::corrupt, "`" + name_of(verdict) + "`: " + problem,
                                        is_last ? help_with(verdict) : ""}));
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
            "threads; without it one for each core, and 8 where the target is not on this machine",
            &flags->jobs,
            {},
            Hint::none,
            false,
            "MESH_JOBS"},
           {"--allow-empty", "", "finding nothing is a success", &flags->allow_empty},
           require_signature_option(flags->require_signature)},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
  return with_network(std::move(command), flags->network, &flags->jobs);
}

}  // namespace mesh::cmd
