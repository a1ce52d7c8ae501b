#include "core/publish/pull.hpp"

#include "core/base/folder.hpp"
#include "core/base/strings.hpp"
#include "core/model/version.hpp"
#include "core/publish/lifecycle.hpp"
#include "core/publish/release.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

namespace mesh::publish {
namespace {

namespace fs = std::filesystem;

// `^1.2.3`: up to the next major (below 1.0.0: minor, below 0.1.0: patch); `~1.2.3`: up to the next minor.
// Parts may be left out from the right: `^1` and `~1` are every 1.x.y.
struct Range {
  model::Version from;
  int fixed = 1;  // of major, minor, patch: how many leading ones must be equal

  bool holds(const model::Version& version) const {
    if (!version.prerelease.empty()) return false;
    if (version.major != from.major || (fixed > 1 && version.minor != from.minor) ||
        (fixed > 2 && version.patch != from.patch))
      return false;
    return model::by_precedence(version, from) >= 0;
  }
};

bool is_range(std::string_view text) { return text.starts_with('^') || text.starts_with('~'); }

std::optional<Range> parse_range(std::string_view text) {
  const bool caret = text.starts_with('^');
  std::string version(text.substr(1));
  const int parts = static_cast<int>(std::ranges::count(version, '.')) + 1;
  for (int i = parts; i < 3; ++i) version += ".0";
  auto from = model::parse_version(version);
  if (!from) return std::nullopt;
  Range range{std::move(*from), 1};
  if (!caret)
    range.fixed = std::min(parts, 2);
  else if (range.from.major == "0" && parts > 1)
    range.fixed = range.from.minor == "0" && parts > 2 ? 3 : 2;
  return range;
}

const oci::Descriptor* newest_in(const oci::Index& index, const Range& range) {
  const auto releases = releases_of(index);
  for (auto at = releases.rbegin(); at != releases.rend(); ++at) {
    const auto version = model::parse_tag(tag_of(**at));
    if (version && !is_yanked(**at) && range.holds(*version)) return *at;
  }
  return nullptr;
}

const oci::Descriptor* entry_for(const oci::Index& index, const std::string& version) {
  if (version.empty() || version == model::kLatestTag)
    return index.find(index.head.empty() ? newest(index) : index.head);
  if (version == model::kSnapshotTag) return index.find(model::kSnapshotTag);
  if (oci::is_digest(version)) {
    for (const oci::Descriptor* release : releases_of(index))
      if (release->digest == version) return release;
    return nullptr;
  }
  if (is_range(version)) return newest_in(index, *parse_range(version));
  return index.find(model::parse_version(version)->tag());
}

std::map<std::string, std::string> expected(const Fetched& fetched) {
  return {fetched.files.begin(), fetched.files.end()};
}

// Whether the folder holds these files and nothing else.
bool holds_exactly(const std::string& folder, const Fetched& fetched) {
  auto missing = expected(fetched);
  std::error_code fault;
  for (fs::recursive_directory_iterator at(folder, fault), end; !fault && at != end; at.increment(fault)) {
    if (at->is_directory(fault) && !at->is_symlink(fault)) continue;
    const auto found = missing.find(at->path().lexically_relative(folder).generic_string());
    if (found == missing.end() || at->is_symlink(fault)) return false;
    const auto bytes = read_file(at->path().string(), found->second.size());
    if (!bytes || *bytes != found->second) return false;
    missing.erase(found);
  }
  return !fault && missing.empty();
}

// A folder beside the one to be, removed with all in it unless it was renamed into place.
struct Draft {
  std::string path;
  ~Draft() {
    std::error_code ignored;
    if (!path.empty()) fs::remove_all(path, ignored);
  }
};

Result<void> write_files(const std::string& path, const Fetched& fetched) {
  auto folder = Folder::open(path);
  if (!folder) return pass(std::move(folder));
  for (const auto& [title, bytes] : fetched.files) {
    auto home = folder->make_below(folder_part(title), Sync::no);
    if (!home) return pass(std::move(home));
    if (auto created = home->create(name_part(title), bytes, Sync::no); !created)
      return pass(std::move(created));
  }
  return {};
}

Result<std::string> made_draft(const std::string& folder) {
  const fs::path parent = fs::path(folder).parent_path();
  if (!parent.empty())
    if (auto made = make_folders(parent.string()); !made) return pass(std::move(made));
  std::string name = (parent / ".mesh-pull-XXXXXX").string();
  if (!::mkdtemp(name.data())) return system_failure("cannot create a folder beside " + folder, errno);
  // mkdtemp makes it for the owner alone; the result is an ordinary folder.
  const mode_t mask = ::umask(0);
  ::umask(mask);
  ::chmod(name.c_str(), 0777 & ~mask);
  return name;
}

// A folder that cannot be made is no release that is missing.
tl::unexpected<Error> unwritable(Error error) {
  error.fault = Fault::local_io;
  return tl::unexpected(std::move(error));
}

// The folder itself, however it is written: a link is followed, a `/` at the end does not count.
std::string real_path(const std::string& folder) {
  std::error_code fault;
  fs::path path = fs::canonical(folder, fault);
  if (!fault) return path.string();
  path = fs::path(folder).lexically_normal();
  return path.has_filename() ? path.string() : path.parent_path().string();
}

}  // namespace

Result<Wanted> parse_wanted(std::string_view text) {
  const size_t at = text.find('@');
  auto identity = parse_identity(text.substr(0, at));
  if (!identity) return pass(std::move(identity));
  Wanted wanted{std::move(*identity), at == text.npos ? "" : std::string(text.substr(at + 1))};
  const std::string& version = wanted.version;
  const bool known =
      (at == text.npos) || version == model::kLatestTag || version == model::kSnapshotTag ||
      oci::is_digest(version) ||
      (is_range(version) ? parse_range(version).has_value() : model::parse_version(version).has_value());
  if (!known)
    return fail(Fault::usage, "`" + printable(version) + "` is not a version that can be asked for",
                "write 1.2.0, ^1.2, ~1.2.0, latest, snapshot, or sha256: and 64 hexadecimal digits");
  return wanted;
}

Result<oci::Descriptor> choose(const oci::Index& index, const Wanted& wanted) {
  const std::string name = "`" + wanted.identity.prefix() + "`";
  const oci::Descriptor* const entry = entry_for(index, wanted.version);
  if (entry && is_release(*entry)) return *entry;
  if (entry) return fail(Fault::corrupt, "the entry of " + name + " is not a release");
  const bool newest_one = wanted.version == model::kLatestTag;
  if ((newest_one || wanted.version.empty()) && !index.head.empty())
    return fail(Fault::corrupt,
                "the head `" + printable(index.head) + "` of " + name + " is not among its releases",
                "`mesh verify` tells what else is wrong; a version can be asked for by its number");
  return no_such_version(index, wanted.identity, newest_one ? "" : wanted.version);
}

Result<Fetched> fetch(store::Store& store, const Wanted& wanted,
                      const std::function<Result<void>(const oci::Index&)>& check) {
  auto stored = read_stored(store, wanted.identity);
  if (!stored) return pass(std::move(stored));
  if (!*stored) return no_such_product(store, wanted.identity);
  if (check)
    if (auto good = check((*stored)->index); !good) return pass(std::move(good));
  auto entry = choose((*stored)->index, wanted);
  if (!entry) return pass(std::move(entry));
  auto manifest = read_release(store, wanted.identity, *entry);
  if (!manifest) return pass(std::move(manifest));
  Fetched fetched{wanted.identity, std::move(*entry), {}};
  fetched.warnings = warnings_of((*stored)->index, fetched.entry);
  for (const oci::Descriptor& layer : manifest->layers) {
    auto bytes = read_blob(store, wanted.identity, layer, kMaxFile);
    if (!bytes) return pass(std::move(bytes));
    fetched.files.emplace_back(oci::title_of(layer), std::move(*bytes));
  }
  std::ranges::sort(fetched.files);
  return fetched;
}

Result<Written> write_folder(const Fetched& fetched, const std::string& folder) {
  const std::string path = real_path(folder);
  std::error_code fault;
  const fs::file_status status = fs::symlink_status(path, fault);
  const std::string shown = "`" + printable(folder) + "`";
  if (fs::is_directory(status)) {
    if (holds_exactly(path, fetched)) return Written::equal_already;
    if (!fs::is_empty(path, fault) || fault)
      return fail(Fault::exists, shown + " is there already, with other content",
                  "name another folder, or remove it");
    if (fs::equivalent(path, ".", fault))
      return fail(Fault::usage, shown + " is the folder you are in", "name a new folder in it");
  } else if (fs::exists(status) || fs::is_symlink(status)) {
    return fail(Fault::exists, shown + " is there already, and is not a folder");
  }
  auto made = made_draft(path);
  if (!made) return unwritable(std::move(made).error());
  Draft draft{std::move(*made)};
  if (auto written = write_files(draft.path, fetched); !written)
    return unwritable(std::move(written).error());
  if (::rename(draft.path.c_str(), path.c_str()) != 0)
    return unwritable(system_failure("cannot put " + shown + " in place", errno).value());
  draft.path.clear();
  return Written::now;
}

}  // namespace mesh::publish
