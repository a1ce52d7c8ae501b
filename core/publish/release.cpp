#include "core/publish/release.hpp"

#include "core/base/folder.hpp"
#include "core/base/parallel.hpp"
#include "core/base/strings.hpp"
#include "core/crypto/sha256.hpp"
#include "core/model/version.hpp"

#include <algorithm>

namespace mesh::publish {
namespace {

// No part of the path is followed when it is a link: links are not published, and nothing outside the root
// is.
Result<std::string> read_below(const std::string& root, const std::string& path) {
  const std::string shown = "`" + printable(path) + "`";
  auto top = Folder::open(root);
  if (!top) return pass(std::move(top));
  Result<Folder> folder = top->open_below(folder_part(path));
  if (!folder) return pass(std::move(folder));
  const auto kind = folder->kind(name_part(path));
  if (!kind) return tl::unexpected(kind.error());
  if (*kind == FileKind::link) return fail(Fault::usage, shown + " is a link, and links are not published");
  if (*kind != FileKind::file && *kind != FileKind::absent)
    return fail(Fault::usage, shown + " is not a file");
  auto read = folder->read(name_part(path), kMaxFile);
  if (!read && read.error().fault == Fault::corrupt)
    return fail(Fault::usage, shown + " is larger than the 256 MiB a published file may have");
  if (!read) return pass(std::move(read));
  return std::move(read->bytes);
}

void refuse(Release& release, const Error& error) {
  const bool ours = error.fault == Fault::local_io || error.fault == Fault::not_found;
  release.refused = Refusal{ours ? std::optional(Fault::local_io) : std::nullopt, error.message};
}

}  // namespace

std::string ReleaseFile::digest() const { return "sha256:" + crypto::hex(sha256); }

bool Release::is_snapshot() const { return version == model::kSnapshotTag; }

oci::Manifest Release::manifest() const {
  oci::Manifest manifest{identity.domain, identity.product, version, {}};
  for (const ReleaseFile& file : files)
    manifest.layers.push_back(
        {std::string(file.media_type), file.digest(), file.size, {{std::string(oci::kTitle), file.title}}});
  return manifest;
}

std::string Release::bytes() const { return oci::manifest_bytes(manifest()); }

oci::Descriptor Release::descriptor() const { return {std::string(oci::kManifestType), digest, size, {}}; }

void seal(Release& release) {
  std::ranges::sort(release.files, {}, &ReleaseFile::title);
  uint64_t together = 0;
  for (ReleaseFile& file : release.files) {
    if (const auto checked = oci::check_title(file.title); !checked) return refuse(release, checked.error());
    const auto bytes = read_below(release.root, file.path);
    if (!bytes) return refuse(release, bytes.error());
    file.sha256 = crypto::sha256({*bytes});
    file.size = bytes->size();
    together += file.size;
    if (together > kMaxRelease)
      return refuse(release,
                    {Fault::usage, "its files are larger together than the 1 GiB a release may have", {}});
  }
  const std::string manifest = release.bytes();
  release.digest = oci::digest_of(manifest);
  release.size = manifest.size();
}

void seal_all(std::vector<Release>& releases, unsigned jobs) {
  for_each_index(releases.size(), jobs, [&](size_t i) {
    if (!releases[i].refused) seal(releases[i]);
  });
}

Result<std::string> bytes_of(const Release& release, const ReleaseFile& file) {
  auto bytes = read_below(release.root, file.path);
  if (!bytes || file.sha256 == crypto::sha256({*bytes})) return bytes;
  return fail(Fault::conflict, "`" + printable(file.path) + "` changed while it was published");
}

}  // namespace mesh::publish
