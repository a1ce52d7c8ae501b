#include "core/base/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

namespace mesh {
namespace {

// Closes on every path; `close` is also called by hand where its answer matters.
struct Descriptor {
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  int close() { return ::close(std::exchange(fd, -1)); }
};

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<void> sync_folder(const std::string& folder) {
  Descriptor descriptor{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (descriptor.fd < 0) return system_failure("cannot open " + folder, errno);
  if (::fsync(descriptor.fd) != 0) return system_failure("cannot sync " + folder, errno);
  return {};
}

Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure("cannot write", errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

// A finished sibling of `path`, removed unless it was renamed or linked into place.
struct Sibling {
  std::string path;
  bool keep = false;
  ~Sibling() {
    if (!keep && !path.empty()) ::unlink(path.c_str());
  }
};

Result<void> write_sibling(const std::string& path, std::string_view bytes, Sync sync, Sibling& sibling) {
  struct stat old {};
  const bool replaces = ::stat(path.c_str(), &old) == 0;
  // The process id makes the name ours; O_EXCL makes it certain. A left-over of a killed run is stepped over.
  Descriptor descriptor;
  std::string temporary;
  for (unsigned attempt = 0; descriptor.fd < 0; ++attempt) {
    temporary = folder_of(path) + "/.mesh-" + std::to_string(::getpid()) + "-" + std::to_string(attempt) + ".tmp";
    descriptor.fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor.fd < 0 && (errno != EEXIST || attempt == 1000))
      return system_failure("cannot create " + path, errno);
  }
  sibling.path = temporary;
  if (replaces && ::fchmod(descriptor.fd, old.st_mode & 07777) != 0)
    return system_failure("cannot set the mode of " + path, errno);
  if (auto written = write_all(descriptor.fd, bytes); !written)
    return std::move(written).error().in(path);
  if (sync == Sync::yes && ::fsync(descriptor.fd) != 0) return system_failure("cannot sync " + path, errno);
  if (descriptor.close() != 0) return system_failure("cannot close " + path, errno);
  return {};
}

}  // namespace

tl::unexpected<Error> system_failure(std::string_view message, int error) {
  const Fault fault = error == ENOENT || error == ENOTDIR ? Fault::not_found
                      : error == EEXIST                   ? Fault::exists
                                                          : Fault::local_io;
  return fail(fault, std::string(message) + ": " + std::strerror(error));
}

Result<std::string> read_file(const std::string& path, uint64_t limit) {
  Descriptor descriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (descriptor.fd < 0) return system_failure(path, errno);
  struct stat about {};
  if (::fstat(descriptor.fd, &about) != 0) return system_failure(path, errno);
  if (S_ISDIR(about.st_mode)) return fail(Fault::usage, path + " is a folder, not a file");
  const auto too_large = [&] {
    return fail(Fault::usage, path + " is larger than " + std::to_string(limit) + " bytes");
  };
  if (S_ISREG(about.st_mode) && static_cast<uint64_t>(about.st_size) > limit) return too_large();
  std::string bytes;
  bytes.resize(S_ISREG(about.st_mode) ? static_cast<size_t>(about.st_size) + 1 : 65536);
  size_t used = 0;
  for (;;) {
    const ssize_t got = ::read(descriptor.fd, bytes.data() + used, bytes.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure(path, errno);
    if (got == 0) break;
    used += static_cast<size_t>(got);
    if (used > limit) return too_large();
    if (used == bytes.size()) bytes.resize(bytes.size() * 2);
  }
  bytes.resize(used);
  return bytes;
}

Result<void> replace_file(const std::string& path, std::string_view bytes, Sync sync) {
  Sibling sibling;
  if (auto written = write_sibling(path, bytes, sync, sibling); !written) return written;
  if (::rename(sibling.path.c_str(), path.c_str()) != 0) return system_failure("cannot replace " + path, errno);
  sibling.keep = true;
  if (sync == Sync::yes) return sync_folder(folder_of(path));
  return {};
}

Result<void> create_file(const std::string& path, std::string_view bytes, Sync sync) {
  Sibling sibling;
  if (auto written = write_sibling(path, bytes, sync, sibling); !written) return written;
  // link() fails where something is, rename() would not; the sibling's own name goes with `sibling`.
  if (::link(sibling.path.c_str(), path.c_str()) != 0) {
    const int error = errno;
    if (error != EPERM && error != EOPNOTSUPP && error != ENOSYS && error != EMLINK)
      return system_failure("cannot create " + path, error);
    // A file system without hard links.
    if (::renameat2(AT_FDCWD, sibling.path.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) != 0)
      return system_failure("cannot create " + path, errno);
    sibling.keep = true;
  }
  if (sync == Sync::yes) return sync_folder(folder_of(path));
  return {};
}

Result<void> make_folders(const std::string& path, Sync sync) {
  std::vector<std::string> missing;
  for (std::string at = path; !at.empty() && !is_folder(at); at = folder_of(at)) missing.push_back(at);
  std::reverse(missing.begin(), missing.end());
  for (const std::string& folder : missing) {
    if (::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST)
      return system_failure("cannot create the folder " + folder, errno);
    if (sync == Sync::yes)
      if (auto synced = sync_folder(folder_of(folder)); !synced) return synced;
  }
  if (!is_folder(path)) return fail(Fault::local_io, path + " is not a folder");
  return {};
}

bool is_file(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode);
}

bool is_folder(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode);
}

}  // namespace mesh
