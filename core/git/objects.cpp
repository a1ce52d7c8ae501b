#include "core/git/objects.hpp"

#include "core/base/folder.hpp"
#include "core/base/strings.hpp"
#include "core/base/vectors.hpp"

#include <algorithm>

namespace mesh::git {
namespace {

constexpr size_t kMostFolders = 100;  // that a repository borrows from
constexpr size_t kMostPacks = 10'000;

tl::unexpected<Error> missing(const ObjectId& id) {
  return fail(Fault::not_found, "object " + id.hex() + " is not in the repository");
}

}  // namespace

Result<Objects> Objects::open(const Layout& layout, const Limits& limits) {
  const Config config = config_of(layout);
  Objects objects;
  objects.limits_ = limits;
  const std::string_view format = config.value("extensions.objectformat");
  if (!format.empty() && format != "sha1" && format != "sha256")
    return fail(Fault::usage, "the repository names its objects by `" + printable(format) +
                                  "`, and sha1 and sha256 are known");
  if (format == "sha256") objects.id_size_ = kSha256Size;
  objects.is_partial_ =
      !config.value("extensions.partialclone").empty() || config.any_true("remote.", ".promisor");
  if (auto added = objects.add_folder(from(layout.common, "objects")); !added) return pass(std::move(added));
  return objects;
}

// The folders that `info/alternates` names are added behind the others, so the list itself is the queue.
Result<void> Objects::add_folder(std::string first) {
  constexpr uint64_t kMostAlternates = 1u << 20;
  folders_.push_back(std::move(first));
  for (size_t i = 0; i < folders_.size(); ++i) {
    const std::string folder = folders_[i];
    if (const auto text = content(from(folder, "info/alternates"), kMostAlternates))
      for (const std::string_view line : split(*text, '\n')) {
        const std::string_view path = trim(line);
        if (path.empty() || path[0] == '#' || folders_.size() >= kMostFolders) continue;
        std::string other = from(folder, path);
        if (std::ranges::find(folders_, other) == folders_.end()) folders_.push_back(std::move(other));
      }
    const auto opened = Folder::open(from(folder, "pack"));
    if (!opened) continue;
    auto entries = opened->entries();
    if (!entries) return pass(std::move(entries));
    std::ranges::sort(*entries, {}, &FolderEntry::name);
    for (const FolderEntry& entry : *entries) {
      if (!entry.name.ends_with(".idx") || packs_.size() >= kMostPacks) continue;
      auto pack = Pack::open(opened->path_of(entry.name.substr(0, entry.name.size() - 4)), id_size_);
      // One that another process takes away just now is replaced by another.
      if (!pack && pack.error().fault == Fault::not_found) continue;
      if (!pack) return pass(std::move(pack));
      packs_.push_back(std::move(*pack));
    }
  }
  return {};
}

Result<void> Objects::spend(uint64_t bytes) {
  spent_ += bytes + 64;
  if (spent_ <= limits_.work) return {};
  return fail(Fault::corrupt, "reading the repository takes more work than any honest one needs",
              "`git fsck` and `git gc` may tell why");
}

Result<std::optional<Objects::Found>> Objects::find(const ObjectId& id) {
  for (size_t i = 0; i < packs_.size(); ++i) {
    // The last one first, then all in order.
    const size_t at = i == 0 ? last_ : i <= last_ ? i - 1 : i;
    auto offset = packs_[at].find(id);
    if (!offset) return pass(std::move(offset));
    if (!*offset) continue;
    last_ = at;
    return std::optional(Found{&packs_[at], **offset});
  }
  return std::nullopt;
}

bool Objects::has(const ObjectId& id) {
  const auto found = find(id);
  if (found && *found) return true;
  const std::string hex = id.hex();
  return std::ranges::any_of(folders_, [&](const std::string& folder) {
    return is_file(from(folder, hex.substr(0, 2) + "/" + hex.substr(2)));
  });
}

Result<std::optional<Object>> Objects::read_loose(const ObjectId& id) {
  const std::string hex = id.hex();
  for (const std::string& folder : folders_) {
    const std::string path = from(folder, hex.substr(0, 2) + "/" + hex.substr(2));
    const auto packed = content(path, limits_.object + (1u << 20));
    if (!packed) continue;
    constexpr size_t kHead = 32;
    std::string bytes;
    inflater_.start(static_cast<size_t>(limits_.object) + kHead);
    const auto state = inflater_.feed(*packed, bytes);
    if (auto paid = spend(bytes.size()); !paid) return pass(std::move(paid));
    if (state != Inflater::State::done) return fail(Fault::corrupt, printable(path) + " is broken");
    auto head = parse_loose_head(bytes);
    if (!head) return std::move(head).error().in(printable(path));
    if (head->size != bytes.size() - head->length)
      return fail(Fault::corrupt, printable(path) + " is broken");
    return Object{head->type, bytes.substr(head->length)};
  }
  return std::nullopt;
}

// Follows deltas down to a whole object, then applies them on the way back up.
Result<Object> Objects::read_at(Pack& pack, uint64_t offset) {
  struct Delta {
    Pack* pack;
    uint64_t offset;
    PackedHead head;
  };
  std::vector<Delta> deltas;
  Delta at{&pack, offset, {}};
  for (;;) {
    auto head = at.pack->head_at(at.offset);
    if (!head) return pass(std::move(head));
    at.head = *head;
    if (!at.head.is_delta()) break;
    deltas.push_back(at);
    if (deltas.size() > limits_.chain) return fail(Fault::corrupt, "too many deltas upon deltas");
    if (at.head.kind == PackedHead::Kind::offset_delta) {
      if (at.head.distance == 0 || at.head.distance > at.offset)
        return fail(Fault::corrupt, printable(at.pack->path()) + " is broken", "`git fsck` tells more");
      at.offset -= at.head.distance;
    } else {
      auto base = find(at.head.base);
      if (!base) return pass(std::move(base));
      if (!*base) return missing(at.head.base);
      at.pack = (*base)->pack;
      at.offset = (*base)->offset;
    }
  }
  auto bytes = at.pack->bytes_at(at.offset, at.head, limits_.object);
  if (!bytes) return pass(std::move(bytes));
  if (auto paid = spend(bytes->size()); !paid) return pass(std::move(paid));
  while (!deltas.empty()) {
    const Delta& next = deltas.back();
    const auto delta = next.pack->bytes_at(next.offset, next.head, limits_.object);
    if (!delta) return tl::unexpected(delta.error());
    auto made = apply_delta(*bytes, *delta, limits_.object);
    if (!made) return std::move(made).error().in(printable(next.pack->path()));
    if (auto paid = spend(delta->size() + made->size()); !paid) return pass(std::move(paid));
    bytes = std::move(made);
    deltas.pop_back();
  }
  return Object{static_cast<ObjectType>(at.head.kind), std::move(*bytes)};
}

Result<std::optional<Object>> Objects::read_packed(const ObjectId& id) {
  auto found = find(id);
  if (!found) return pass(std::move(found));
  if (!*found) return std::nullopt;
  auto object = read_at(*(*found)->pack, (*found)->offset);
  if (!object) return pass(std::move(object));
  return std::optional(std::move(*object));
}

Result<Object> Objects::read(const ObjectId& id) {
  auto object = read_packed(id);
  if (object && !*object) object = read_loose(id);
  if (!object) return std::move(object).error().in("object " + id.hex());
  if (!*object) return missing(id);
  if (id_of((*object)->type, (*object)->bytes, id_size_) != id)
    return fail(Fault::corrupt, "object " + id.hex() + " holds something else", "`git fsck` tells more");
  return std::move(**object);
}

Result<Object> Objects::read(const ObjectId& id, ObjectType type) {
  auto object = read(id);
  if (object && object->type != type)
    return fail(Fault::corrupt, "object " + id.hex() + " is a " + std::string(name_of(object->type)) +
                                    ", not a " + std::string(name_of(type)));
  return object;
}

std::vector<ObjectId> Objects::starting_with(std::string_view hex, size_t most) {
  std::vector<ObjectId> found;
  for (Pack& pack : packs_)
    for (const ObjectId& id : pack.starting_with(hex, most)) found.push_back(id);
  for (const std::string& folder : folders_) {
    const auto opened = Folder::open(from(folder, hex.substr(0, 2)));
    const auto entries = opened ? opened->entries() : Result<std::vector<FolderEntry>>{};
    if (!entries) continue;
    for (const FolderEntry& entry : *entries) {
      const auto id = parse_id(std::string(hex.substr(0, 2)) + entry.name);
      if (id && id->size == id_size_ && id->hex().starts_with(hex)) found.push_back(*id);
    }
  }
  std::ranges::sort(found);
  drop_repeated(found);
  if (found.size() > most) found.resize(most);
  return found;
}

}  // namespace mesh::git
