#include "core/git/history.hpp"

#include "core/base/strings.hpp"

#include <algorithm>
#include <queue>

namespace mesh::git {
namespace {

constexpr uint8_t kOne = 1, kTwo = 2, kBoth = kOne | kTwo, kStale = 4, kResult = 8;

struct Waiting {
  int64_t date;
  uint64_t order;  // of two of one date, the first that was seen
  ObjectId id;

  bool operator<(const Waiting& other) const {
    return date != other.date ? date < other.date : order > other.order;
  }
};

}  // namespace

std::unordered_set<ObjectId> shallow_commits(const Layout& layout) {
  constexpr uint64_t kMost = 64u << 20;
  std::unordered_set<ObjectId> ids;
  const std::string text = content(from(layout.common, "shallow"), kMost).value_or("");
  for (const std::string_view line : split(text, '\n'))
    if (const auto id = parse_id(trim(line))) ids.insert(*id);
  return ids;
}

Result<const Commit*> History::commit(const ObjectId& id) {
  const auto known = commits_.find(id);
  if (known != commits_.end()) return &known->second;
  const auto object = objects_.read(id, ObjectType::commit);
  if (!object) return tl::unexpected(object.error());
  auto commit = parse_commit(object->bytes, objects_.id_size());
  if (!commit) return std::move(commit).error().in("object " + id.hex());
  if (is_cut(id)) commit->parents.clear();
  return &commits_.emplace(id, std::move(*commit)).first->second;
}

// By date, the newest first, as git does: dates that run backwards cost time, and may leave a result that is
// an ancestor of another, which is dropped later.
Result<std::vector<ObjectId>> History::paint(const ObjectId& one, const std::vector<ObjectId>& others,
                                             Marks& marks) {
  std::priority_queue<Waiting> queue;
  size_t live = 0;  // entries of the queue that are not stale
  uint64_t order = 0;
  const auto push = [&](const ObjectId& id, uint8_t flags) -> Result<void> {
    const auto known = commit(id);
    if (!known) return tl::unexpected(known.error());
    Mark& mark = marks[id];
    if ((flags & kStale) && !(mark.flags & kStale)) live -= mark.queued;
    mark.flags |= flags;
    ++mark.queued;
    if (!(mark.flags & kStale)) ++live;
    queue.push({(*known)->date, order++, id});
    return {};
  };
  if (auto pushed = push(one, kOne); !pushed) return pass(std::move(pushed));
  for (const ObjectId& other : others)
    if (auto pushed = push(other, kTwo); !pushed) return pass(std::move(pushed));

  std::vector<ObjectId> found;
  while (live > 0) {
    const ObjectId id = queue.top().id;
    queue.pop();
    Mark& mark = marks[id];
    --mark.queued;
    if (!(mark.flags & kStale)) --live;
    uint8_t flags = mark.flags & (kBoth | kStale);
    if (flags == kBoth) {
      if (!(mark.flags & kResult)) found.push_back(id);
      mark.flags |= kResult;
      flags |= kStale;
    }
    if (is_cut(id)) was_cut_ = true;
    const auto at = commit(id);
    if (!at) return tl::unexpected(at.error());
    for (const ObjectId& parent : (*at)->parents) {
      const auto painted = marks.find(parent);
      if (painted != marks.end() && (painted->second.flags & flags) == flags) continue;
      if (auto pushed = push(parent, flags); !pushed) return pass(std::move(pushed));
    }
  }
  std::erase_if(found, [&](const ObjectId& id) { return (marks[id].flags & kStale) != 0; });
  return found;
}

Result<void> History::drop_ancestors_of_others(std::vector<ObjectId>& bases) {
  for (size_t i = 0; i < bases.size() && bases.size() > 1;) {
    std::vector<ObjectId> others = bases;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    Marks marks;
    const auto common = paint(bases[i], others, marks);
    if (!common) return tl::unexpected(common.error());
    if (marks[bases[i]].flags & kTwo)
      bases.erase(bases.begin() + static_cast<std::ptrdiff_t>(i));
    else
      ++i;
  }
  return {};
}

Result<std::vector<ObjectId>> History::merge_bases(const ObjectId& one, const ObjectId& two) {
  constexpr size_t kMostBases = 50;  // compared with each other
  if (one == two) return std::vector{one};
  Marks marks;
  auto bases = paint(one, {two}, marks);
  if (!bases) return bases;
  std::ranges::stable_sort(*bases, [&](const ObjectId& a, const ObjectId& b) {
    return commits_.at(a).date > commits_.at(b).date;
  });
  if (bases->size() > kMostBases) bases->resize(kMostBases);
  if (auto dropped = drop_ancestors_of_others(*bases); !dropped) return pass(std::move(dropped));
  return bases;
}

}  // namespace mesh::git
