#pragma once

#include "core/publish/identity.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

// What a publish has put already, so that the next one need not put it again when this one is killed. It
// holds for one release at one target and for a day. It only saves time: a blob that it names is left out
// when the store lists it, too, and no collector has been at work since. Lost or damaged lines are put again.
namespace mesh::publish {

class Journal {
 public:
  // `folder` is of the user's state; "" keeps nothing. `release` is the digest of its manifest.
  Journal(const std::string& folder, std::string target, const Identity& identity, std::string release,
          std::function<int64_t()> seconds);

  // Digests, each with the collectors' counter it was put under.
  std::map<std::string, uint64_t> read() const;

  // A line of its own, in one write: runs side by side share the file. That it fails is no matter.
  void add(const std::string& digest, uint64_t counter) const;

  // Whether something was put that `remove` has not seen the end of.
  bool exists() const;

  // The release is published, and listed.
  void remove() const;

  // Drops the journals that are too old to be read.
  static void sweep(const std::string& folder);

 private:
  std::string line_of(const std::string& digest, uint64_t counter, int64_t at) const;

  std::string folder_, path_, about_;
  std::function<int64_t()> seconds_;
};

}  // namespace mesh::publish
