#pragma once

#include "core/git/repository.hpp"

#include <optional>
#include <string>

// Which commit a branch is compared with.
namespace mesh::cmd {

struct BaseCommit {
  std::optional<git::ObjectId> commit;  // none: HEAD has no commit yet
  std::string revision;                 // as people know it
};

// The merge base of HEAD and `revision`. Without one, of HEAD and what the branch is to be merged into: what
// the pipeline's variables say, else origin/HEAD, origin/main, origin/master, main, master.
Result<BaseCommit> find_base(git::Repository& repository, const std::string& revision);

}  // namespace mesh::cmd
