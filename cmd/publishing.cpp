#include "cmd/publishing.hpp"

#include "cmd/evaluation.hpp"
#include "cmd/signals.hpp"
#include "cmd/signing.hpp"
#include "core/base/memory.hpp"
#include "core/base/strings.hpp"
#include "core/base/utf8.hpp"
#include "core/config/user_folders.hpp"
#include "core/git/repository.hpp"
#include "core/model/version.hpp"
#include "core/publish/listing.hpp"
#include "core/rules/engine.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <ctime>
#include <ostream>

namespace mesh::cmd {
namespace {

// With a mesh, folders say what a product is called; without one somebody must.
Result<std::optional<publish::Identity>> identity_asked(const ReleaseFlags& flags) {
  if (!flags.as) return std::nullopt;
  auto identity = publish::parse_identity(*flags.as);
  if (!identity) return std::move(identity).error().in("`--as`");
  return std::optional(std::move(*identity));
}

Result<void> check_identity_asked(const ReleaseFlags& flags, const workspace::Workspace& workspace,
                                  const std::vector<bool>& selected) {
  if (workspace.has_mesh && flags.as)
    return mesh::fail(Fault::usage, "`--as` is for products outside a mesh; here the folders name them");
  if (workspace.has_mesh) return {};
  const auto products = std::ranges::count_if(
      workspace.products, [&](const model::Product& product) { return bool(selected[product.file]); });
  if (!flags.as && products > 0)
    return mesh::fail(Fault::usage, "there is no mesh.yaml that says what the product is called",
                      "name it with `--as DOMAIN/PRODUCT`, or make a mesh with `mesh init`");
  if (products > 1)
    return mesh::fail(Fault::usage,
                      "`--as` names one product, and " + std::to_string(products) + " were found",
                      "give the PATH of one of them");
  return {};
}

// What mesh.yaml says decides where things go, so nothing goes anywhere while it is wrong.
Result<void> check_mesh_file(const workspace::Workspace& workspace) {
  for (const Finding& finding : workspace.findings.all()) {
    if (finding.level != Level::error || finding.at.file == kNoFile) continue;
    // One that could not be opened has no facts, its file's name is all that is known.
    if (finding.at.file != workspace.mesh.file && workspace.files[finding.at.file].key != "mesh.yaml")
      continue;
    std::string place = workspace.path(finding.at.file);
    if (const auto source = workspace.source(finding.at.file)) {
      const Position at = source->position(finding.at.span.begin);
      place += ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
    }
    return mesh::fail(Fault::usage, place + ": " + finding.message,
                      "run `mesh validate` to see every finding");
  }
  return {};
}

Error nothing_there(const ReleaseFlags& flags) {
  const std::string where =
      flags.paths.empty() ? "below this folder" : "in `" + join(flags.paths, "`, `") + "`";
  return {Fault::not_found, "there is no data product " + where,
          "a product is a document of `kind: DataProduct`; `--allow-empty` makes this a success"};
}

std::string colored(const std::string& word, publish::Action action, bool color) {
  if (!color) return word;
  const char* const code = action == publish::Action::refused     ? "\x1b[31m"
                           : action == publish::Action::unchanged ? "\x1b[2m"
                                                                  : "\x1b[32m";
  return code + word + "\x1b[0m";
}

void print_receipts(Streams& streams, const std::vector<publish::Receipt>& receipts) {
  std::vector<std::vector<std::string>> rows;
  for (const publish::Receipt& receipt : receipts)
    rows.push_back(
        {std::string(publish::name_of(receipt.action)),
         printable(receipt.identity.prefix()) + (receipt.version.empty() ? "" : " " + receipt.version),
         short_digest(receipt.digest)});
  size_t widest = 0;
  for (const auto& row : rows) widest = std::max(widest, utf8::length(row[1]));
  for (size_t i = 0; i < rows.size(); ++i) {
    std::string line = rows[i][0] + std::string(11 - rows[i][0].size(), ' ') + rows[i][1];
    if (!rows[i][2].empty()) line += std::string(widest - utf8::length(rows[i][1]) + 2, ' ') + rows[i][2];
    streams.out << colored(rows[i][0], receipts[i].action, streams.color_out)
                << line.substr(rows[i][0].size()) << "\n";
  }
}

// "`a`, `b` and 998 more".
std::string names_of(const std::vector<std::string>& names) {
  constexpr size_t kMost = 3;
  if (names.size() <= kMost) return join(names, ", ");
  const std::vector<std::string> first(names.begin(), names.begin() + kMost - 1);
  return join(first, ", ") + " and " + std::to_string(names.size() - first.size()) + " more";
}

// When the entries are made.
Result<std::string> time_of_run() {
  const auto seconds = seconds_of_run();
  if (!seconds) return tl::unexpected(seconds.error());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(*seconds)));
}

}  // namespace

