#include "core/base/strings.hpp"
#include "core/store/store.hpp"

#include <map>
#include <mutex>

namespace mesh::store {
namespace {

class MemoryStore final : public Store {
 public:
  std::string url() const override { return "memory:"; }

  Result<Object> get(std::string_view key, uint64_t limit) override {
    if (auto good = check_key(key); !good) return pass(std::move(good));
    const std::lock_guard guard(mutex_);
    const auto found = objects_.find(key);
    if (found == objects_.end()) return fail(Fault::not_found, "`" + printable(key) + "` is not there");
    if (found->second.bytes.size() > limit)
      return fail(Fault::corrupt,
                  "`" + printable(key) + "` is larger than " + std::to_string(limit) + " bytes");
    return found->second;
  }

  Result<Created> create(std::string_view key, std::string_view bytes, const Put&) override {
    if (auto good = check_key(key); !good) return pass(std::move(good));
    const std::lock_guard guard(mutex_);
    if (objects_.contains(key)) return Created::already_there;
    put(key, bytes);
    return Created::now;
  }

  Result<Token> swap(std::string_view key, const std::optional<Token>& expected, std::string_view bytes,
                     const Put&) override {
    if (auto good = check_key(key); !good) return pass(std::move(good));
    const std::lock_guard guard(mutex_);
    const auto found = objects_.find(key);
    const bool there = found != objects_.end();
    if (there != expected.has_value() || (there && found->second.token != *expected))
      return fail(Fault::conflict, "`" + printable(key) + "` was changed by somebody else");
    return put(key, bytes);
  }

  Result<std::vector<std::string>> list(std::string_view prefix) override {
    if (auto good = check_prefix(prefix); !good) return pass(std::move(good));
    const std::lock_guard guard(mutex_);
    std::vector<std::string> keys;
    for (auto at = objects_.lower_bound(prefix); at != objects_.end() && at->first.starts_with(prefix); ++at)
      keys.push_back(at->first);
    return keys;
  }

  Result<void> remove(std::string_view key) override {
    if (auto good = check_key(key); !good) return good;
    const std::lock_guard guard(mutex_);
    if (const auto found = objects_.find(key); found != objects_.end()) objects_.erase(found);
    return {};
  }

 private:
  Token put(std::string_view key, std::string_view bytes) {
    Token token = std::to_string(++writes_);
    objects_.insert_or_assign(std::string(key), Object{std::string(bytes), token});
    return token;
  }

  std::mutex mutex_;
  std::map<std::string, Object, std::less<>> objects_;
  uint64_t writes_ = 0;
};

}  // namespace

std::unique_ptr<Store> memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace mesh::store
