#pragma once

#include "core/store/store.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mesh::publish {

// Listings as they were last read, so that what did not change is not sent again. Whatever is wrong with it
// costs only time: a file that is damaged or missing is no file, one that cannot be written is not written.
class ListingCache {
 public:
  // A folder that need not be there yet; "" keeps nothing.
  explicit ListingCache(std::string folder) : folder_(std::move(folder)) {}

  std::optional<store::Object> find(std::string_view url, std::string_view domain) const;
  void keep(std::string_view url, std::string_view domain, const store::Object& listing) const;

 private:
  std::string file_of(std::string_view url, std::string_view domain) const;

  std::string folder_;
};

}  // namespace mesh::publish