std::vector<Option> release_options(ReleaseFlags& flags) {
  return {{"PATH",
           "PATH",
           "products to take; without it those of the mesh around this folder",
           &flags.paths,
           {},
           Hint::file},
          {"--to",
           "TARGET",
           "name of a target in mesh.yaml, URL or folder; may be left out when mesh.yaml has one target",
           &flags.to,
           {},
           Hint::target},
          {"--as", "DOMAIN/PRODUCT", "what the product is called, where there is no mesh.yaml", &flags.as},
          {"--format", "NAME", "how to print the result", &flags.format, {"text", "json"}},
          {"-j,--jobs",
           "N",
           "threads; without it one for each core, and 8 where the target is not on this machine",
           &flags.jobs,
           {},
           Hint::none,
           false,
           "MESH_JOBS"},
          {"--allow-empty", "", "finding no product is a success", &flags.allow_empty}};
}

Result<store::Store*> Stores::at(const publish::TargetPlace& place) {
  auto& opened = opened_[place];
  if (!opened) {
    auto store = remote_.open(place, is_publisher_);
    if (!store) return pass(std::move(store));
    opened = std::move(*store);
  }
  return opened.get();
}

bool Stores::are_one(const publish::TargetPlace& one, const publish::TargetPlace& other) {
  if (one == other) return true;
  const auto url_of = [&](const publish::TargetPlace& place) {
    const auto store = at(place);
    return store ? (*store)->url() : place.url;
  };
  if (url_of(one) != url_of(other)) return false;
  // A profile may lead to a cloud of its own.
  const auto here = remote_.context_of(one), there = remote_.context_of(other);
  return !here || !there ||
         (here->s3.endpoint == there->s3.endpoint &&
          here->azure_options.endpoint == there->azure_options.endpoint &&
          here->gcs.endpoint == there->gcs.endpoint);
}

