#include "cmd/target_stores.hpp"

#include "cmd/trusting.hpp"
#include "core/base/strings.hpp"

#include <algorithm>
#include <iterator>
#include <ostream>

namespace mesh::cmd {

Result<TargetStores> TargetStores::find(const NetworkFlags& network, const std::string& target) {
  auto places = places_of(target, WithProducts::no);
  if (!places) return pass(std::move(places));
  TargetStores stores(network, std::move(*places));
  stores.look_apart();
  return stores;
}

// A domain that just has keys of its own publishes to the target's own place, and is looked for there.
void TargetStores::look_apart() {
  for (const Place& place : places_)
    if (!stores_.are_one(places_.front().place, place.place))
      elsewhere_.insert(place.domains.begin(), place.domains.end());
}

Result<store::Store*> TargetStores::main() { return stores_.at(places_.front().place); }

Result<store::Store*> TargetStores::of(const std::string& domain) {
  const auto place = std::ranges::find_if(
      places_, [&](const Place& one) { return std::ranges::find(one.domains, domain) != one.domains.end(); });
  return place == places_.end() ? main() : stores_.at(place->place);
}

Result<store::Store*> TargetStores::of_all(const std::vector<std::string>& domains) {
  if (domains.size() == 1) return of(domains.front());
  std::optional<store::Store*> found;  // null: the target's own place, with the keys of the mesh
  for (const std::string& domain : domains) {
    const Result<store::Store*> store = elsewhere_.contains(domain) ? of(domain) : nullptr;
    if (!store) return store;
    if (found && *found != *store)
      return mesh::fail(Fault::usage, "`" + join(domains, "` and `") + "` are not in one place",
                        "name those of one place at a time");
    found = *store;
  }
  return found && *found ? Result<store::Store*>(*found) : main();
}

std::vector<TargetStores::Part> TargetStores::parts() {
  std::vector<Part> all;
  size_t domains = 0;
  for (const Place& place : places_) domains += place.domains.size();
  if (domains == 0 || elsewhere_.size() < domains) all.push_back({{}, main()});
  for (const Place& place : places_)
    if (!place.domains.empty() && elsewhere_.contains(place.domains.front()))
      all.push_back({place.domains, stores_.at(place.place)});
  all.front().is_only = all.size() == 1;
  return all;
}

bool TargetStores::is_in(const Part& part, std::string_view domain) const {
  return part.domains.empty() ? !elsewhere_.contains(domain)
                              : std::ranges::find(part.domains, domain) != part.domains.end();
}

Result<std::vector<publish::Identity>> TargetStores::products_in(const Part& part) const {
  if (!part.store) return tl::unexpected(part.store.error());
  std::vector<publish::Identity> all;
  const std::vector<std::string> everything{""};
  for (const std::string& domain : part.domains.empty() ? everything : part.domains) {
    auto products = publish::products_in(**part.store, domain);
    if (!products) return products;
    std::ranges::move(*products, std::back_inserter(all));
  }
  std::erase_if(all, [&](const publish::Identity& identity) { return !is_in(part, identity.domain); });
  return all;
}

Result<std::optional<trust::Root>> TargetStores::root_to_check(store::Store& store, bool required,
                                                               Streams& streams) {
  const auto own = main();
  if (!own) {
    const auto reader = publish::reader_of_environment();
    if (!reader || !reader->pins.empty() || required) return tl::unexpected(own.error());
  }
  if (own && *own != &store) {
    auto root = cmd::root_to_check(**own, false, streams);
    if (!root || *root) return root;
  }
  return cmd::root_to_check(store, required, streams);
}

void TargetStores::tell_left_alone(Streams& streams, std::string_view how) const {
  if (elsewhere_.empty() || streams.global.quiet) return;
  const std::vector<std::string> names(elsewhere_.begin(), elsewhere_.end());
  streams.err << "note: " << (names.size() == 1 ? "domain `" : "domains `") << join(names, "`, `")
              << (names.size() == 1 ? "` has a place of its own" : "` have places of their own")
              << " for this target, which " << how << "\n";
}

}  // namespace mesh::cmd
