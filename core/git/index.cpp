#include "core/git/index.hpp"

#include "core/base/strings.hpp"
#include "core/base/vectors.hpp"

#include <algorithm>

namespace mesh::git {
namespace {

constexpr size_t kHead = 12, kStats = 40;
constexpr uint16_t kExtended = 0x4000, kStage = 0x3000, kValid = 0x8000;
constexpr uint16_t kSkipWorktree = 0x4000, kIntentToAdd = 0x2000;  // of the second flags

tl::unexpected<Error> broken() {
  return fail(Fault::corrupt, "the index is broken", "`git status` tells more");
}

uint16_t read_u16(const char* at) {
  return static_cast<uint16_t>(static_cast<unsigned char>(at[0]) << 8 | static_cast<unsigned char>(at[1]));
}

// A path that leads nowhere but down.
bool is_proper(std::string_view path) {
  for (const std::string_view part : split(path, '/'))
    if (part.empty() || part == "." || part == "..") return false;
  return true;
}

class Reader {
 public:
  Reader(std::string_view bytes, uint8_t id_size) : bytes_(bytes), id_size_(id_size) {}

  Result<std::vector<IndexEntry>> read() {
    if (bytes_.size() < kHead || !bytes_.starts_with("DIRC")) return broken();
    version_ = read_u32(bytes_.data() + 4);
    if (version_ < 2 || version_ > 4) return broken();
    const uint32_t count = read_u32(bytes_.data() + 8);
    at_ = kHead;
    for (uint32_t i = 0; i < count; ++i)
      if (!read_entry()) return broken();
    // Of a path in conflict there are up to three; ours (stage 2) is what the work tree mostly holds.
    std::ranges::stable_sort(entries_, {}, &IndexEntry::path);
    drop_repeated(entries_, &IndexEntry::path);
    if (has_extension("link"))
      return fail(Fault::usage, "the index is split", "`git update-index --no-split-index` joins it");
    return std::move(entries_);
  }

 private:
  bool read_entry() {
    const size_t start = at_, fixed = kStats + id_size_ + 2u;
    if (bytes_.size() - at_ < fixed + 2) return false;
    const char* const raw = bytes_.data() + at_;
    IndexEntry entry;
    entry.note = FileNote{read_u32(raw),      read_u32(raw + 4),  read_u32(raw + 8),
                          read_u32(raw + 12), read_u32(raw + 20), read_u32(raw + 36)};
    entry.mode = read_u32(raw + 24);
    entry.id = id_of_raw(bytes_.substr(at_ + kStats, id_size_));
    const uint16_t flags = read_u16(raw + kStats + id_size_);
    at_ += fixed;
    uint16_t more = 0;
    if (flags & kExtended) {
      if (version_ < 3) return false;
      more = read_u16(bytes_.data() + at_);
      at_ += 2;
    }
    if (!(version_ == 4 ? read_short_path(entry.path) : read_path(entry.path, start))) return false;
    entry.is_left_out = (more & kSkipWorktree) != 0 || (flags & kValid) != 0;
    const unsigned stage = (flags & kStage) >> 12;
    if (stage != 0 || (more & kIntentToAdd)) entry.note.reset();
    // A file whose note has size 0 may have been touched within the clock's last tick.
    if (entry.note && entry.note->size == 0) entry.note.reset();
    if (entry.path.ends_with('/')) entry.path.pop_back();  // a whole folder of a sparse index
    if (!is_proper(entry.path)) return false;
    // Shared beginnings could make gigabytes of a small file.
    path_bytes_ += entry.path.size();
    if (path_bytes_ > 8 * bytes_.size()) return false;
    if (stage > 2 && !entries_.empty() && entries_.back().path == entry.path) return true;
    if (stage == 2 && !entries_.empty() && entries_.back().path == entry.path) entries_.pop_back();
    entries_.push_back(std::move(entry));
    return true;
  }

  bool read_path(std::string& path, size_t start) {
    const size_t zero = bytes_.find('\0', at_);
    if (zero == bytes_.npos) return false;
    path = bytes_.substr(at_, zero - at_);
    // One to eight zeros make the entry a multiple of eight bytes.
    at_ = start + ((zero - start) / 8 + 1) * 8;
    return at_ <= bytes_.size();
  }

  // The path without what it shares with the one before.
  bool read_short_path(std::string& path) {
    uint64_t dropped = 0;
    for (bool more = true; more;) {
      if (at_ >= bytes_.size() || dropped > UINT32_MAX) return false;
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      dropped = dropped << 7 | (byte & 0x7f);
      more = (byte & 0x80) != 0;
      if (more) ++dropped;
    }
    const size_t zero = bytes_.find('\0', at_);
    if (zero == bytes_.npos || dropped > last_.size()) return false;
    last_.resize(last_.size() - dropped);
    last_ += bytes_.substr(at_, zero - at_);
    path = last_;
    at_ = zero + 1;
    return true;
  }

  // Behind the entries: four letters, a size, the bytes; last a checksum.
  bool has_extension(std::string_view name) const {
    for (size_t at = at_; bytes_.size() - at >= 8u + id_size_;) {
      if (bytes_.substr(at, 4) == name) return true;
      const uint32_t size = read_u32(bytes_.data() + at + 4);
      if (size > bytes_.size() - at - 8) return false;
      at += 8 + size;
    }
    return false;
  }

  std::string_view bytes_;
  uint8_t id_size_;
  uint32_t version_ = 2;
  size_t at_ = 0, path_bytes_ = 0;
  std::string last_;
  std::vector<IndexEntry> entries_;
};

}  // namespace

Result<std::vector<IndexEntry>> parse_index(std::string_view bytes, uint8_t id_size) {
  return Reader(bytes, id_size).read();
}

}  // namespace mesh::git
