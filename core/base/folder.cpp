#include "core/base/folder.hpp"

#include "core/base/strings.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>

namespace mesh {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr std::string_view kDraftStart = ".mesh-";
constexpr std::string_view kDraftEnd = ".tmp";

// The world failed a write: whatever the reason, it is this machine's.
tl::unexpected<Error> io_failure(std::string_view doing, const std::string& path, int error) {
  return fail(Fault::local_io, std::string(doing) + " " + path + ": " + std::strerror(error));
}

tl::unexpected<Error> is_a_link(const std::string& path) {
  return fail(Fault::local_io, path + " is a symbolic link, and links are not followed here");
}

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::file;
  if (S_ISDIR(mode)) return FileKind::folder;
  return S_ISLNK(mode) ? FileKind::link : FileKind::other;
}

FileState state_of(const struct stat& about) {
  return {about.st_ino, int64_t{about.st_mtim.tv_sec} * kSecond + about.st_mtim.tv_nsec};
}

int64_t now() {
  struct timespec time {};
  ::clock_gettime(CLOCK_REALTIME, &time);
  return int64_t{time.tv_sec} * kSecond + time.tv_nsec;
}

// A new file under a hidden name beside its final one; gone unless it was put in place. Its lock, held until
// then, tells a sweeper that the writer lives.
class Draft {
 public:
  Draft(const Folder& folder, std::string_view target) : folder_(folder), target_(folder.path_of(target)) {}
  Draft(const Draft&) = delete;
  ~Draft() {
    if (!name_.empty()) ::unlinkat(folder_.descriptor(), name_.c_str(), 0);
  }

  Result<void> open();
  Result<void> write(std::string_view bytes, Sync sync, std::optional<mode_t> mode,
                     std::optional<int64_t> after);
  Result<void> link_to(const std::string& name);
  Result<void> rename_to(const std::string& name);
  Result<void> close();

  FileState state;

 private:
  Result<void> set_time(std::optional<int64_t> after);
  bool is_at(const std::string& name) const;
  tl::unexpected<Error> failure(std::string_view doing, int error) const {
    return io_failure(doing, target_, error);
  }

  const Folder& folder_;
  std::string target_;
  std::string name_;
  Descriptor fd_;
};

Result<void> Draft::open() {
  constexpr int kAttempts = 1000;
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  // The process id keeps writers apart, O_EXCL makes it certain; what a killed run left is stepped over.
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::string name = std::string(kDraftStart) + std::to_string(::getpid()) + "-" +
                             std::to_string(attempt) + std::string(kDraftEnd);
    Descriptor fd(uninterrupted([&] { return ::openat(folder_.descriptor(), name.c_str(), kFlags, 0666); }));
    if (!fd && errno == EEXIST) continue;
    if (!fd) return failure("cannot create", errno);
    // A sweeper may have met the file before it was locked: then it is the sweeper's, and the next name is
    // tried.
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) continue;
    struct stat about {};
    if (::fstat(fd.get(), &about) != 0) return failure("cannot create", errno);
    if (about.st_nlink == 0) continue;
    name_ = name;
    fd_ = std::move(fd);
    state = state_of(about);
    return {};
  }
  return failure("cannot create", EEXIST);
}

Result<void> Draft::set_time(std::optional<int64_t> after) {
  // The clock of a file system may tick in milliseconds or in two seconds: take the first step that it can
  // show.
  const int64_t earliest = now();
  for (const int64_t step : {int64_t{0}, int64_t{1}, int64_t{1000}, kSecond, 2 * kSecond}) {
    const int64_t time = after ? std::max(earliest, *after + step) : earliest;
    struct timespec times[2]{};
    times[0].tv_nsec = UTIME_OMIT;
    times[1].tv_sec = static_cast<time_t>(time / kSecond);
    times[1].tv_nsec = static_cast<long>(time % kSecond);
    if (::futimens(fd_.get(), times) != 0) return failure("cannot set the time of", errno);
    struct stat about {};
    if (::fstat(fd_.get(), &about) != 0) return failure("cannot write", errno);
    state = state_of(about);
    if (!after || state.modified > *after) return {};
  }
  return fail(Fault::local_io, "the file system does not keep the time of " + target_);
}

Result<void> Draft::write(std::string_view bytes, Sync sync, std::optional<mode_t> mode,
                          std::optional<int64_t> after) {
  if (mode && ::fchmod(fd_.get(), *mode) != 0) return failure("cannot set the mode of", errno);
  if (const int error = write_all(fd_.get(), bytes); error != 0) return failure("cannot write", error);
  if (auto set = set_time(after); !set) return set;
  if (sync == Sync::no) return close();  // some file systems tell of a failed write only here
  if (uninterrupted([&] { return ::fsync(fd_.get()); }) != 0) return failure("cannot sync", errno);
  return {};
}

