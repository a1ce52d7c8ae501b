#pragma once

#include "core/base/files.hpp"
#include "core/publish/publish.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>

namespace mesh::publish {

using test::TempFolder;

inline void write(const TempFolder& folder, const std::string& name, std::string_view bytes) {
  std::filesystem::create_directories(std::filesystem::path(folder / name).parent_path());
  REQUIRE(replace_file(folder / name, bytes));
}

// sales/orders of these files, written below the folder.
inline Release release_of(const TempFolder& folder, const std::string& version,
                          const std::map<std::string, std::string>& files,
                          const std::string& id = "urn:orders") {
  Release release;
  release.identity = {"sales", "orders"};
  release.version = release.tag = version;
  release.id = id;
  release.status = "active";
  release.root = folder.path();
  for (const auto& [title, bytes] : files) {
    write(folder, version + "/" + title, bytes);
    const bool is_document = title.ends_with(".odps.yaml");
    release.files.push_back({title, version + "/" + title, is_document ? oci::kOdpsType : oci::kOdcsType});
  }
  seal(release);
  REQUIRE_FALSE(release.refused);
  return release;
}

inline std::map<std::string, std::string> orders(const std::string& contract = "id: c\n") {
  return {{"product.odps.yaml",
           "id: urn:orders\nname: Orders\ndescription: {purpose: all orders}\ntags: [core]\n"},
          {"orders.odcs.yaml", contract}};
}

// Time that passes only while somebody sleeps.
inline Options options() {
  Options options;
  options.created = "2024-05-01T12:00:00Z";
  const auto now = std::make_shared<std::chrono::milliseconds>(0);
  options.clock = {[now] { return *now; }, [now](std::chrono::milliseconds time) { *now += time; }};
  return options;
}

// A store that counts what is written and lets somebody else act before a swap.
class Watched final : public store::Store {
 public:
  std::unique_ptr<store::Store> inner = store::memory_store();
  std::function<void(std::string_view key)> before_swap = [](std::string_view) {};
  std::vector<std::string> written, read;

  std::string url() const override { return inner->url(); }
  Result<store::Object> get(std::string_view key, uint64_t limit) override {
    read.emplace_back(key);
    return inner->get(key, limit);
  }
  Result<store::Created> create(std::string_view key, std::string_view bytes,
                                const store::Put& put) override {
    written.emplace_back(key);
    return inner->create(key, bytes, put);
  }
  Result<store::Token> swap(std::string_view key, const std::optional<store::Token>& expected,
                            std::string_view bytes, const store::Put& put) override {
    before_swap(key);
    written.emplace_back(key);
    return inner->swap(key, expected, bytes, put);
  }
  Result<std::vector<std::string>> list(std::string_view prefix) override {
    read.emplace_back(prefix);
    return inner->list(prefix);
  }
  Result<void> remove(std::string_view key) override { return inner->remove(key); }
};

inline oci::Index index_in(store::Store& store) {
  auto stored = read_stored(store, {"sales", "orders"});
  REQUIRE(stored);
  REQUIRE(*stored);
  return std::move((*stored)->index);
}

}  // namespace mesh::publish
