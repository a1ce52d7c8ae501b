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

void refresh_listings(const std::vector<Job>& all, const Options& options, Run& run) {
  std::map<std::pair<store::Store*, std::string>, std::vector<Identity>> domains;
  for (size_t i = 0; i < all.size(); ++i)
    if (run.receipts[i].action != Action::refused)
      domains[{all[i].store, all[i].release->identity.domain}].push_back(all[i].release->identity);
  std::map<std::string, std::string> failures;  // by domain, for one order
  for (const auto& [place, products] : domains)
    if (auto refreshed = refresh_listing(*place.first, place.second, products, options); !refreshed)
      failures[place.second] = refreshed.error().message;
  for (const auto& [domain, message] : failures)
    run.warnings.push_back("the listing of domain `" + domain + "` is not up to date: " + message);
}

}  // namespace

Run apply_all(const std::vector<Job>& all, const Options& options, unsigned jobs,
              const std::function<void(const Receipt&)>& on_done) {
  Run run;
  run.receipts.resize(all.size());
  std::mutex telling;
  for_each_index(all.size(), jobs, [&](size_t i) {
    const Job& job = all[i];
    run.receipts[i] = options.is_stopped() ? stopped(*job.release) : apply(*job.store, *job.release, options);
    const std::lock_guard guard(telling);
    on_done(run.receipts[i]);
  });
  refresh_listings(all, options, run);
  return run;
}

}  // namespace mesh::publish