bool Draft::is_at(const std::string& name) const {
  struct stat about {};
  return ::fstatat(folder_.descriptor(), name.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0 &&
         about.st_ino == state.inode;
}

// link() fails where something is; rename() would not.
Result<void> Draft::link_to(const std::string& name) {
  const int folder = folder_.descriptor();
  int error = ::linkat(folder, name_.c_str(), folder, name.c_str(), 0) == 0 ? 0 : errno;
  // A network file system may say so of a link that it has just made for us.
  if (error == EEXIST && is_at(name)) error = 0;
  if (error == EPERM || error == EOPNOTSUPP || error == ENOSYS || error == EMLINK) {
    // A file system without hard links.
    if (::renameat2(folder, name_.c_str(), folder, name.c_str(), RENAME_NOREPLACE) == 0) {
      name_.clear();
      return {};
    }
    error = errno;
  }
  if (error == EEXIST) return fail(Fault::exists, target_ + " exists already");
  if (error != 0) return failure("cannot create", error);
  const std::string draft = std::exchange(name_, {});
  if (::unlinkat(folder, draft.c_str(), 0) != 0 && errno != ENOENT)
    return io_failure("cannot remove", folder_.path_of(draft), errno);
  return {};
}

Result<void> Draft::rename_to(const std::string& name) {
  const int folder = folder_.descriptor();
  if (::renameat(folder, name_.c_str(), folder, name.c_str()) != 0) return failure("cannot replace", errno);
  name_.clear();
  return {};
}

Result<void> Draft::close() {
  if (!fd_) return {};
  if (const int error = fd_.close(); error != 0) return failure("cannot close", error);
  return {};
}

}  // namespace

bool has_no_locks(int error) {
  return error == EBADF || error == EINVAL || error == ENOLCK || error == EOPNOTSUPP || error == ENOSYS;
}

