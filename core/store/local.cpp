#include "core/base/folder.hpp"
#include "core/base/percent.hpp"
#include "core/base/strings.hpp"
#include "core/crypto/sha256.hpp"
#include "core/store/store.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <mutex>
#include <set>
#include <thread>

namespace mesh::store {
namespace {

constexpr const char* kLayout = "oci-layout";
constexpr const char* kLockFile = ".mesh-lock";

// The content, and what the file system says of it: equal bytes written again are another state.
Token token_of(std::string_view bytes, const FileState& state) {
  return crypto::sha256_hex(bytes) + "-" + std::to_string(state.inode) + "-" + std::to_string(state.modified);
}

// Waits for a lock that others hold for milliseconds; not for ever, as its holder may be stopped. usage where
// the file system has no such lock.
Result<void> wait_for(int fd, const std::string& path) {
  using namespace std::chrono_literals;
  constexpr auto kPatience = 60s;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (auto pause = 1ms; ::flock(fd, LOCK_EX | LOCK_NB) != 0; pause = std::min(pause * 2, 16ms)) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK)
      return fail(has_no_locks(errno) ? Fault::usage : Fault::local_io,
                  "cannot lock " + path + ": " + std::strerror(errno));
    if (std::chrono::steady_clock::now() > deadline)
      return fail(Fault::temporary, "another process holds the lock on " + path);
    std::this_thread::sleep_for(pause);
  }
  return {};
}

