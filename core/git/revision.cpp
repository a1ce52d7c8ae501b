#include "core/base/strings.hpp"
#include "core/git/repository.hpp"

#include <algorithm>
#include <charconv>

// What users write for a commit: the part of gitrevisions(7) that needs no reflog and no search.
namespace mesh::git {
namespace {

constexpr size_t kShortestId = 4;

std::string to_hex(std::string_view name) { return to_lower(name); }

// "v1.0-3-gabcdef0", as `git describe` names a commit: "abcdef0".
std::string_view described_id(std::string_view name) {
  const size_t mark = name.rfind("-g");
  if (mark == name.npos || mark == 0) return {};
  const std::string_view hex = name.substr(mark + 2);
  return hex.size() >= kShortestId && is_hex(hex) ? hex : std::string_view();
}

// Takes the digits at the start; `none` when there are none.
std::optional<size_t> take_number(std::string_view& text, size_t none) {
  size_t value = none;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault == std::errc::result_out_of_range) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

}  // namespace

Error Repository::unknown(std::string_view name) const {
  constexpr size_t kMostNames = 10'000;
  std::vector<std::string> names = refs_.short_names(kMostNames);
  names.emplace_back("HEAD");
  Error error{Fault::usage, quoted(name) + " is no branch, tag or commit of this repository", {}};
  if (const auto near = nearest(name, names))
    error.help = "did you mean " + quoted(*near) + "?";
  else if (history_->is_shallow())
    error.help = std::string("this is a shallow clone: ") + kHowToDeepen;
  else
    error.help = "`git fetch` brings the branches and tags of others";
  return error;
}

Result<ObjectId> Repository::upstream_of(std::string_view branch) {
  const auto ref = branch.empty() ? refs_.head_ref() : std::optional("refs/heads/" + std::string(branch));
  const std::string name = ref && ref->starts_with("refs/heads/") ? ref->substr(11) : "";
  const Config config = config_of(layout_);
  const std::string_view remote = config.value("branch." + name + ".remote");
  const std::string_view merge = config.value("branch." + name + ".merge");
  if (!name.empty() && !remote.empty() && merge.starts_with("refs/heads/")) {
    const std::string followed =
        remote == "." ? std::string(merge)
                      : "refs/remotes/" + std::string(remote) + "/" + std::string(merge.substr(11));
    if (auto id = refs_.read(followed)) return *id;
  }
  return fail(Fault::usage, (name.empty() ? "HEAD" : quoted(name)) + " follows no branch of a remote",
              "name the revision to compare with, such as `origin/main`");
}

// Refs before ids, as git decides, but a whole id is always one.
Result<ObjectId> Repository::resolve_base(std::string_view name) {
  if (const size_t at = name.find("@{"); at != name.npos) {
    const std::string what = to_lower(name.substr(at));
    if (what == "@{u}" || what == "@{upstream}") return upstream_of(name.substr(0, at));
    return fail(Fault::usage, quoted(name) + " asks the reflog, which is not read here",
                "write the commit's id: `git rev-parse '" + printable(name) + "'` tells it");
  }
  if (const auto id = parse_id(name); id && id->size == objects_->id_size()) {
    if (objects_->has(*id)) return *id;
    return tl::unexpected(
        explained({Fault::not_found, "commit " + quoted(name) + " is not in this repository", {}}));
  }
  if (auto id = refs_.find(name == "@" ? "HEAD" : name)) return *id;
  std::string_view hex = described_id(name);
  if (hex.empty() && name.size() >= kShortestId && is_hex(name)) hex = name;
  if (hex.empty() || hex.size() > 2u * objects_->id_size()) return tl::unexpected(unknown(name));
  constexpr size_t kMost = 100;
  std::vector<ObjectId> found = objects_->starting_with(to_hex(hex), kMost);
  if (found.size() > 1)
    std::erase_if(found, [&](const ObjectId& id) {
      const auto object = objects_->read(id);
      return !object || (object->type != ObjectType::commit && object->type != ObjectType::tag);
    });
  if (found.empty()) return tl::unexpected(unknown(name));
  if (found.size() > 1)
    return fail(Fault::usage, "several commits start with " + quoted(name), "write more digits of its id");
  return found.front();
}

// Tags may name tags.
Result<ObjectId> Repository::peel(ObjectId id, std::string_view revision) {
  constexpr int kMostTags = 100;
  for (int depth = 0; depth < kMostTags; ++depth) {
    const auto object = objects_->read(id);
    if (!object) return tl::unexpected(explained(object.error()));
    if (object->type == ObjectType::commit) return id;
    if (object->type != ObjectType::tag)
      return fail(Fault::usage,
                  quoted(revision) + " is a " + std::string(name_of(object->type)) + ", not a commit");
    auto target = parse_tag(object->bytes, objects_->id_size());
    if (!target) return std::move(target).error().in("object " + id.hex());
    id = *target;
  }
  return fail(Fault::corrupt, quoted(revision) + " is a tag of a tag of a tag, without end");
}

Result<ObjectId> Repository::parent(const ObjectId& commit, size_t number, std::string_view revision) {
  const auto parents = parents_of(commit);
  if (!parents) return tl::unexpected(parents.error());
  if (number <= parents->size()) return (*parents)[number - 1];
  if (history_->is_cut(commit))
    return fail(Fault::not_found, "this is a shallow clone, and it ends before " + quoted(revision),
                kHowToDeepen);
  return fail(Fault::usage, quoted(revision) + " does not exist: commit " + commit.hex().substr(0, 12) +
                                " has " +
                                (parents->empty() ? "no parent" : count_of(parents->size(), "parent")));
}

Result<ObjectId> Repository::apply_suffixes(ObjectId commit, std::string_view suffixes,
                                            std::string_view revision) {
  while (!suffixes.empty()) {
    const char mark = suffixes[0];
    suffixes.remove_prefix(1);
    if (mark == '^' && suffixes.starts_with('{')) {
      const size_t end = suffixes.find('}');
      const std::string_view type = end == suffixes.npos ? "?" : suffixes.substr(1, end - 1);
      if (!type.empty() && type != "commit" && type != "0")
        return fail(Fault::usage, quoted(revision) + " names no commit", "write it like `HEAD~1` or `v1.0`");
      suffixes.remove_prefix(end + 1);
      continue;
    }
    const auto number = mark == '~' || mark == '^' ? take_number(suffixes, 1) : std::nullopt;
    if (!number)
      return fail(Fault::usage, quoted(revision) + " names no commit", "write it like `HEAD~1` or `main^2`");
    const size_t steps = mark == '~' ? *number : std::min<size_t>(*number, 1);
    for (size_t i = 0; i < steps; ++i) {
      auto next = parent(commit, mark == '~' ? 1 : *number, revision);
      if (!next) return next;
      commit = *next;
    }
  }
  return commit;
}

Result<ObjectId> Repository::commit_named(std::string_view revision) {
  if (const size_t dots = revision.find(".."); dots != revision.npos) {
    const bool three = revision.substr(dots).starts_with("...");
    const std::string_view first = revision.substr(0, dots), second = revision.substr(dots + (three ? 3 : 2));
    if (!three)
      return fail(Fault::usage, quoted(revision) + " names more than one commit",
                  first.empty() ? "" : "write " + quoted(first) + " alone");
    const auto one = commit_named(first.empty() ? "HEAD" : first);
    if (!one) return one;
    const auto two = commit_named(second.empty() || second.find("..") != second.npos ? "HEAD" : second);
    if (!two) return two;
    return merge_base(*one, *two, quoted(first) + " and " + quoted(second));
  }
  const size_t end = std::min(revision.find_first_of("~^"), revision.size());
  if (end == 0) return tl::unexpected(unknown(revision));
  const auto base = resolve_base(revision.substr(0, end));
  if (!base) return base;
  const auto commit = peel(*base, revision.substr(0, end));
  if (!commit) return commit;
  return apply_suffixes(*commit, revision.substr(end), revision);
}

}  // namespace mesh::git
