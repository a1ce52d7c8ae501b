#pragma once

#include "core/base/descriptor.hpp"
#include "core/base/files.hpp"

#include <optional>
#include <vector>

namespace mesh {

// What tells one state of a file from the next.
struct FileState {
  uint64_t inode = 0;
  int64_t modified = 0;  // nanoseconds since 1970
};

struct FileBytes {
  std::string bytes;
  FileState state;
};

enum class FileKind : uint8_t { absent, file, folder, link, other };

struct FolderEntry {
  std::string name;
  FileKind kind = FileKind::other;
};

// The parts of a path before its last one ("" when there is none), and the last.
std::string_view folder_part(std::string_view path);
std::string_view name_part(std::string_view path);

// Whether it says that a file system does not lock this: a network one may not lock what is a folder, or open
// for reading only.
bool has_no_locks(int error);

// An open folder. Everything it reaches is below it: `name` is one part of a path, `relative` several, and no
// link is followed, whoever swaps folders for links meanwhile. Errors name the whole path.
class Folder {
 public:
  // The path is the user's own, links in it are followed. not_found when absent.
  static Result<Folder> open(const std::string& path);

  // not_found when it or a part before it is absent or no folder; local_io when one is a link.
  Result<Folder> open_below(std::string_view relative) const;

  // Makes what is missing; with Sync::yes each folder made is durable in its parent.
  Result<Folder> make_below(std::string_view relative, Sync sync) const;

  Result<FileKind> kind(std::string_view name) const;
  Result<std::vector<FolderEntry>> entries() const;  // in no order; without `.` and `..`

  // not_found when absent or a folder; corrupt when larger than `limit`; local_io when a link or a device.
  Result<FileBytes> read(std::string_view name, uint64_t limit) const;

  // Puts a whole new file in place, only if nothing is there; otherwise exists.
  Result<FileState> create(std::string_view name, std::string_view bytes, Sync sync) const;

  // Puts a whole new file in the place of the old one, whose mode it keeps. Its time of change is after
  // `after`, however coarse the clock: with that, no state of a file comes twice.
  Result<FileState> replace(std::string_view name, std::string_view bytes, Sync sync,
                            std::optional<int64_t> after = {}) const;

  // Removing what is not there succeeds; so does naming a folder, which stays.
  Result<void> remove(std::string_view name, Sync sync) const;

  Result<void> sync() const;
  Result<void> sync_file(std::string_view name) const;

  // Removes the hidden files that killed writers left. One that a living writer holds stays.
  void sweep() const;

  // Waits until no other process holds this folder so; it is let go of with the folder. An errno, 0 as well
  // where the file system has no locks.
  int lock() const;

  int descriptor() const { return fd_.get(); }
  const std::string& path() const { return path_; }
  std::string path_of(std::string_view name) const;

 private:
  Folder(Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  Result<Folder> step(std::string_view name) const;

  Descriptor fd_;
  std::string path_;
};

}  // namespace mesh