// Lets go of a lock by itself: a descriptor that fails to close would hold it as long as the process lives.
class Held {
 public:
  Held() = default;
  explicit Held(int fd) : fd_(fd) {}
  Held(Held&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Held& operator=(Held&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Held() {
    if (fd_ >= 0) ::flock(fd_, LOCK_UN);
  }

 private:
  int fd_ = -1;
};

struct LockedFile {
  Descriptor fd;
  Held held;
};

Result<LockedFile> locked_file(const Folder& folder, const char* name, int create) {
  const auto opened = [&](int flags) {
    return uninterrupted([&] {
      return ::openat(folder.descriptor(), name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    });
  };
  // Some file systems lock only what is open for writing.
  int fd = opened(O_RDWR | create);
  if (fd < 0 && (errno == EACCES || errno == EPERM || errno == EROFS)) fd = opened(O_RDONLY);
  if (fd < 0)
    return fail(errno == ENOENT ? Fault::not_found : Fault::local_io,
                "cannot open " + folder.path_of(name) + ": " + std::strerror(errno));
  Descriptor file(fd);
  if (auto waited = wait_for(fd, folder.path_of(name)); !waited) return pass(std::move(waited));
  return LockedFile{std::move(file), Held(fd)};
}

// Nobody else swaps or removes an object of this folder while it lives.
struct Lock {
  Held folder;
  LockedFile instead_of_folder;
  LockedFile layout;
};

Result<Lock> lock(const Folder& folder) {
  Lock lock;
  // The folder itself, so that two writers exclude each other whether or not there is an `oci-layout` yet.
  if (auto locked = wait_for(folder.descriptor(), folder.path()); locked) {
    lock.folder = Held(folder.descriptor());
  } else if (locked.error().fault == Fault::usage) {
    auto file = locked_file(folder, kLockFile, O_CREAT);
    if (!file) return pass(std::move(file));
    lock.instead_of_folder = std::move(*file);
  } else {
    return pass(std::move(locked));
  }
  // And the product's lock as other programs know it.
  auto layout = locked_file(folder, kLayout, 0);
  if (!layout && layout.error().fault != Fault::not_found) return pass(std::move(layout));
  if (layout) lock.layout = std::move(*layout);
  return lock;
}

class LocalStore final : public Store {
 public:
  explicit LocalStore(std::string path) : root_(path.empty() ? "." : std::move(path)) {}

  std::string url() const override;
  Result<Object> get(std::string_view key, uint64_t limit) override;
  Result<Created> create(std::string_view key, std::string_view bytes, const Put& put) override;
  Result<Token> swap(std::string_view key, const std::optional<Token>& expected, std::string_view bytes,
                     const Put& put) override;
  Result<std::vector<std::string>> list(std::string_view prefix) override;
  Result<std::vector<std::string>> top_folders() override;
  Result<void> remove(std::string_view key) override;

 private:
  Result<Folder> folder_for_reading(std::string_view path) const;
  Result<Folder> folder_for_writing(std::string_view path);

  std::string root_;
  std::mutex mutex_;
  std::set<std::string, std::less<>> swept_;  // under mutex_
};

std::string LocalStore::url() const {
  return (root_.starts_with('/') ? "file://" : "file:") + percent_encoded(root_, "/!$&'()*+,;=:@");
}

Result<Folder> LocalStore::folder_for_reading(std::string_view path) const {
  auto root = Folder::open(root_);
  if (!root) return root;
  return root->open_below(path);
}

Result<Folder> LocalStore::folder_for_writing(std::string_view path) {
  if (auto made = make_folders(root_, Sync::yes); !made) return pass(std::move(made));
  auto root = Folder::open(root_);
  auto folder = root ? root->make_below(path, Sync::yes) : std::move(root);
  if (!folder) {
    folder.error().fault = Fault::local_io;
    return folder;
  }
  const std::lock_guard guard(mutex_);
  if (swept_.emplace(path).second) folder->sweep();
  return folder;
}

Result<Object> LocalStore::get(std::string_view key, uint64_t limit) {
  if (auto good = check_key(key); !good) return pass(std::move(good));
  const auto folder = folder_for_reading(folder_part(key));
  if (!folder) return fail(folder.error().fault, folder.error().message);
  auto file = folder->read(name_part(key), limit);
  if (!file) return pass(std::move(file));
  Token token = token_of(file->bytes, file->state);
  return Object{std::move(file->bytes), std::move(token)};
}

// What is there is there for good: synced, in case its creator was killed before it did so.
static Result<Created> found(const Folder& folder, std::string_view name) {
  if (auto synced = folder.sync_file(name); !synced) return pass(std::move(synced));
  if (auto synced = folder.sync(); !synced) return pass(std::move(synced));
  return Created::already_there;
}

Result<Created> LocalStore::create(std::string_view key, std::string_view bytes, const Put&) {
  if (auto good = check_key(key); !good) return pass(std::move(good));
  const auto folder = folder_for_writing(folder_part(key));
  if (!folder) return fail(folder.error().fault, folder.error().message);
  const std::string_view name = name_part(key);
  const auto kind = folder->kind(name);
  if (!kind) return fail(kind.error().fault, kind.error().message);
  if (*kind == FileKind::file) return found(*folder, name);
  if (*kind != FileKind::absent)
    return fail(Fault::local_io, folder->path_of(name) + " is there already and is not a regular file");
  if (auto created = folder->create(name, bytes, Sync::yes); !created) {
    if (created.error().fault == Fault::exists) return found(*folder, name);
    return pass(std::move(created));
  }
  return Created::now;
}

Result<Token> LocalStore::swap(std::string_view key, const std::optional<Token>& expected,
                               std::string_view bytes, const Put&) {
  if (auto good = check_key(key); !good) return pass(std::move(good));
  // An object that must be there is not looked for by making its folders.
  auto folder = expected ? folder_for_reading(folder_part(key)) : folder_for_writing(folder_part(key));
  const auto lost = [&](std::string_view why) {
    std::string message = "`";
    message.append(printable(key)).append("` ").append(why);
    return fail(Fault::conflict, std::move(message));
  };
  if (!folder && expected && folder.error().fault == Fault::not_found) return lost("is gone");
  if (!folder) return pass(std::move(folder));
  const auto held = lock(*folder);
  if (!held) return fail(held.error().fault, held.error().message);
  const std::string_view name = name_part(key);
  if (!expected) {
    auto created = folder->create(name, bytes, Sync::yes);
    if (!created && created.error().fault == Fault::exists) return lost("is there already");
    if (!created) return pass(std::move(created));
    return token_of(bytes, *created);
  }
  const auto current = folder->read(name, UINT64_MAX);
  if (!current && current.error().fault == Fault::not_found) return lost("is gone");
  if (!current) return fail(current.error().fault, current.error().message);
  if (token_of(current->bytes, current->state) != *expected) return lost("was changed by somebody else");
  folder->sweep();
  auto replaced = folder->replace(name, bytes, Sync::yes, current->state.modified);
  if (!replaced) return pass(std::move(replaced));
  return token_of(bytes, *replaced);
}

// Appends the keys in `folder`, all of which start with `path`; what could not be a key is none.
static Result<void> collect(const Folder& folder, const std::string& path, std::string_view prefix,
                            std::vector<std::string>& keys) {
  auto entries = folder.entries();
  if (!entries) return pass(std::move(entries));
  for (const FolderEntry& entry : *entries) {
    const std::string key = path + entry.name;
    if (!check_key(key)) continue;
    if (entry.kind == FileKind::file && key.starts_with(prefix)) keys.push_back(key);
    if (entry.kind != FileKind::folder) continue;
    const std::string inside = key + "/";
    if (!inside.starts_with(prefix) && !prefix.starts_with(inside)) continue;
    const auto below = folder.open_below(entry.name);
    if (!below && below.error().fault == Fault::not_found) continue;  // removed meanwhile
    if (!below) return fail(below.error().fault, below.error().message);
    if (auto collected = collect(*below, inside, prefix, keys); !collected) return collected;
  }
  return {};
}

Result<std::vector<std::string>> LocalStore::list(std::string_view prefix) {
  if (auto good = check_prefix(prefix); !good) return pass(std::move(good));
  std::vector<std::string> keys;
  const std::string_view start = folder_part(prefix);
  const auto folder = folder_for_reading(start);
  if (!folder && folder.error().fault == Fault::not_found) return keys;
  if (!folder) return fail(folder.error().fault, folder.error().message);
  const std::string path = start.empty() ? "" : std::string(start) + "/";
  if (auto collected = collect(*folder, path, prefix, keys); !collected) return pass(std::move(collected));
  std::sort(keys.begin(), keys.end());
  return keys;
}

Result<std::vector<std::string>> LocalStore::top_folders() {
  std::vector<std::string> names;
  const auto root = folder_for_reading("");
  if (!root && root.error().fault == Fault::not_found) return names;
  if (!root) return fail(root.error().fault, root.error().message);
  auto entries = root->entries();
  if (!entries) return pass(std::move(entries));
  for (FolderEntry& entry : *entries)
    if (entry.kind == FileKind::folder && check_key(entry.name)) names.push_back(std::move(entry.name));
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> LocalStore::remove(std::string_view key) {
  if (auto good = check_key(key); !good) return good;
  auto folder = folder_for_reading(folder_part(key));
  if (!folder && folder.error().fault == Fault::not_found) return {};
  if (!folder) return pass(std::move(folder));
  const auto held = lock(*folder);
  if (!held) return fail(held.error().fault, held.error().message);
  return folder->remove(name_part(key), Sync::yes);
}

}  // namespace

std::unique_ptr<Store> local_store(std::string path) { return std::make_unique<LocalStore>(std::move(path)); }

}  // namespace mesh::store
