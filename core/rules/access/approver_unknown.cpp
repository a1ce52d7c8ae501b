#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

namespace mesh::rules::access {

using model::Member;
using model::MemberKey;
using model::RoleKey;
using yaml::Node;

namespace {

// One of the names in a list; the standard leaves it free how they are written.
class Approvers {
 public:
  Approvers(const ContractDetails& contract, Findings& findings) : findings_(findings) {
    for (const Member& member : contract.members)
      for (const MemberKey key : {MemberKey::username, MemberKey::name, MemberKey::role})
        if (const Node name = member[key]; name.is_string()) names_.insert(to_lower(trim(name.text())));
    for (const model::RoleDetails& role : contract.roles) names_.insert(to_lower(role[RoleKey::role].text()));
    // The whole team may approve, by its own name.
    if (const Node team = contract[model::RootKey::team]; team.is_mapping())
      if (const auto name = team.find("name"); name && name->is_string())
        names_.insert(to_lower(trim(name->text())));
  }

  void look(Node list) const {
    if (!list.is_string() || has_variable(list.text())) return;
    const std::string_view text = list.text();
    for (size_t begin = 0; begin <= text.size();) {
      const size_t end = std::min(text.find_first_of(",;", begin), text.size());
      look_at_one(list, text.substr(begin, end - begin));
      begin = end + 1;
    }
  }

 private:
  void look_at_one(Node list, std::string_view part) const {
    const std::string_view name = trim(part);
    if (!is_username(name)) return;
    const std::string lower = to_lower(name);
    if (names_.contains(lower)) return;
    const auto begin = static_cast<size_t>(name.data() - list.text().data());
    Finding& finding = findings_.add(place_within(list, begin, begin + name.size()),
                                     fmt::format("approver `{}` is no member of the team", name));
    finding.label = "add the member, or name one";
    constexpr size_t kMany = 200;
    if (names_.size() > kMany) return;
    const auto near = nearest(lower, std::vector<std::string>(names_.begin(), names_.end()));
    if (near) finding.label = fmt::format("did you mean `{}`?", *near);
  }

  // Titles, offices and groups have words, and approve by themselves; `na` stands for nobody.
  static bool is_username(std::string_view name) {
    static constexpr std::array<std::string_view, 7> kNobody{"na",  "n/a",    "none", "-",
                                                             "tbd", "nobody", "null"};
    if (name.empty() || name.find_first_of(" /:") != std::string_view::npos) return false;
    return std::ranges::find(kNobody, to_lower(name)) == kNobody.end();
  }

  std::set<std::string> names_;
  Findings& findings_;
};

void check(const ContractDetails& contract, Findings& findings) {
  if (contract.members.empty() || contract.roles.empty()) return;
  const Approvers approvers(contract, findings);
  for (const model::RoleDetails& role : contract.roles) {
    approvers.look(role[RoleKey::first_approvers]);
    approvers.look(role[RoleKey::second_approvers]);
  }
}

}  // namespace

extern const Rule approver_unknown{
    .id = "access/approver-unknown",
    .summary = "approvers are members of the team",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::access
