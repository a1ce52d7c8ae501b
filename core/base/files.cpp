#include "core/base/files.hpp"

#include "core/base/descriptor.hpp"
#include "core/base/folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace mesh {
namespace {

std::string parent_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string without_end_slashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

}  // namespace

tl::expected<std::string, int> read_to_end(int fd, uint64_t expected_size, uint64_t limit) {
  constexpr uint64_t kFirstGuess = 65536;
  std::string bytes;
  bytes.resize(expected_size == 0 ? kFirstGuess : static_cast<size_t>(expected_size) + 1);
  size_t used = 0;
  while (used <= limit) {
    const ssize_t got = uninterrupted([&] { return ::read(fd, bytes.data() + used, bytes.size() - used); });
    if (got < 0) return tl::unexpected<int>(errno);
    if (got == 0) break;
    used += static_cast<size_t>(got);
    // There was room for a byte more, which a file of this size does not have.
    if (used == expected_size) break;
    if (used == bytes.size()) bytes.resize(bytes.size() * 2);
  }
  bytes.resize(used);
  return bytes;
}

int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = uninterrupted([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (written < 0) return errno;
    if (written == 0) return EIO;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

tl::unexpected<Error> system_failure(std::string_view message, int error) {
  const Fault fault = error == ENOENT || error == ENOTDIR ? Fault::not_found
                      : error == EEXIST                   ? Fault::exists
                                                          : Fault::local_io;
  return fail(fault, std::string(message) + ": " + std::strerror(error));
}

Result<std::string> read_file(const std::string& path, uint64_t limit) {
  const Descriptor fd(uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
  if (!fd) return system_failure(path, errno);
  struct stat about {};
  if (::fstat(fd.get(), &about) != 0) return system_failure(path, errno);
  if (S_ISDIR(about.st_mode)) return fail(Fault::usage, path + " is a folder, not a file");
  const uint64_t size = S_ISREG(about.st_mode) ? static_cast<uint64_t>(about.st_size) : 0;
  const auto too_large = [&] {
    return fail(Fault::usage, path + " is larger than " + std::to_string(limit) + " bytes");
  };
  if (size > limit) return too_large();
  auto bytes = read_to_end(fd.get(), size, limit);
  if (!bytes) return system_failure(path, bytes.error());
  if (bytes->size() > limit) return too_large();
  return std::move(*bytes);
}

Result<void> replace_file(const std::string& path, std::string_view bytes, Sync sync) {
  const auto folder = Folder::open(parent_of(path));
  if (!folder) return fail(folder.error().fault, folder.error().message);
  if (auto replaced = folder->replace(name_part(path), bytes, sync); !replaced)
    return pass(std::move(replaced));
  return {};
}

Result<void> create_file(const std::string& path, std::string_view bytes, Sync sync) {
  const auto folder = Folder::open(parent_of(path));
  if (!folder) return fail(folder.error().fault, folder.error().message);
  if (auto created = folder->create(name_part(path), bytes, sync); !created) return pass(std::move(created));
  return {};
}

Result<void> make_folders(const std::string& path, Sync sync) {
  const std::string wanted = without_end_slashes(path);
  std::vector<std::string> missing;
  for (std::string at = wanted; !is_folder(at) && at != "."; at = without_end_slashes(parent_of(at)))
    missing.push_back(at);
  std::reverse(missing.begin(), missing.end());
  for (const std::string& folder : missing) {
    if (::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST)
      return fail(Fault::local_io, "cannot create the folder " + folder + ": " + std::strerror(errno));
    if (sync == Sync::no) continue;
    const auto parent = Folder::open(parent_of(folder));
    if (!parent) return fail(Fault::local_io, parent.error().message);
    if (auto synced = parent->sync(); !synced) return synced;
  }
  if (!is_folder(wanted)) return fail(Fault::local_io, wanted + " is not a folder");
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
