#include "core/trust/memory.hpp"

#include "core/base/folder.hpp"
#include "core/base/strings.hpp"
#include "core/crypto/sha256.hpp"
#include "core/oci/json.hpp"

#include <charconv>
#include <cstring>

namespace mesh::trust {
namespace {

using oci::Json;
constexpr uint64_t kMostBytes = 4096;

Result<Seen> read_seen(std::string_view bytes) {
  const auto document = oci::read_json(bytes);
  if (!document) return tl::unexpected(document.error());
  const Json* const serial = document->find("serial");
  const std::string* const digest = document->string_at("digest");
  Seen seen;
  if (!serial || serial->kind != Json::Kind::number || !digest)
    return fail(Fault::corrupt, "it tells of no root");
  const char* const end = serial->text.data() + serial->text.size();
  if (std::from_chars(serial->text.data(), end, seen.serial).ptr != end || seen.serial == 0)
    return fail(Fault::corrupt, "its serial is no number");
  seen.digest = *digest;
  return seen;
}

std::string bytes_of(std::string_view mesh, std::string_view place, const Seen& seen) {
  Json document =
      Json::object_of({{"mesh", std::string(mesh)}, {"target", std::string(place)}, {"digest", seen.digest}});
  document.members.emplace("schemaVersion", Json::number(1));
  document.members.emplace("serial", Json::number(seen.serial));
  return oci::write_json(document) + "\n";
}

std::string file_name(std::string_view mesh, std::string_view place) {
  return crypto::sha256_hex(std::string(mesh) + "\n" + std::string(place)).substr(0, 32) + ".json";
}

Result<void> compare(const Seen& before, const Seen& now, std::string_view mesh, const std::string& file) {
  const std::string help = "if the people of the mesh say that it began anew, remove " + printable(file);
  const std::string name = "root " + std::to_string(now.serial) + " of `" + std::string(mesh) + "`";
  if (now.serial < before.serial)
    return fail(Fault::corrupt,
                name + " is older than root " + std::to_string(before.serial) +
                    ", which was seen there before: it is replayed",
                help);
  if (now.serial == before.serial && now.digest != before.digest)
    return fail(Fault::corrupt,
                name + " is not the root " + std::to_string(now.serial) + " that was seen there before",
                help);
  return {};
}

tl::unexpected<Error> unwritable(Error error) {
  error.fault = Fault::local_io;
  return tl::unexpected(std::move(error));
}

}  // namespace

Result<void> check_and_remember(const std::string& state_folder, std::string_view mesh,
                                std::string_view place, const Seen& now) {
  if (state_folder.empty())
    return fail(Fault::local_io,
                "neither XDG_STATE_HOME nor HOME says where to remember which root was seen");
  const std::string path = state_folder + "/trust";
  const std::string name = file_name(mesh, place);
  const auto read = [&](const Folder& folder) -> Result<Seen> {
    const auto file = folder.read(name, kMostBytes);
    if (!file && file.error().fault == Fault::not_found) return Seen{};
    if (!file) return tl::unexpected(file.error());
    auto seen = read_seen(file->bytes);
    if (!seen) return fail(Fault::corrupt, folder.path_of(name) + " cannot be used: " + seen.error().message);
    return seen;
  };

  // Read first, without the right to write: what is refused must be refused anywhere.
  if (const auto folder = Folder::open(path)) {
    const auto before = read(*folder);
    if (!before) return tl::unexpected(before.error());
    if (auto checked = compare(*before, now, mesh, folder->path_of(name)); !checked) return checked;
    if (before->serial == now.serial) return {};
  }
  if (auto made = make_folders(path); !made) return unwritable(std::move(made).error());
  const auto folder = Folder::open(path);
  if (!folder) return unwritable(folder.error());
  if (const int error = folder->lock(); error != 0)
    return unwritable(system_failure("cannot lock " + path, error).value());
  const auto before = read(*folder);
  if (!before) return tl::unexpected(before.error());
  if (auto checked = compare(*before, now, mesh, folder->path_of(name)); !checked) return checked;
  if (before->serial == now.serial) return {};
  if (auto written = folder->replace(name, bytes_of(mesh, place, now), Sync::yes); !written)
    return unwritable(std::move(written).error());
  return {};
}

bool was_seen(const std::string& state_folder, std::string_view mesh, std::string_view place) {
  const auto folder = Folder::open(state_folder + "/trust");
  const auto file =
      folder ? folder->read(file_name(mesh, place), kMostBytes) : tl::unexpected(folder.error());
  return file || file.error().fault == Fault::corrupt;
}

}  // namespace mesh::trust