Result<Prepared> prepare(const ReleaseFlags& flags, Checked checked) {
  auto as = identity_asked(flags);
  if (!as) return pass(std::move(as));
  if (std::ranges::find(flags.paths, "-") != flags.paths.end())
    return mesh::fail(Fault::usage, "a product cannot be read from standard input: it is more than one file");

  const auto today = day_of_run();
  if (!today) return tl::unexpected(today.error());
  rules::Selection selection;
  selection.today = *today;
  workspace::Options options;
  options.paths = flags.paths;
  options.jobs = flags.jobs;
  if (checked == Checked::yes) options.on_document = rules::document_hook(selection);
  auto loaded = workspace::load(options);
  if (!loaded) return pass(std::move(loaded));
  Prepared prepared{{}, {}, Stores(flags.network, flags.is_publisher), {}, {}, {}};
  prepared.workspace = std::make_unique<workspace::Workspace>(std::move(*loaded));
  workspace::Workspace& workspace = *prepared.workspace;
  if (auto good = check_mesh_file(workspace); !good) return pass(std::move(good));

  publish::Request request;
  request.as = std::move(*as);
  request.jobs = options.jobs;
  for (workspace::File& file : workspace.files) {
    request.selected.push_back(file.reported);
    file.reported = true;  // a product rests on contracts that were not asked for, and their errors count
  }
  for (const model::Domain& domain : workspace.domains)
    if (domain.file < request.selected.size() && request.selected[domain.file])
      prepared.domains.push_back(domain.name);
  if (auto good = check_identity_asked(flags, workspace, request.selected); !good)
    return pass(std::move(good));
  std::vector<Finding> findings;
  if (checked == Checked::yes) {
    const auto baseline = find_baseline(workspace, std::nullopt);
    if (!baseline) return tl::unexpected(baseline.error());
    auto found = evaluate(workspace, selection, options.jobs, *baseline);
    if (!found) return pass(std::move(found));
    findings = std::move(*found);
  }
  prepared.collected = publish::collect(workspace, findings, request);
  if (prepared.collected.releases.empty() && !flags.allow_empty) return tl::unexpected(nothing_there(flags));

  const auto open = [&](const model::Domain* domain) -> Result<store::Store*> {
    const auto place = publish::find_target(workspace.mesh, workspace.root, domain, flags.to);
    if (!place) return tl::unexpected(place.error());
    return prepared.stores.at(*place);
  };
  // Who publishes a domain need not have the credentials of the mesh.
  const auto main_store = open(nullptr);
  if (!main_store && prepared.collected.releases.empty()) return tl::unexpected(main_store.error());
  for (const publish::Release& release : prepared.collected.releases) {
    const auto domain = std::ranges::find(workspace.domains, release.identity.domain, &model::Domain::name);
    const auto store = open(domain == workspace.domains.end() || request.as ? nullptr : &*domain);
    if (!store) return tl::unexpected(store.error());
    prepared.store_of.push_back(*store);
  }
  prepared.target = (main_store ? *main_store : prepared.store_of.front())->url();
  return prepared;
}

void seal(Prepared& prepared, const ReleaseFlags& flags) {
  prepared.workspace.reset();
  return_free_memory();
  publish::seal_all(prepared.collected.releases, flags.jobs);
}

unsigned jobs_at_once(unsigned asked, const store::Store& store) {
  constexpr unsigned kRemote = 8;
  return asked == 0 && !store.url().starts_with("file:") ? kRemote : asked;
}

unsigned jobs_at_once(const ReleaseFlags& flags, const Prepared& prepared) {
  unsigned jobs = flags.jobs;
  for (const store::Store* const store : prepared.store_of) jobs = std::max(jobs, jobs_at_once(jobs, *store));
  return jobs;
}

Result<publish::Options> options_of(const PublishFlags& flags, const workspace::Workspace& workspace) {
  auto created = time_of_run();
  if (!created) return pass(std::move(created));
  publish::Options options;
  options.skip_existing = flags.skip_existing;
  options.resume = flags.resume;
  options.journals = config::user_state_folder();
  options.created = std::move(*created);
  options.revision = git::head_revision(workspace.root).value_or("");
  options.clock.sleep = sleep_unless_stopped;
  options.is_stopped = [] { return signal_caught() != 0; };
  if (flags.sign_key) {
    auto signer = release_signer(*flags.sign_key, workspace);
    if (!signer) return pass(std::move(signer));
    options.signer = std::move(*signer);
  }
  return options;
}

Result<std::unique_ptr<store::Store>> Sources::open(const std::string& from, const std::string& domain,
                                                    bool is_publisher) {
  const bool is_name = publish::may_be_name(from);
  if (is_name && !workspace_) {
    auto workspace = workspace::load({});
    if (!workspace) return pass(std::move(workspace));
    if (auto good = check_mesh_file(*workspace); !good) return pass(std::move(good));
    workspace_ = std::move(*workspace);
  }
  Result<publish::TargetPlace> place = publish::TargetPlace{};
  if (is_name) {
    const auto own = std::ranges::find(workspace_->domains, domain, &model::Domain::name);
    place = publish::find_target(workspace_->mesh, workspace_->root,
                                 own == workspace_->domains.end() ? nullptr : &*own, from);
  } else {
    place = publish::find_target({}, "", nullptr, from);
  }
  if (!place) return tl::unexpected(place.error());
  return remote_.open(*place, is_publisher);
}

