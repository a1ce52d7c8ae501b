#pragma once

#include "cmd/command.hpp"
#include "cmd/remote.hpp"
#include "core/publish/collect.hpp"
#include "core/publish/publish.hpp"
#include "core/publish/pull.hpp"
#include "core/workspace/workspace.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

// What the commands that read and write stores have in common.
namespace mesh::cmd {

struct ReleaseFlags {
  std::vector<std::string> paths;
  std::string to, format = "text";
  std::optional<std::string> as;
  unsigned jobs = 0;
  bool exit_code = false, allow_empty = false;
  bool is_publisher = false;  // not said by anybody: the command writes
  NetworkFlags network;
};
std::vector<Option> release_options(ReleaseFlags& flags);

struct PublishFlags : ReleaseFlags {
  bool dry_run = false, skip_existing = false, resume = false;
  std::optional<std::string> sign_key;
};

// The stores of a run; domains may have one of their own.
class Stores {
 public:
  explicit Stores(const NetworkFlags& network, bool is_publisher = false)
      : remote_(network), is_publisher_(is_publisher) {}
  Result<store::Store*> at(const publish::TargetPlace& place);

  // Whether both hold the same, whatever keys each is used with.
  bool are_one(const publish::TargetPlace& one, const publish::TargetPlace& other);

 private:
  Remote remote_;
  bool is_publisher_;
  std::map<publish::TargetPlace, std::unique_ptr<store::Store>> opened_;
};

enum class Checked : bool { no, yes };  // no: errors in manifests do not count

// The products that a command line means, each with the store it goes to.
struct Prepared {
  std::unique_ptr<workspace::Workspace> workspace;
  publish::Collected collected;
  Stores stores;
  std::vector<store::Store*> store_of;  // by release
  std::string target;                   // url of the run's own store
  std::vector<std::string> domains;     // those that were asked for as a whole
};

// not_found when no product is there and that is not allowed.
Result<Prepared> prepare(const ReleaseFlags& flags, Checked checked);

// Of a run: its time, the commit it publishes from, and that a signal stops it.
Result<publish::Options> options_of(const PublishFlags& flags, const workspace::Workspace& workspace);

// Seals the releases. They are all that is needed of the workspace from here on; it takes as much room as
// publishing does, and is let go before.
void seal(Prepared& prepared, const ReleaseFlags& flags);

// `--jobs`, for what is done with each release. What is waited for elsewhere may be more than there are
// cores.
unsigned jobs_at_once(unsigned asked, const store::Store& store);
unsigned jobs_at_once(const ReleaseFlags& flags, const Prepared& prepared);

// `mesh plan`, and `mesh publish --dry-run`.
int run_plan(const PublishFlags& flags, Streams& streams);

// The stores that `--from` and `--to` mean. A name is looked up in the mesh around the current folder, which
// is read once; a domain may have a place of its own.
class Sources {
 public:
  explicit Sources(const NetworkFlags& network) : remote_(network) {}
  Result<std::unique_ptr<store::Store>> open(const std::string& from, const std::string& domain,
                                             bool is_publisher = false);

 private:
  Remote remote_;
  std::optional<workspace::Workspace> workspace_;
};

// A place that a target means, and the domains that have their releases there.
struct Place {
  std::vector<std::string> domains;
  publish::TargetPlace place;
  std::vector<publish::Identity> products = {};  // of these domains, in the mesh around the current folder
};

// All of them, that of the mesh first; a URL or path is one.
enum class WithProducts : bool { no, yes };
Result<std::vector<Place>> places_of(const std::string& target, WithProducts with_products);
Result<std::unique_ptr<store::Store>> open_source(const NetworkFlags& network, const std::string& from,
                                                  const std::string& domain = "");

// Of these (DOMAIN, DOMAIN/PRODUCT, DOMAIN/PRODUCT@VERSION), each once, sorted.
std::vector<std::string> domains_of(const std::vector<std::string>& names);

// Of commands that change what is published already.
struct ChangeFlags {
  std::string from, format = "text";
  bool dry_run = false;
  NetworkFlags network;
};
std::vector<Option> change_options(ChangeFlags& flags);

// Of a run that changes what is published already: its clock, and that a signal stops it.
publish::Options options_of(const ChangeFlags& flags);

// Brings the domain's listing in line and tells what was changed. The exit code that fits.
int tell_changes(const ChangeFlags& flags, Streams& streams, store::Store& store,
                 const publish::Identity& identity, Result<std::vector<publish::Receipt>> receipts);

// DOMAIN/PRODUCT@VERSION with a version or digest: what stands for one release and always will.
Result<publish::Wanted> parse_release(std::string_view text);

// `--reason TEXT`: one line that people can read.
Result<void> check_reason(const std::string& reason);

bool has_written(const publish::Receipt& receipt);

// What the stores that were written to cannot promise; each sentence once.
void tell_weakness(Streams& streams, const std::set<store::Store*>& written);

// Whoever reads our JSON gets a document also when there is nothing to tell.
int fail_with(const std::string& format, Streams& streams, const Error& error);

// A line for each, in columns; then what was refused, and why, on err. The exit code that fits.
int tell(const std::string& format, Streams& streams, const std::string& target,
         std::vector<publish::Receipt> receipts);

// Notes that the plan makes beside the releases.
void tell_left_out(Streams& streams, const std::vector<std::string>& left_out);

// Rows of cells, padded but for the last of each.
void print_columns(std::ostream& out, const std::vector<std::vector<std::string>>& rows);

std::string short_digest(const std::string& digest);

}  // namespace mesh::cmd
