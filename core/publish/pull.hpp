#pragma once

#include "core/publish/stored.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Fetches a release into a folder, every digest checked, all of it or nothing.
namespace mesh::publish {

// DOMAIN/PRODUCT[@VERSION]: a version, `latest` (the default), `snapshot`, a range (`^1.2`, `~1.2.3`) or a
// manifest's digest.
struct Wanted {
  Identity identity;
  std::string version;  // "" when none is given
};
Result<Wanted> parse_wanted(std::string_view text);

// The entry that is meant. not_found when there is none; ranges skip yanked releases, pre-releases and the
// snapshot.
Result<oci::Descriptor> choose(const oci::Index& index, const Wanted& wanted);

struct Fetched {
  Identity identity;
  oci::Descriptor entry;
  std::vector<std::pair<std::string, std::string>> files;  // title, bytes; by title
  std::vector<std::string> warnings = {};                  // that it is yanked, retired, deprecated
};

// not_found when the product or version is not published; corrupt when what is there does not verify.
// `check` is asked about the index before anything else is read.
Result<Fetched> fetch(store::Store& store, const Wanted& wanted,
                      const std::function<Result<void>(const oci::Index&)>& check = {});

enum class Written : uint8_t { now, equal_already };

// Makes the folder with these files in it and no others. exists when it is there with other content.
Result<Written> write_folder(const Fetched& fetched, const std::string& folder);

}  // namespace mesh::publish
