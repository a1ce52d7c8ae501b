#include "core/scaffold/made.hpp"

#include "core/base/strings.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdio>

namespace mesh::scaffold {
namespace {

// A killed run may have left a name behind; more than this many is somebody else's doing.
constexpr int kAttempts = 1000;

std::string below(std::string_view folder, const std::string& name) {
  return folder.empty() ? name : std::string(folder) + "/" + name;
}

tl::unexpected<Error> disk_failure(const std::string& doing, int error) {
  return as_disk_failure(system_failure(doing, error).value());
}

}  // namespace

tl::unexpected<Error> as_disk_failure(Error error) {
  if (error.fault == Fault::not_found) error.fault = Fault::local_io;
  return tl::unexpected(std::move(error));
}

Made::~Made() {
  for (auto item = made_.rbegin(); item != made_.rend(); ++item) {
    const auto folder = base_.open_below(folder_part(item->path));
    const std::string name(name_part(item->path));
    if (folder) ::unlinkat(folder->descriptor(), name.c_str(), item->is_folder ? AT_REMOVEDIR : 0);
  }
}

Result<Folder> Made::folder(std::string_view path) {
  auto at = base_.open_below({});
  if (path.empty()) return at;
  std::string done;
  for (const std::string_view part : split(path, '/')) {
    const std::string name(part);
    done = below(done, name);
    if (::mkdirat(at->descriptor(), name.c_str(), 0777) == 0) {
      made_.push_back({done, true});
      if (auto synced = at->sync(); !synced) return pass(std::move(synced));
    } else if (errno != EEXIST) {
      return disk_failure("cannot create the folder " + printable(at->path_of(name)), errno);
    }
    at = at->open_below(name);
    if (!at) return as_disk_failure(std::move(at).error());
  }
  return at;
}

Result<void> Made::file(const std::string& path, std::string_view bytes) {
  const auto at = folder(folder_part(path));
  if (!at) return tl::unexpected(at.error());
  const auto created = at->create(name_part(path), bytes, Sync::yes);
  // What failed after the file had its name is taken back too; what was there before is not ours.
  if (created || created.error().fault != Fault::exists) made_.push_back({path, false});
  if (!created) return tl::unexpected(created.error());
  return {};
}

Result<std::string> Made::sibling(const std::string& path) {
  const std::string_view parent = folder_part(path);
  const auto at = folder(parent);
  if (!at) return tl::unexpected(at.error());
  for (int attempt = 0;; ++attempt) {
    const std::string name = ".mesh-" + std::to_string(::getpid()) + "-" + std::to_string(attempt) + ".tmp";
    if (::mkdirat(at->descriptor(), name.c_str(), 0777) == 0) {
      made_.push_back({below(parent, name), true});
      return below(parent, name);
    }
    if (errno != EEXIST || attempt == kAttempts)
      return disk_failure("cannot create the folder " + printable(base_.path_of(path)), errno);
  }
}

Result<void> Made::rename(const std::string& from, const std::string& to) {
  const auto at = base_.open_below(folder_part(to));
  if (!at) return as_disk_failure(at.error());
  const std::string before(name_part(from)), after(name_part(to)), shown = printable(base_.path_of(to));
  // A folder never replaces a file, a link or a folder with something in it.
  if (::renameat(at->descriptor(), before.c_str(), at->descriptor(), after.c_str()) != 0) {
    const int error = errno;
    if (error == ENOTEMPTY || error == EEXIST || error == ENOTDIR)
      return fail(Fault::exists, "`" + shown + "` exists already");
    return disk_failure("cannot create the folder " + shown, error);
  }
  auto synced = at->sync();
  if (!synced) ::renameat(at->descriptor(), after.c_str(), at->descriptor(), before.c_str());
  return synced;
}

}  // namespace mesh::scaffold
