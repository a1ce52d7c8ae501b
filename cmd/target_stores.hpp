#pragma once

#include "cmd/publishing.hpp"
#include "core/trust/root.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mesh::cmd {

// The stores behind a target: its own place, where the root of the mesh is too, and those that domains of the
// mesh around the current folder have elsewhere. The releases of a domain are in one of them.
class TargetStores {
 public:
  // `target` as `--from` has it. Nothing is sent yet.
  static Result<TargetStores> find(const NetworkFlags& network, const std::string& target);

  // The target's own place.
  Result<store::Store*> main();

  // Where the releases of the domain are; of several domains, usage when that is not one place. Of none it is
  // the target's own.
  Result<store::Store*> of(const std::string& domain);
  Result<store::Store*> of_all(const std::vector<std::string>& domains);

  // All of it, for those who name no domain. A part that cannot be opened says why. The target's own place is
  // no part when every domain of the mesh is elsewhere.
  struct Part {
    std::vector<std::string> domains;  // that are looked for here; none: all but those of other parts
    Result<store::Store*> store;
    bool is_only = false;
  };
  std::vector<Part> parts();
  bool is_in(const Part& part, std::string_view domain) const;
  Result<std::vector<publish::Identity>> products_in(const Part& part) const;

  // What releases in this store of the target are to be checked against (trusting.hpp): the root at the
  // target's own place, else one in the store.
  Result<std::optional<trust::Root>> root_to_check(store::Store& store, bool required, Streams& streams);

  // Of commands that change what is published and were told no domain: that they leave places alone.
  void tell_left_alone(Streams& streams, std::string_view how) const;

 private:
  TargetStores(const NetworkFlags& network, std::vector<Place> places)
      : stores_(network), places_(std::move(places)) {}
  void look_apart();

  Stores stores_;
  std::vector<Place> places_;                     // the target's own first
  std::set<std::string, std::less<>> elsewhere_;  // domains
};

}  // namespace mesh::cmd
