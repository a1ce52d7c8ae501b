#pragma once

#include "core/crypto/sha256.hpp"
#include "core/store/store.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

// Runs several actors on one store in every order of their steps. A step is one operation on the store; a
// crash of all of them is a state like any other, as the check of a state sees it before anything else
// happens. An actor that is deterministic given the store's answers is run from its beginning for every step,
// with the answers it had. Orders that lead to the same store and the same answers are followed once.
namespace mesh::publish::interleave {

struct Entry {
  std::shared_ptr<const std::string> bytes;
  uint64_t version = 0;
  std::string hash;
};

struct World {
  std::map<std::string, Entry, std::less<>> objects;
  std::map<std::string, uint64_t, std::less<>> versions;  // also of what is gone: no token comes twice

  void put(std::string_view key, std::string_view bytes) {
    const uint64_t version = ++versions[std::string(key)];
    objects.insert_or_assign(std::string(key),
                             Entry{std::make_shared<std::string>(bytes), version, crypto::sha256_hex(bytes)});
  }
};

// Of what is there, whatever it was before.
inline std::string contents_of(const World& world) {
  std::string text;
  for (const auto& [key, entry] : world.objects) text += key + "=" + entry.hash + "\n";
  return text;
}

using Reply = std::variant<Result<store::Object>, Result<store::Created>, Result<store::Token>,
                           Result<std::vector<std::string>>, Result<void>>;

struct Paused {};

// Answers as it did before, then does one operation more, then stops the actor.
class Stage final : public store::Store {
 public:
  Stage(World& world, std::vector<Reply>& past, bool is_free)
      : world_(world), past_(past), is_free_(is_free) {}

  std::string url() const override { return "memory:"; }
  Result<store::Object> get(std::string_view key, uint64_t limit) override {
    return step<Result<store::Object>>([&]() -> Result<store::Object> {
      const auto found = world_.objects.find(key);
      if (found == world_.objects.end())
        return fail(Fault::not_found, "`" + std::string(key) + "` is not there");
      if (found->second.bytes->size() > limit) return fail(Fault::corrupt, "too large");
      return store::Object{*found->second.bytes, std::to_string(found->second.version)};
    });
  }
  Result<store::Created> create(std::string_view key, std::string_view bytes, const store::Put&) override {
    return step<Result<store::Created>>([&]() -> Result<store::Created> {
      if (world_.objects.contains(key)) return store::Created::already_there;
      world_.put(key, bytes);
      return store::Created::now;
    });
  }
  Result<store::Token> swap(std::string_view key, const std::optional<store::Token>& expected,
                            std::string_view bytes, const store::Put&) override {
    return step<Result<store::Token>>([&]() -> Result<store::Token> {
      const auto found = world_.objects.find(key);
      const bool there = found != world_.objects.end();
      if (there != expected.has_value() || (there && std::to_string(found->second.version) != *expected))
        return fail(Fault::conflict, "changed");
      world_.put(key, bytes);
      return std::to_string(world_.objects.find(key)->second.version);
    });
  }
  Result<std::vector<std::string>> list(std::string_view prefix) override {
    return step<Result<std::vector<std::string>>>([&]() -> Result<std::vector<std::string>> {
      std::vector<std::string> keys;
      for (const auto& [key, entry] : world_.objects)
        if (key.starts_with(prefix)) keys.push_back(key);
      return keys;
    });
  }
  Result<void> remove(std::string_view key) override {
    return step<Result<void>>([&]() -> Result<void> {
      if (const auto found = world_.objects.find(key); found != world_.objects.end())
        world_.objects.erase(found);
      return {};
    });
  }

 private:
  template <class R, class Operation>
  R step(const Operation& operation) {
    if (at_ < past_.size()) return std::get<R>(past_[at_++]);
    if (stepped_ && !is_free_) throw Paused{};
    stepped_ = true;
    R result = operation();
    past_.emplace_back(result);
    ++at_;
    return result;
  }

