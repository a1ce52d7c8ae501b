#include "core/publish/seen.hpp"

#include "core/base/folder.hpp"
#include "core/crypto/sha256.hpp"
#include "core/oci/json.hpp"
#include "core/trust/pins.hpp"

#include <charconv>

namespace mesh::publish {
namespace {

constexpr uint64_t kMaxFile = 1 << 16;

std::string file_name(std::string_view target, const Identity& identity) {
  return crypto::sha256_hex(trust::place_of(target) + "\n" + identity.prefix()) + ".json";
}

// 0 for a file that is not there or is of something else: whoever can write it can also remove it.
uint64_t read_rev(const Folder& folder, std::string_view target, const Identity& identity) {
  const auto file = folder.read(file_name(target, identity), kMaxFile);
  const auto document = file ? oci::read_json(file->bytes) : Result<oci::Json>(tl::unexpected(file.error()));
  if (!document) return 0;
  const std::string* const of = document->string_at("target");
  const std::string* const product = document->string_at("product");
  const oci::Json* const rev = document->find("rev");
  if (!of || *of != trust::place_of(target) || !product || *product != identity.prefix() || !rev) return 0;
  uint64_t number = 0;
  std::from_chars(rev->text.data(), rev->text.data() + rev->text.size(), number);
  return number;
}

}  // namespace

Result<void> Seen::check(std::string_view target, const Identity& identity, uint64_t rev) const {
  if (folder_.empty()) return {};
  const auto folder = Folder::open(folder_ + "/seen");
  if (!folder) return {};
  const uint64_t before = read_rev(*folder, target, identity);
  if (rev >= before) return {};
  return fail(Fault::corrupt,
              "the index of `" + identity.prefix() +
                  "` is older than one that was read from there before: revision " + std::to_string(rev) +
                  " after " + std::to_string(before),
              "somebody put an old state in the place of a newer one; if that was meant, `mesh pull "
              "--accept-rollback` takes it as it is");
}

Result<void> Seen::remember(std::string_view target, const Identity& identity, uint64_t rev,
                            bool even_if_older) const {
  if (folder_.empty()) return {};
  const std::string path = folder_ + "/seen";
  if (auto made = make_folders(path); !made) return made;
  const auto folder = Folder::open(path);
  if (!folder) return tl::unexpected(folder.error());
  // Of two readers the one with the newer index must win; the lock is let go of with the folder.
  static_cast<void>(folder->lock());
  const uint64_t before = read_rev(*folder, target, identity);
  if (rev == before || (rev < before && !even_if_older)) return {};
  oci::Json document = oci::Json::object();
  document.members.emplace("schemaVersion", oci::Json::number(1));
  document.members.emplace("target", oci::Json::string(trust::place_of(target)));
  document.members.emplace("product", oci::Json::string(identity.prefix()));
  document.members.emplace("rev", oci::Json::number(rev));
  return replace_file(path + "/" + file_name(target, identity), oci::write_json(document) + "\n");
}

}  // namespace mesh::publish
