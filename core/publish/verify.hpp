#pragma once

#include "core/publish/pull.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

// Checks what is published down to the last byte.
namespace mesh::publish {

struct Verdict {
  Identity identity;
  std::string version, digest;        // "" for what concerns the product as a whole
  std::vector<std::string> problems;  // none: it is as its digests say
  std::string signer = {};            // who signed it, where that is checked
  bool untrusted = false;             // it is whole, and its signatures are the problem
  std::string help = {};              // what to do about it, where there is something to say
};

// Of one product: first its layout and index when something is wrong with them, then each release, or just
// the one that is wanted. not_found when the product or version is not published.
// `check` is asked about the index too.
Result<std::vector<Verdict>> verify(store::Store& store, const Wanted& wanted, bool all_versions,
                                    const std::function<Result<void>(const oci::Index&)>& check = {});

// Of the layout that holds the roots of trust. Nothing when none is there; who signed them is for
// `trusted_root` to say.
Result<std::optional<Verdict>> verify_roots(store::Store& store);

}  // namespace mesh::publish
