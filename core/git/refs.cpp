#include "core/git/refs.hpp"

#include "core/base/folder.hpp"
#include "core/base/strings.hpp"
#include "core/base/vectors.hpp"

#include <algorithm>

namespace mesh::git {
namespace {

constexpr uint64_t kPackedRefs = 1 << 28;  // a line per ref
constexpr int kMostSymbolic = 5;           // refs that name refs, as git allows
constexpr int kMostFolders = 32;           // nested, of refs

// A name that cannot lead out of the repository: git allows no part that starts with a dot.
bool is_ref_name(std::string_view name) {
  if (!name.starts_with("refs/")) return false;
  for (const std::string_view part : split(name, '/'))
    if (part.empty() || part.starts_with('.')) return false;
  return std::none_of(name.begin(), name.end(),
                      [](unsigned char c) { return c <= 0x20 || c == 0x7f || c == '\\'; });
}

// HEAD, FETCH_HEAD, ORIG_HEAD, …: files of their own beside the refs.
bool is_pseudo_ref(std::string_view name) {
  return name.ends_with("HEAD") &&
         std::ranges::all_of(name, [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
}

bool is_of_one_work_tree(std::string_view name) {
  return is_pseudo_ref(name) || name.starts_with("refs/bisect/") || name.starts_with("refs/worktree/") ||
         name.starts_with("refs/rewritten/");
}

std::optional<ObjectId> lower_case_id(std::string_view text) {
  const auto id = parse_id(text);
  return id && id->hex() == text ? id : std::nullopt;
}

std::string_view short_name(std::string_view ref) {
  for (const std::string_view start : {"refs/heads/", "refs/tags/", "refs/remotes/", "refs/"})
    if (ref.starts_with(start)) return ref.substr(start.size());
  return ref;
}

void list_loose(const Folder& folder, const std::string& ref, size_t most, std::vector<std::string>& names) {
  struct Open {
    Folder folder;
    std::string ref;
  };
  std::vector<Open> open;
  if (auto below = folder.open_below(ref)) open.push_back({std::move(*below), ref});
  while (!open.empty() && names.size() < most) {
    const Open at = std::move(open.back());
    open.pop_back();
    const auto entries = at.folder.entries();
    if (!entries) continue;
    for (const FolderEntry& entry : *entries) {
      std::string name = at.ref + "/" + entry.name;
      if (entry.kind == FileKind::file) {
        if (is_ref_name(name) && !name.ends_with(".lock")) names.push_back(std::move(name));
      } else if (entry.kind == FileKind::folder && open.size() < 1'000 &&
                 std::ranges::count(name, '/') < kMostFolders) {
        if (auto below = at.folder.open_below(entry.name))
          open.push_back({std::move(*below), std::move(name)});
      }
    }
  }
}

}  // namespace

std::optional<std::string> Refs::text_of(std::string_view ref) const {
  const std::string& place = is_of_one_work_tree(ref) ? layout_.own : layout_.common;
  // FETCH_HEAD may have a line for each branch that was fetched.
  return content(from(place, ref), is_pseudo_ref(ref) && ref != "HEAD" ? 1u << 20 : kSmallFile);
}

std::optional<std::string> Refs::symbolic(std::string_view ref) const {
  const auto text = text_of(ref);
  if (!text || !trim(*text).starts_with("ref:")) return std::nullopt;
  std::string name(trim(trim(*text).substr(4)));
  if (!is_ref_name(name)) return std::nullopt;
  return name;
}

std::optional<ObjectId> Refs::read(std::string_view ref) const {
  std::string name(ref);
  for (int depth = 0; depth < kMostSymbolic; ++depth) {
    if (!is_pseudo_ref(name) && !is_ref_name(name)) return std::nullopt;
    const auto text = text_of(name);
    if (!text) return packed(name);
    const std::string_view line = trim(*text);
    if (line.starts_with("ref:")) {
      name = std::string(trim(line.substr(4)));
      if (!is_ref_name(name)) return std::nullopt;
      continue;
    }
    if (name == "HEAD" || !is_pseudo_ref(name)) return lower_case_id(line);
    return lower_case_id(line.substr(0, line.find_first_of(" \t\r\n")));
  }
  return std::nullopt;
}

const std::string& Refs::packed_text() const {
  if (!packed_) packed_ = content(from(layout_.common, "packed-refs"), kPackedRefs).value_or("");
  return *packed_;
}

// Lines of "<id> <name>"; the last of equal names cannot be: git writes them sorted and unique.
std::optional<ObjectId> Refs::packed(std::string_view ref) const {
  const std::string& text = packed_text();
  const std::string wanted = " " + std::string(ref);
  for (size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) {
    const size_t end = at + wanted.size();
    if (end < text.size() && text[end] != '\n' && text[end] != '\r') continue;
    const size_t newline = text.rfind('\n', at);
    const size_t start = newline == std::string::npos ? 0 : newline + 1;
    if (const auto id = lower_case_id(std::string_view(text).substr(start, at - start))) return id;
  }
  return std::nullopt;
}

std::optional<ObjectId> Refs::find(std::string_view name) const {
  if (is_pseudo_ref(name))
    if (auto id = read(name)) return id;
  for (const std::string_view start : {"", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"}) {
    const std::string whole = std::string(start) + std::string(name);
    if (!is_ref_name(whole)) continue;
    if (auto id = read(whole)) return id;
  }
  const std::string head = "refs/remotes/" + std::string(name) + "/HEAD";
  return is_ref_name(head) ? read(head) : std::nullopt;
}

std::vector<std::string> Refs::short_names(size_t most) const {
  std::vector<std::string> names;
  if (const auto folder = Folder::open(layout_.common)) list_loose(*folder, "refs", most, names);
  for (const std::string_view line : split(packed_text(), '\n')) {
    if (names.size() >= most) break;
    const size_t space = line.find(' ');
    if (space == line.npos || line[0] == '#') continue;
    const std::string_view name = trim(line.substr(space + 1));
    if (is_ref_name(name)) names.emplace_back(name);
  }
  for (std::string& name : names) name = std::string(short_name(name));
  std::ranges::sort(names);
  drop_repeated(names);
  return names;
}

}  // namespace mesh::git