std::string_view folder_part(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string_view name_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string Folder::path_of(std::string_view name) const {
  if (path_ == ".") return std::string(name);
  return path_ + (path_.ends_with('/') ? "" : "/") + std::string(name);
}

Result<Folder> Folder::open(const std::string& path) {
  Descriptor fd(uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!fd) return system_failure("cannot open " + path, errno);
  return Folder(std::move(fd), path);
}

Result<Folder> Folder::step(std::string_view name) const {
  const std::string part(name);
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  Descriptor fd(uninterrupted([&] { return ::openat(fd_.get(), part.c_str(), kFlags); }));
  if (fd) return Folder(std::move(fd), path_of(part));
  const int error = errno;
  struct stat about {};
  if ((error == ENOTDIR || error == ELOOP) &&
      ::fstatat(fd_.get(), part.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(about.st_mode))
    return is_a_link(path_of(part));
  return system_failure("cannot open " + path_of(part), error);
}

Result<Folder> Folder::open_below(std::string_view relative) const {
  if (relative.empty()) {
    auto same = step(".");
    if (same) same->path_ = path_;
    return same;
  }
  const std::vector<std::string_view> parts = split(relative, '/');
  auto at = step(parts.front());
  for (size_t i = 1; i < parts.size() && at; ++i) at = at->step(parts[i]);
  return at;
}

Result<Folder> Folder::make_below(std::string_view relative, Sync sync) const {
  auto at = open_below({});
  if (relative.empty()) return at;
  for (const std::string_view part : split(relative, '/')) {
    if (!at) return at;
    auto next = at->step(part);
    if (!next && next.error().fault == Fault::not_found) {
      const std::string name(part);
      // Somebody else may make it first, and not have synced it yet.
      if (::mkdirat(at->descriptor(), name.c_str(), 0777) != 0 && errno != EEXIST)
        return io_failure("cannot create the folder", at->path_of(name), errno);
      if (sync == Sync::yes)
        if (auto synced = at->sync(); !synced) return pass(std::move(synced));
      next = at->step(part);
      if (!next) next.error().fault = Fault::local_io;
    }
    at = std::move(next);
  }
  return at;
}

Result<FileKind> Folder::kind(std::string_view name) const {
  struct stat about {};
  if (::fstatat(fd_.get(), std::string(name).c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0)
    return kind_of(about.st_mode);
  if (errno == ENOENT) return FileKind::absent;
  return io_failure("cannot read", path_of(name), errno);
}

Result<std::vector<FolderEntry>> Folder::entries() const {
  // A descriptor of its own: the place in the listing belongs to the open file.
  Descriptor fd(uninterrupted([&] { return ::openat(fd_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!fd) return system_failure("cannot list " + path_, errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(fd.get()), &::closedir);
  if (!listing) return io_failure("cannot list", path_, errno);
  fd.release();
  std::vector<FolderEntry> found;
  for (;;) {
    errno = 0;
    const struct dirent* entry = ::readdir(listing.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    FolderEntry one{std::string(name), FileKind::other};
    if (entry->d_type == DT_UNKNOWN) {
      auto known = kind(name);
      if (!known) return pass(std::move(known));
      one.kind = *known;
    } else {
      one.kind = kind_of(DTTOIF(entry->d_type));
    }
    if (one.kind != FileKind::absent) found.push_back(std::move(one));
  }
  if (errno != 0) return io_failure("cannot list", path_, errno);
  return found;
}

Result<FileBytes> Folder::read(std::string_view name, uint64_t limit) const {
  const std::string path = path_of(name), part(name);
  // Without O_NONBLOCK a pipe in the place of a file would stop us for ever.
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  Descriptor fd(uninterrupted([&] { return ::openat(fd_.get(), part.c_str(), kFlags); }));
  if (!fd && errno == ELOOP) return is_a_link(path);
  if (!fd) return system_failure("cannot read " + path, errno);
  struct stat about {};
  if (::fstat(fd.get(), &about) != 0) return io_failure("cannot read", path, errno);
  if (S_ISDIR(about.st_mode)) return fail(Fault::not_found, path + " is a folder");
  if (!S_ISREG(about.st_mode)) return fail(Fault::local_io, path + " is not a regular file");
  const auto size = static_cast<uint64_t>(about.st_size);
  const auto too_large = [&] {
    return fail(Fault::corrupt, path + " is larger than " + std::to_string(limit) + " bytes");
  };
  if (size > limit) return too_large();
  auto bytes = read_to_end(fd.get(), size, limit);
  if (!bytes) return io_failure("cannot read", path, bytes.error());
  if (bytes->size() > limit) return too_large();
  return FileBytes{std::move(*bytes), state_of(about)};
}

Result<FileState> Folder::create(std::string_view name, std::string_view bytes, Sync sync) const {
  Draft draft(*this, name);
  if (auto opened = draft.open(); !opened) return pass(std::move(opened));
  if (auto written = draft.write(bytes, sync, {}, {}); !written) return pass(std::move(written));
  if (auto linked = draft.link_to(std::string(name)); !linked) return pass(std::move(linked));
  if (auto closed = draft.close(); !closed) return pass(std::move(closed));
  if (sync == Sync::yes)
    if (auto synced = this->sync(); !synced) return pass(std::move(synced));
  return draft.state;
}

Result<FileState> Folder::replace(std::string_view name, std::string_view bytes, Sync sync,
                                  std::optional<int64_t> after) const {
  const std::string part(name);
  struct stat old {};
  std::optional<mode_t> mode;
  if (::fstatat(fd_.get(), part.c_str(), &old, 0) == 0) mode = old.st_mode & 07777;
  Draft draft(*this, name);
  if (auto opened = draft.open(); !opened) return pass(std::move(opened));
  if (auto written = draft.write(bytes, sync, mode, after); !written) return pass(std::move(written));
  if (auto renamed = draft.rename_to(part); !renamed) return pass(std::move(renamed));
  if (auto closed = draft.close(); !closed) return pass(std::move(closed));
  if (sync == Sync::yes)
    if (auto synced = this->sync(); !synced) return pass(std::move(synced));
  return draft.state;
}

Result<void> Folder::remove(std::string_view name, Sync sync) const {
  if (::unlinkat(fd_.get(), std::string(name).c_str(), 0) != 0) {
    if (errno == ENOENT || errno == EISDIR) return {};
    return io_failure("cannot remove", path_of(name), errno);
  }
  return sync == Sync::yes ? this->sync() : Result<void>{};
}

Result<void> Folder::sync() const {
  if (uninterrupted([&] { return ::fsync(fd_.get()); }) != 0) return io_failure("cannot sync", path_, errno);
  return {};
}

Result<void> Folder::sync_file(std::string_view name) const {
  const std::string part(name);
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  Descriptor fd(uninterrupted([&] { return ::openat(fd_.get(), part.c_str(), kFlags); }));
  if (!fd) return io_failure("cannot open", path_of(name), errno);
  if (uninterrupted([&] { return ::fsync(fd.get()); }) != 0)
    return io_failure("cannot sync", path_of(name), errno);
  return {};
}

// Whether the name still stands for the open file: its writer may have put that in place and begun another.
static bool is_still(int folder, const char* name, int fd) {
  struct stat named {
  }, open{};
  return ::fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && ::fstat(fd, &open) == 0 &&
         named.st_ino == open.st_ino && named.st_dev == open.st_dev;
}

int Folder::lock() const {
  const int result = uninterrupted([&] { return ::flock(descriptor(), LOCK_EX); });
  return result == 0 || has_no_locks(errno) ? 0 : errno;
}

void Folder::sweep() const {
  const auto found = entries();
  if (!found) return;
  for (const FolderEntry& entry : *found) {
    if (entry.kind != FileKind::file || !entry.name.starts_with(kDraftStart) ||
        !entry.name.ends_with(kDraftEnd))
      continue;
    const Descriptor fd(
        ::openat(fd_.get(), entry.name.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0 && is_still(fd_.get(), entry.name.c_str(), fd.get()))
      ::unlinkat(fd_.get(), entry.name.c_str(), 0);
  }
}

}  // namespace mesh
