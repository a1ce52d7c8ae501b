#pragma once

#include "core/model/facts.hpp"
#include "core/text/finding.hpp"
#include "core/yaml/key_hash.hpp"

#include <algorithm>
#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mesh::rules {

// One list after the other in which every name is used once: the second use of a name is a finding, with a
// note at the first. Names must outlive it.
class UsedOnce {
 public:
  explicit UsedOnce(Findings& findings) : findings_(findings) {}

  // Another list begins.
  void start_again() {
    marks_ = 0;
    few_.clear();
    many_.clear();
    keys_.clear();
  }

  // `message()` is told at the second name. Names that are missing are no names.
  template <class Message>
  void add(const model::Text& name, const Message& message) {
    if (name && name.size() > 0) add_under(name.view(), name.at, message);
  }
  // `key`: what has to differ, when it is more than the name.
  template <class Message>
  void add(const model::Text& name, std::string key, const Message& message) {
    if (name && name.size() > 0) add_under(keys_.emplace_front(std::move(key)), name.at, message);
  }

 private:
  // Most lists are short, and then comparing beats hashing.
  static constexpr size_t kFew = 32;

  template <class Message>
  void add_under(std::string_view key, Span at, const Message& message) {
    const Span* const first = find(key);
    if (!first) return keep(key, at);
    Finding& finding = findings_.add(at, message());
    finding.label = "used a second time";
    finding.notes.push_back({"first used here", Place{findings_.file(), *first}});
  }
  const Span* find(std::string_view key) {
    const uint64_t mark = uint64_t{1} << yaml::key_hash(key) % 64;
    if ((std::exchange(marks_, marks_ | mark) & mark) == 0) return nullptr;
    const auto few = std::ranges::find(few_, key, &std::pair<std::string_view, Span>::first);
    if (few != few_.end()) return &few->second;
    const auto many = many_.find(key);
    return many == many_.end() ? nullptr : &many->second;
  }
  void keep(std::string_view key, Span at) {
    if (few_.empty()) few_.reserve(kFew);
    if (few_.size() < kFew)
      few_.emplace_back(key, at);
    else
      many_.emplace(key, at);
  }

  Findings& findings_;
  uint64_t marks_ = 0;  // of the hashes of all keys so far: what has another one is new
  std::vector<std::pair<std::string_view, Span>> few_;
  std::unordered_map<std::string_view, Span> many_;
  std::forward_list<std::string> keys_;
};

}  // namespace mesh::rules