Result<std::vector<Place>> places_of(const std::string& target, WithProducts with_products) {
  if (!publish::may_be_name(target)) {
    auto place = publish::find_target({}, "", nullptr, target);
    if (!place) return pass(std::move(place));
    return std::vector{Place{{}, std::move(*place)}};
  }
  auto workspace = workspace::load({});
  if (!workspace) return pass(std::move(workspace));
  if (auto good = check_mesh_file(*workspace); !good) return pass(std::move(good));
  auto common = publish::find_target(workspace->mesh, workspace->root, nullptr, target);
  if (!common) return pass(std::move(common));
  std::vector<Place> places{{{}, std::move(*common)}};
  for (const model::Domain& domain : workspace->domains) {
    auto own = publish::find_target(workspace->mesh, workspace->root, &domain, target);
    if (!own) return pass(std::move(own));
    auto place = std::ranges::find(places, *own, &Place::place);
    if (place == places.end()) place = places.insert(places.end(), Place{{}, std::move(*own)});
    place->domains.push_back(domain.name);
  }
  if (with_products == WithProducts::no) return places;
  publish::Request all;
  all.selected.assign(workspace->files.size(), true);
  for (const publish::Release& release : publish::collect(*workspace, {}, all).releases)
    for (Place& place : places)
      if (std::ranges::find(place.domains, release.identity.domain) != place.domains.end())
        place.products.push_back(release.identity);
  return places;
}

Result<std::unique_ptr<store::Store>> open_source(const NetworkFlags& network, const std::string& from,
                                                  const std::string& domain) {
  return Sources(network).open(from, domain);
}

std::vector<std::string> domains_of(const std::vector<std::string>& names) {
  std::set<std::string> domains;
  for (const std::string& name : names) domains.insert(name.substr(0, name.find_first_of("/@")));
  return {domains.begin(), domains.end()};
}

std::vector<Option> change_options(ChangeFlags& flags) {
  return {{"--to,--from",
           "TARGET",
           "name of a target in mesh.yaml, URL or folder; may be left out when mesh.yaml has one target",
           &flags.from,
           {},
           Hint::target},
          {"-n,--dry-run", "", "show what would change, and write nothing", &flags.dry_run},
          {"--format", "NAME", "how to print the result", &flags.format, {"text", "json"}}};
}

publish::Options options_of(const ChangeFlags& flags) {
  publish::Options options;
  options.dry_run = flags.dry_run;
  options.clock.sleep = sleep_unless_stopped;
  options.is_stopped = [] { return signal_caught() != 0; };
  return options;
}

int tell_changes(const ChangeFlags& flags, Streams& streams, store::Store& store,
                 const publish::Identity& identity, Result<std::vector<publish::Receipt>> receipts) {
  if (!receipts) return fail_with(flags.format, streams, receipts.error());
  const publish::Options options = options_of(flags);
  if (!flags.dry_run)
    if (const auto listed = publish::refresh_listing(store, identity.domain, {&identity, 1}, options);
        !listed)
      streams.err << "warning: the listing of domain `" << identity.domain
                  << "` is not up to date, and `mesh index " << identity.domain
                  << "` makes it so: " << printable(listed.error().message) << "\n";
  if (!flags.dry_run && std::ranges::any_of(*receipts, has_written)) tell_weakness(streams, {&store});
  const int code = tell(flags.format, streams, store.url(), std::move(*receipts));
  return signal_caught() != 0 ? 128 + signal_caught() : code;
}

