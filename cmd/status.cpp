#include "cmd/commands.hpp"
#include "cmd/publishing.hpp"
#include "core/base/parallel.hpp"
#include "core/base/strings.hpp"
#include "core/git/repository.hpp"
#include "core/publish/status.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <ostream>
#include <set>

namespace mesh::cmd {
namespace {

std::string quoted_or_null(const std::string& text) { return text.empty() ? "null" : json_quote(text); }

std::string json_of(const std::string& target, const std::vector<publish::Status>& all) {
  std::string json = "{\"schemaVersion\": 1, \"target\": " + json_quote(target) + ", \"releases\": [";
  for (const publish::Status& status : all) {
    json += &status == &all.front() ? "\n  " : ",\n  ";
    json += "{\"domain\": " + quoted_or_null(status.identity.domain) +
            ", \"product\": " + quoted_or_null(status.identity.product) +
            ", \"version\": " + quoted_or_null(status.version) +
            ", \"digest\": " + quoted_or_null(status.digest) + ", \"state\": \"" +
            std::string(publish::name_of(status.state)) + "\", \"head\": " + quoted_or_null(status.head) +
            ", \"publishedDigest\": " + quoted_or_null(status.published_digest) +
            ", \"publishedStatus\": " + quoted_or_null(status.published_status) +
            ", \"reason\": " + quoted_or_null(status.reason) + "}";
  }
  return json + (all.empty() ? "]}\n" : "\n]}\n");
}

void print(Streams& streams, const std::vector<publish::Status>& all) {
  std::vector<std::vector<std::string>> rows;
  for (const publish::Status& status : all)
    rows.push_back(
        {std::string(publish::name_of(status.state)),
         printable(status.identity.prefix()) + (status.version.empty() ? "" : " " + status.version),
         short_digest(status.digest), status.head.empty() ? "" : "head " + status.head,
         printable(status.reason)});
  print_columns(streams.out, rows);
}

// Where a release is from is told by its commit alone, if this clone has it.
std::string origin_of(const std::string& root, const publish::Status& status) {
  if (status.revision.empty())
    return "it has no folder here, and its release does not say what commit it is from";
  const std::string commit = "it was published from commit " + status.revision.substr(0, 12);
  auto repository = git::Repository::open(root);
  if (repository && repository->commit_named(status.revision))
    return commit + " of this repository, and is no longer here";
  return commit + ", which is not in this clone, and has no folder here";
}

// A folder or file of the domain that could not be opened, if there is one: what is in it is not absent.
const workspace::File* closed_in(const workspace::Workspace& workspace, const std::string& domain) {
  for (FileId file = 0; file < workspace.files.size(); ++file)
    if (workspace.files[file].broken && !workspace.files[file].is_manifest)
      if (const model::Domain* const own = workspace.domain_of(file); own && own->name == domain)
        return &workspace.files[file];
  return nullptr;
}

// What is published of the domains that were asked for, and is not here.
Result<std::vector<publish::Status>> absent(Prepared& prepared, const ReleaseFlags& flags, Streams& streams) {
  const workspace::Workspace& workspace = *prepared.workspace;
  std::set<publish::Identity> here;
  for (const publish::Release& release : prepared.collected.releases) here.insert(release.identity);
  std::vector<std::pair<std::string, store::Store*>> places;
  for (const std::string& name : prepared.domains) {
    if (const workspace::File* const closed = closed_in(workspace, name)) {
      streams.err << "note: what is published in the domain " << quoted(name)
                  << " and is not here is not told, as " << quoted(closed->path) << " cannot be read\n";
      continue;
    }
    const auto domain = std::ranges::find(workspace.domains, name, &model::Domain::name);
    const auto place = publish::find_target(workspace.mesh, workspace.root, &*domain, flags.to);
    if (!place) return tl::unexpected(place.error());
    const auto store = prepared.stores.at(*place);
    if (!store) return tl::unexpected(store.error());
    places.emplace_back(name, *store);
  }
  std::vector<Result<std::vector<publish::Status>>> found(places.size());
  for_each_index(places.size(), jobs_at_once(flags, prepared),
                 [&](size_t i) { found[i] = publish::not_here(*places[i].second, places[i].first, here); });
  std::vector<publish::Status> all;
  for (auto& one : found) {
    if (!one) return std::move(one);
    for (publish::Status& status : *one) {
      if (status.state == publish::State::orphaned) status.reason = origin_of(workspace.root, status);
      all.push_back(std::move(status));
    }
  }
  return all;
}

int run(const ReleaseFlags& flags, Streams& streams) {
  auto prepared = prepare(flags, Checked::no);
  if (!prepared) return fail_with(flags.format, streams, prepared.error());
  publish::seal_all(prepared->collected.releases, flags.jobs);
  const std::vector<publish::Release>& releases = prepared->collected.releases;
  std::vector<Result<publish::Status>> compared(releases.size());
  for_each_index(releases.size(), jobs_at_once(flags, *prepared),
                 [&](size_t i) { compared[i] = publish::compare(*prepared->store_of[i], releases[i]); });
  int code = kOk;
  std::vector<publish::Status> all;
  for (size_t i = 0; i < releases.size(); ++i) {
    const publish::Release& release = releases[i];
    Result<publish::Status>& status = compared[i];
    if (!status) {
      code = worst(code, fail(streams, status.error()));
      status = publish::Status{release.identity,
                               publish::State::refused,
                               release.version,
                               release.digest,
                               {},
                               {},
                               {},
                               status.error().message,
                               {}};
    }
    all.push_back(std::move(*status));
  }
  if (auto more = absent(*prepared, flags, streams))
    std::ranges::move(*more, std::back_inserter(all));
  else
    code = worst(code, fail(streams, more.error()));
  std::ranges::stable_sort(all, {}, &publish::Status::identity);
  if (flags.format == "json")
    streams.out << json_of(prepared->target, all);
  else
    print(streams, all);
  const bool differs = std::ranges::any_of(all, [](const publish::Status& status) {
    return status.state != publish::State::published && status.state != publish::State::retired;
  });
  return flags.exit_code && differs ? worst(code, kFindings) : code;
}

}  // namespace

Command status() {
  const auto flags = std::make_shared<ReleaseFlags>();
  Command command{
      .name = "status",
      .summary = "compare the products here with what is published",
      .group = kPublish,
      .options = release_options(*flags),
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
  command.options.push_back(
      {"--exit-code", "", "exit with 1 unless all is published as it is here", &flags->exit_code});
  return with_network(std::move(command), flags->network, &flags->jobs);
}

}  // namespace mesh::cmd
