#include "core/scaffold/write.hpp"

#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/scaffold/made.hpp"
#include "core/scaffold/render.hpp"
#include "core/scaffold/signals.hpp"

#include <sys/stat.h>

#include <map>
#include <optional>

namespace mesh::scaffold {
namespace {

std::string parent_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return "";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Whether anything has this name, be it a link that leads nowhere.
bool is_something(const std::string& path) {
  struct stat about {};
  return ::lstat(path.c_str(), &about) == 0;
}

Result<void> check_paths(const std::vector<File>& files) {
  std::map<std::string, std::string_view> seen;  // lower case → as planned
  for (const File& file : files) {
    if (auto checked = check_path(file.path); !checked) return checked;
    const auto [twin, fresh] = seen.emplace(to_lower(file.path), file.path);
    if (!fresh)
      return fail(Fault::usage,
                  "`" + file.path + "` and `" + std::string(twin->second) + "` are one file on some systems");
  }
  return {};
}

// Without what comes to nothing: `a//b/./c/` is `a/b/c`, `.` is ``.
std::string tidy(const std::string& path) {
  std::string tidied = path.starts_with('/') ? "/" : "";
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (!tidied.empty() && !tidied.ends_with('/')) tidied += '/';
    tidied += part;
  }
  return tidied;
}

// Where the files go. `missing` is the topmost folder, relative to `base`, that all new files are in and that
// is not there yet: it is built beside its place and renamed into it.
struct Place {
  std::string base;     // a folder that is there
  std::string prefix;   // from the base to the root: "" or "new/mesh"
  std::string missing;  // "" when the files go into several folders that are there
};

std::string below(const std::string& prefix, const std::string& path) {
  return prefix.empty() ? path : prefix + "/" + path;
}

Place find_place(const std::string& root, const std::vector<const File*>& fresh) {
  Place place;
  place.base = tidy(root);
  while (!place.base.empty() && !is_folder(place.base)) {
    const size_t slash = place.base.rfind('/');
    const std::string part = place.base.substr(slash == std::string::npos ? 0 : slash + 1);
    place.prefix = place.prefix.empty() ? part : part + "/" + place.prefix;
    place.base = parent_of(place.base);
  }
  if (place.base.empty()) place.base = ".";
  // The longest folder common to all of them, then down from the base to the first part of it that is
  // missing.
  std::string common = parent_of(below(place.prefix, fresh.front()->path));
  for (const File* file : fresh)
    while (!common.empty() && !below(place.prefix, file->path).starts_with(common + "/"))
      common = parent_of(common);
  for (size_t end = 0; !common.empty() && end != std::string::npos;) {
    end = common.find('/', end + 1);
    const std::string at = common.substr(0, end);
    if (is_folder(place.base + "/" + at)) continue;
    place.missing = at;
    break;
  }
  return place;
}

Result<void> write_fresh(const std::string& root, const std::vector<const File*>& fresh) {
  const Place place = find_place(root, fresh);
  const auto base = Folder::open(place.base);
  if (!base) return tl::unexpected(base.error());
  const SignalsHeld held;  // lives longer than `made`: a signal finds everything taken back
  Made made(*base);
  std::string building;
  if (!place.missing.empty()) {
    auto sibling = made.sibling(place.missing);
    if (!sibling) return pass(std::move(sibling));
    building = *sibling;
  }
  for (const File* file : fresh) {
    if (signal_waits()) return fail(Fault::local_io, "interrupted");
    std::string path = below(place.prefix, file->path);
    if (!building.empty()) path = building + path.substr(place.missing.size());
    if (auto created = made.file(path, file->bytes); !created) return created;
  }
  if (!building.empty())
    if (auto renamed = made.rename(building, place.missing); !renamed) return renamed;
  made.keep();
  return {};
}

enum class Found : unsigned char { nothing, same, other };

// What is at the file's place, compared with what is to be there.
Result<Found> look(const Folder& root, const File& file) {
  auto at = root.open_below({});
  const auto parts = split(file.path, '/');
  for (size_t i = 0; at; ++i) {
    const auto kind = at->kind(parts[i]);
    if (!kind) return tl::unexpected(kind.error());
    if (*kind == FileKind::absent) return Found::nothing;
    if (i + 1 == parts.size()) {
      const auto there = at->read(parts[i], file.bytes.size());
      return there && there->bytes == file.bytes ? Found::same : Found::other;
    }
    if (*kind == FileKind::link)
      return fail(Fault::usage, "`" + printable(at->path_of(parts[i])) +
                                    "` is a link, and files are not written through links");
    if (*kind != FileKind::folder)
      return fail(Fault::usage, "`" + printable(at->path_of(parts[i])) + "` is not a folder");
    at = at->open_below(parts[i]);
  }
  return as_disk_failure(at.error());
}

}  // namespace

Result<std::vector<Outcome>> preview(const std::string& root, const std::vector<File>& files,
                                     Existing existing) {
  if (auto checked = check_paths(files); !checked) return pass(std::move(checked));
  std::vector<Outcome> outcomes;
  std::vector<std::string> obstacles;
  const std::string shown = tidy(root).empty() ? "." : tidy(root);
  std::optional<Folder> folder;
  if (is_folder(shown)) {
    auto opened = Folder::open(shown);
    if (!opened) return pass(std::move(opened));
    folder = std::move(*opened);
  } else if (is_something(shown)) {
    return fail(Fault::usage, "`" + printable(shown) + "` is not a folder");
  }
  for (const File& file : files) {
    Outcome outcome{file.path, true};
    if (folder) {
      const auto found = look(*folder, file);
      if (!found) return tl::unexpected(found.error());
      outcome.created = *found == Found::nothing;
      if (*found == Found::other && existing == Existing::refuse)
        obstacles.push_back("`" + printable(shown == "." ? file.path : below(shown, file.path)) + "`");
    }
    outcomes.push_back(std::move(outcome));
  }
  if (obstacles.empty()) return outcomes;
  return fail(Fault::exists,
              join(obstacles, ", ") + (obstacles.size() == 1 ? " exists" : " exist") + " already");
}

Result<std::vector<Outcome>> write(const std::string& root, const std::vector<File>& files,
                                   Existing existing) {
  auto outcomes = preview(root, files, existing);
  if (!outcomes) return outcomes;
  std::vector<const File*> fresh;
  for (size_t i = 0; i < files.size(); ++i)
    if ((*outcomes)[i].created) fresh.push_back(&files[i]);
  if (fresh.empty()) return outcomes;
  if (auto written = write_fresh(root, fresh); !written) return pass(std::move(written));
  return outcomes;
}

}  // namespace mesh::scaffold
