#include "core/base/parallel.hpp"
#include "core/publish/listing.hpp"
#include "core/publish/publish.hpp"

#include <map>
#include <mutex>

namespace mesh::publish {
namespace {

Receipt stopped(const Release& release) {
  Receipt receipt{release.identity, release.version, release.digest, Action::refused, {}, {}, {}};
  receipt.fault = Fault::temporary;
  receipt.reason = "stopped before it was published";
  return receipt;
}

// Of the domains that something was written in, or may have been by a run that died, all products of this
// run: what an index says that the listing does not is told then, whoever left it so.
void refresh_listings(const std::vector<Job>& all, std::vector<Applied>& applied, const Options& options,
                      Run& run) {
  struct Domain {
    std::vector<Change> changes;
    std::vector<const Job*> jobs;
    bool is_touched = false;
  };
  std::map<std::pair<store::Store*, std::string>, Domain> domains;
  for (size_t i = 0; i < all.size(); ++i) {
    if (run.receipts[i].action == Action::refused) continue;
    const Identity& identity = all[i].release->identity;
    Domain& domain = domains[{all[i].store, identity.domain}];
    domain.is_touched |= !applied[i].entry.empty() || applied[i].was_cut_off;
    domain.changes.push_back({identity, applied[i].rev, std::move(applied[i].entry)});
    domain.jobs.push_back(&all[i]);
  }
  std::map<std::string, std::string> failures;  // by domain, for one order
  for (const auto& [place, domain] : domains) {
    if (!domain.is_touched) continue;
    if (auto refreshed = refresh_listing(*place.first, place.second, domain.changes, options); !refreshed)
      failures[place.second] = refreshed.error().message;
    else
      for (const Job* const job : domain.jobs) journal_of(*job->store, *job->release, options).remove();
  }
  for (const auto& [domain, message] : failures)
    run.warnings.push_back("the listing of domain `" + domain + "` is not up to date, and `mesh index " +
                           domain + "` makes it so: " + message);
}

}  // namespace

Run apply_all(const std::vector<Job>& all, const Options& options, unsigned jobs,
              const std::function<void(const Receipt&)>& on_done) {
  Run run;
  run.receipts.resize(all.size());
  std::vector<Applied> applied(all.size());
  std::mutex telling;
  for_each_index(all.size(), jobs, [&](size_t i) {
    const Job& job = all[i];
    if (options.is_stopped())
      applied[i].receipt = stopped(*job.release);
    else
      applied[i] = apply_unlisted(*job.store, *job.release, options);
    run.receipts[i] = std::move(applied[i].receipt);
    const std::lock_guard guard(telling);
    on_done(run.receipts[i]);
  });
  refresh_listings(all, applied, options, run);
  return run;
}

}  // namespace mesh::publish
