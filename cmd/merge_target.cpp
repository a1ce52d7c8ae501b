#include "cmd/merge_target.hpp"

#include "core/base/strings.hpp"

#include <cstdlib>

namespace mesh::cmd {
namespace {

// What pipelines say of the change they check, the surest first.
struct Variable {
  const char* name;
  bool is_commit;  // else a branch
};
constexpr Variable kVariables[] = {
    {"CI_MERGE_REQUEST_TARGET_BRANCH_SHA", true},    // GitLab, when it checks the result of the merge
    {"CI_MERGE_REQUEST_DIFF_BASE_SHA", true},        // GitLab
    {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME", false},  // GitLab
    {"GITHUB_BASE_REF", false},                      // GitHub, Gitea, Forgejo
    {"SYSTEM_PULLREQUEST_TARGETBRANCH", false},      // Azure
    {"BITBUCKET_PR_DESTINATION_BRANCH", false},
    {"BUILDKITE_PULL_REQUEST_BASE_BRANCH", false},
    {"CHANGE_TARGET", false},  // Jenkins
};

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value ? std::string_view(value) : std::string_view();
}

struct Target {
  git::ObjectId commit;
  std::string revision;
};

// GitHub checks out the merge of the change into its target, whose first parent the target is.
std::optional<Target> merged_into(git::Repository& repository, const git::ObjectId& head,
                                  std::string_view branch) {
  const std::string_view ref = variable("GITHUB_REF");
  if (!ref.starts_with("refs/pull/") || !ref.ends_with("/merge")) return std::nullopt;
  const auto parents = repository.parents_of(head);
  if (!parents || parents->size() != 2) return std::nullopt;
  return Target{parents->front(), std::string(branch)};
}

Result<Target> target_of_pipeline(git::Repository& repository, const git::ObjectId& head,
                                  const Variable& from, std::string_view value) {
  if (from.is_commit) {
    auto commit = repository.commit_named(value);
    if (commit) return Target{*commit, std::string(value.substr(0, 12))};
    return std::move(commit).error().in(from.name);
  }
  if (value.starts_with("refs/heads/")) value.remove_prefix(11);
  const std::string remote = "origin/" + std::string(value);
  if (auto commit = repository.refs().read("refs/remotes/" + remote)) return Target{*commit, remote};
  if (auto target = merged_into(repository, head, value)) return *target;
  if (auto commit = repository.refs().read("refs/heads/" + std::string(value)))
    return Target{*commit, std::string(value)};
  return mesh::fail(
      Fault::not_found,
      "the branch `" + printable(remote) + "`, which " + from.name + " names, is not in this clone",
      "`git fetch origin` brings it. " + std::string(git::kHowToDeepen));
}

Result<Target> usual_target(git::Repository& repository) {
  if (const auto ref = repository.refs().symbolic("refs/remotes/origin/HEAD"))
    if (const auto commit = repository.refs().read(*ref))
      return Target{*commit, ref->starts_with("refs/remotes/") ? ref->substr(13) : *ref};
  for (const std::string name : {"origin/main", "origin/master", "main", "master"})
    if (const auto commit =
            repository.refs().read((name.starts_with("origin/") ? "refs/remotes/" : "refs/heads/") + name))
      return Target{*commit, name};
  return mesh::fail(
      Fault::usage,
      "no branch tells what to compare with: there is neither origin/HEAD nor a `main` or `master`",
      "name a revision: `--changed=REV`");
}

Result<Target> target_of(git::Repository& repository, const git::ObjectId& head) {
  for (const Variable& from : kVariables) {
    const std::string_view value = variable(from.name);
    if (value.empty() || value == "false") continue;  // Buildkite says `false` outside of a pull request
    return target_of_pipeline(repository, head, from, value);
  }
  return usual_target(repository);
}

}  // namespace

Result<BaseCommit> find_base(git::Repository& repository, const std::string& revision) {
  const auto head = repository.head();
  if (!head) {
    if (revision.empty() || revision == "HEAD") return BaseCommit{std::nullopt, "HEAD"};
    return mesh::fail(Fault::usage, "nothing is committed here yet, so `" + printable(revision) +
                                        "` cannot be compared with");
  }
  Target target;
  if (revision.empty()) {
    auto found = target_of(repository, *head);
    if (!found) return pass(std::move(found));
    target = std::move(*found);
  } else {
    auto commit = repository.commit_named(revision);
    if (!commit) return std::move(commit).error().in("`--changed`");
    target = {*commit, revision};
  }
  auto base = repository.merge_base(*head, target.commit, "HEAD and `" + printable(target.revision) + "`");
  if (!base) return pass(std::move(base));
  return BaseCommit{*base, std::move(target.revision)};
}

}  // namespace mesh::cmd
