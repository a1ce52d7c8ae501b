#include "core/publish/journal.hpp"

#include "core/base/folder.hpp"
#include "core/base/strings.hpp"
#include "core/crypto/sha256.hpp"
#include "core/oci/descriptor.hpp"
#include "core/trust/pins.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <ctime>
#include <optional>

namespace mesh::publish {
namespace {

constexpr int64_t kLifetime = 24 * 60 * 60;
constexpr uint64_t kMaxBytes = 16u << 20;
constexpr std::string_view kEnding = ".journal";

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value = 0;
  const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Journal::Journal(const std::string& folder, std::string target, const Identity& identity, std::string release,
                 std::function<int64_t()> seconds)
    : about_(trust::place_of(target) + "\n" + identity.prefix() + "\n" + release),
      seconds_(std::move(seconds)) {
  if (folder.empty()) return;
  folder_ = folder + "/publish";
  path_ = folder_ + "/" + crypto::sha256_hex(about_) + std::string(kEnding);
}

// Its last word says that the line is whole, and of this release at this target.
std::string Journal::line_of(const std::string& digest, uint64_t counter, int64_t at) const {
  const std::string words = digest + " " + std::to_string(counter) + " " + std::to_string(at);
  return words + " " + crypto::sha256_hex(about_ + "\n" + words).substr(0, 16);
}

std::map<std::string, uint64_t> Journal::read() const {
  std::map<std::string, uint64_t> known;
  if (path_.empty()) return known;
  const auto bytes = read_file(path_, kMaxBytes);
  if (!bytes) return known;
  const int64_t now = seconds_();
  for (const std::string_view line : split(*bytes, '\n')) {
    const auto words = split(line, ' ');
    if (words.size() != 4 || !oci::is_digest(words[0])) continue;
    const auto counter = number<uint64_t>(words[1]);
    const auto at = number<int64_t>(words[2]);
    if (!counter || !at || line != line_of(std::string(words[0]), *counter, *at)) continue;
    if (*at <= now && now - *at < kLifetime) known.insert_or_assign(std::string(words[0]), *counter);
  }
  return known;
}

void Journal::add(const std::string& digest, uint64_t counter) const {
  if (path_.empty() || !make_folders(folder_)) return;
  const int fd =
      ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (fd < 0) return;
  const std::string line = line_of(digest, counter, seconds_()) + "\n";
  [[maybe_unused]] const ssize_t written = ::write(fd, line.data(), line.size());
  ::close(fd);
}

bool Journal::exists() const { return !path_.empty() && ::access(path_.c_str(), F_OK) == 0; }

void Journal::remove() const {
  if (!path_.empty()) ::unlink(path_.c_str());
}

void Journal::sweep(const std::string& folder) {
  if (folder.empty()) return;
  const auto journals = Folder::open(folder + "/publish");
  const auto entries = journals ? journals->entries() : Result<std::vector<FolderEntry>>{};
  if (!journals || !entries) return;
  const std::time_t now = std::time(nullptr);
  for (const FolderEntry& entry : *entries) {
    struct stat about {};
    if (entry.kind == FileKind::file && entry.name.ends_with(kEnding) &&
        ::fstatat(journals->descriptor(), entry.name.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0 &&
        now - about.st_mtime > kLifetime)
      ::unlinkat(journals->descriptor(), entry.name.c_str(), 0);
  }
}

}  // namespace mesh::publish