Result<publish::Wanted> parse_release(std::string_view text) {
  auto wanted = publish::parse_wanted(text);
  if (!wanted) return wanted;
  const bool names_one = model::parse_version(wanted->version) || oci::is_digest(wanted->version);
  if (names_one) return wanted;
  return mesh::fail(Fault::usage, "`" + printable(text) + "` does not name one release",
                    "write DOMAIN/PRODUCT@1.2.0, or the digest of a manifest after the @");
}

Result<void> check_reason(const std::string& reason) {
  constexpr size_t kLongest = 1000;
  const bool is_line = std::ranges::none_of(reason, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (is_line && reason.size() <= kLongest && !utf8::first_invalid(reason)) return {};
  return mesh::fail(Fault::usage, "a `--reason` is one line of text of at most 1000 bytes");
}

bool has_written(const publish::Receipt& receipt) {
  return receipt.action == publish::Action::created || receipt.action == publish::Action::updated;
}

void tell_weakness(Streams& streams, const std::set<store::Store*>& written) {
  std::set<std::string_view> told;
  for (const store::Store* const store : written)
    if (const std::string_view weakness = store->weakness();
        !weakness.empty() && !streams.global.quiet && told.insert(weakness).second)
      streams.err << "note: " << weakness << "\n";
}

int fail_with(const std::string& format, Streams& streams, const Error& error) {
  if (format == "json" && error.fault != Fault::usage && error.fault != Fault::internal)
    streams.out << publish::receipts_json("", {});
  return fail(streams, error);
}

int tell(const std::string& format, Streams& streams, const std::string& target,
         std::vector<publish::Receipt> receipts) {
  for (publish::Receipt& receipt : receipts)
    if (receipt.target == target) receipt.target.clear();
  if (format == "json")
    streams.out << publish::receipts_json(target, receipts);
  else
    print_receipts(streams, receipts);
  streams.out.flush();

  int code = kOk;
  bool by_manifests = false;
  std::map<std::string_view, std::vector<std::string>> refused;  // by their reason
  for (const publish::Receipt& receipt : receipts)
    if (receipt.action == publish::Action::refused)
      refused[receipt.reason].push_back("`" + receipt.identity.prefix() + "`");
  for (const publish::Receipt& receipt : receipts) {
    const std::string name = "`" + receipt.identity.prefix() + "`";
    if (receipt.action == publish::Action::refused) {
      by_manifests |= !receipt.fault;
      const auto same = refused.find(receipt.reason);
      if (same == refused.end()) continue;  // told with the first of them
      const std::string names = names_of(same->second);
      const bool is_one = same->second.size() == 1;
      refused.erase(same);
      const Error error{receipt.fault.value_or(Fault::usage),
                        names + (is_one ? " is refused: " : " are refused: ") + receipt.reason,
                        {}};
      const int told = fail(streams, error);
      code = worst(code, receipt.fault ? told : int(kFindings));
    } else if (!receipt.reason.empty() && !streams.global.quiet) {
      streams.err << "note: " << printable(name + ": " + receipt.reason) << "\n";
    }
  }
  if (by_manifests && !streams.global.quiet)
    streams.err << "run `mesh validate` to see every finding and where it is\n";
  return code;
}

void tell_left_out(Streams& streams, const std::vector<std::string>& left_out) {
  if (streams.global.quiet) return;
  for (const std::string& sentence : left_out) streams.err << "note: " << printable(sentence) << "\n";
}

void print_columns(std::ostream& out, const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], utf8::length(row[i]));
  }
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i)
      line += row[i] + std::string(widths[i] - utf8::length(row[i]) + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << "\n";
  }
}

std::string short_digest(const std::string& digest) {
  constexpr size_t kShown = 7 + 12;  // "sha256:" and enough to tell two apart
  return digest.size() > kShown ? digest.substr(0, kShown) : digest;
}

}  // namespace mesh::cmd