  World& world_;
  std::vector<Reply>& past_;
  bool is_free_, stepped_ = false;
  size_t at_ = 0;
};

// What it came to, for people and for the check of ends.
using Actor = std::function<std::string(store::Store&)>;

inline std::string run_whole(World& world, const Actor& actor) {
  std::vector<Reply> past;
  Stage stage(world, past, true);
  return actor(stage);
}

inline std::string text_of(const Reply& reply) {
  struct Text {
    static std::string error(const Error& error) { return "!" + error.message; }
    std::string operator()(const Result<store::Object>& r) const {
      return r ? r->token + "=" + r->bytes : error(r.error());
    }
    std::string operator()(const Result<store::Created>& r) const {
      return r ? (*r == store::Created::now ? "now" : "there") : error(r.error());
    }
    std::string operator()(const Result<store::Token>& r) const { return r ? *r : error(r.error()); }
    std::string operator()(const Result<std::vector<std::string>>& r) const {
      std::string text;
      if (!r) return error(r.error());
      for (const std::string& key : *r) text += key + "\n";
      return text;
    }
    std::string operator()(const Result<void>& r) const { return r ? "ok" : error(r.error()); }
  };
  return std::visit(Text{}, reply);
}

struct Explored {
  size_t states = 0, ends = 0;
  std::set<std::string> outcomes;  // of all actors at an end
  std::vector<std::string> wrong;  // the first few, with the order that led there
};

class Explorer {
 public:
  // Says what is wrong with a state that a crash of all actors would leave.
  using Check = std::function<std::optional<std::string>(const World&)>;

  Explorer(std::vector<Actor> actors, Check check) : actors_(std::move(actors)), check_(std::move(check)) {}

  Explored run(const World& start) {
    State state{start, {}, ""};
    state.actors.resize(actors_.size());
    visit(state);
    return std::move(explored_);
  }

 private:
  struct Progress {
    std::vector<Reply> past;
    std::string history;  // a digest of `past`
    std::optional<std::string> outcome;
  };
  struct State {
    World world;
    std::vector<Progress> actors;
    std::string order;
  };

  static std::string key_of(const State& state) {
    std::string text;
    for (const auto& [key, entry] : state.world.objects)
      text += key + "=" + std::to_string(entry.version) + ":" + entry.hash + "\n";
    for (const auto& [key, version] : state.world.versions) text += key + std::to_string(version) + ";";
    for (const Progress& actor : state.actors) text += "\n" + actor.history + actor.outcome.value_or("…");
    return crypto::sha256_hex(text);
  }

  void visit(const State& state) {
    if (explored_.wrong.size() >= 5 || !seen_.insert(key_of(state)).second) return;
    ++explored_.states;
    if (const auto wrong = check_(state.world)) {
      explored_.wrong.push_back(state.order + ": " + *wrong);
      return;
    }
    bool is_end = true;
    for (size_t i = 0; i < actors_.size(); ++i) {
      if (state.actors[i].outcome) continue;
      is_end = false;
      State next = state;
      advance(next, i);
      visit(next);
    }
    if (!is_end) return;
    ++explored_.ends;
    std::string outcome;
    for (const Progress& actor : state.actors) outcome += (outcome.empty() ? "" : ", ") + *actor.outcome;
    explored_.outcomes.insert(outcome);
  }

  void advance(State& state, size_t i) {
    Progress& actor = state.actors[i];
    const size_t before = actor.past.size();
    Stage stage(state.world, actor.past, false);
    try {
      actor.outcome = actors_[i](stage);
    } catch (const Paused&) {
    }
    for (size_t at = before; at < actor.past.size(); ++at)
      actor.history = crypto::sha256_hex(actor.history + text_of(actor.past[at]));
    state.order += static_cast<char>('a' + i);
  }

  std::vector<Actor> actors_;
  Check check_;
  Explored explored_;
  std::set<std::string> seen_;
};

}  // namespace mesh::publish::interleave
