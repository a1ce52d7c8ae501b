#pragma once

#include "core/model/facts.hpp"
#include "core/text/finding.hpp"

#include <map>
#include <string>

namespace mesh::rules {

// One list in which every name is used once: the second use of a name is a finding, with a note at the first.
class UsedOnce {
 public:
  explicit UsedOnce(Findings& findings) : findings_(findings) {}

  // `key`: what has to differ, when it is more than the name. `message` is told at the second name. Names
  // that are missing are no names.
  void add(const model::Text& name, std::string key, std::string message) {
    if (!name || name.size == 0) return;
    const auto [known, is_new] = first_.try_emplace(std::move(key), name.at);
    if (is_new) return;
    Finding& finding = findings_.add(name.at, std::move(message));
    finding.label = "used a second time";
    finding.notes.push_back({"first used here", Place{findings_.file(), known->second}});
  }
  void add(const model::Text& name, std::string message) { add(name, name.str(), std::move(message)); }

 private:
  Findings& findings_;
  std::map<std::string, Span> first_;
};

}  // namespace mesh::rules
