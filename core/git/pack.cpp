#include "core/git/pack.hpp"

#include "core/base/strings.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace mesh::git {
namespace {

constexpr uint64_t kFanoutAt = 8, kIdsAt = kFanoutAt + 4 * 256;
constexpr uint64_t kPackHead = 12;

}  // namespace

Result<Pack> Pack::open(const std::string& stem, uint8_t id_size) {
  auto index = BlockFile::open(stem + ".idx");
  if (!index) return pass(std::move(index));
  auto file = BlockFile::open(stem + ".pack");
  if (!file) return pass(std::move(file));
  Pack pack(stem + ".pack", std::move(*index), std::move(*file), id_size);
  if (auto good = pack.check(); !good) return pass(std::move(good));
  return pack;
}

tl::unexpected<Error> Pack::broken_index() const {
  return fail(Fault::corrupt, printable(path_) + ": its index is broken", "`git fsck` tells more");
}

Result<void> Pack::check() {
  std::array<char, kIdsAt> head{};
  if (!index_.read(0, head.data(), head.size())) return broken_index();
  if (std::string_view(head.data(), 8) != std::string_view("\377tOc\0\0\0\2", 8))
    return fail(Fault::corrupt, printable(path_) + ": its index is not of version 2",
                "`git gc` writes a new one");
  fanout_.push_back(0);
  for (size_t i = 0; i < 256; ++i) {
    fanout_.push_back(read_u32(head.data() + kFanoutAt + 4 * i));
    if (fanout_[i + 1] < fanout_[i]) return broken_index();
  }
  count_ = fanout_.back();
  if (index_.size() < kIdsAt + uint64_t(count_) * (id_size_ + 8u) + 2u * id_size_) return broken_index();

  std::array<char, kPackHead> begin{};
  const std::string_view start(begin.data(), begin.size());
  if (!pack_.read(0, begin.data(), begin.size()) || !start.starts_with("PACK") ||
      (read_u32(begin.data() + 4) != 2 && read_u32(begin.data() + 4) != 3))
    return fail(Fault::corrupt, printable(path_) + " is not a pack of version 2", "`git fsck` tells more");
  return {};
}

std::optional<ObjectId> Pack::id_at(uint32_t position) {
  std::array<char, kSha256Size> raw{};
  if (!index_.read(kIdsAt + uint64_t(position) * id_size_, raw.data(), id_size_)) return std::nullopt;
  return id_of_raw({raw.data(), id_size_});
}

// Ids are spread evenly, so the search starts where the id would stand and goes out from there: a step or two
// instead of one for each halving.
std::optional<uint32_t> Pack::lower_bound(std::string_view raw, uint32_t from, uint32_t to) {
  uint32_t low = from, high = to;  // all before `low` are less, all from `high` on are not
  const auto probe = [&](uint32_t at) {
    const auto id = id_at(at);
    if (!id) return false;
    if (id->raw().substr(0, raw.size()) < raw)
      low = at + 1;
    else
      high = at;
    return true;
  };
  if (raw.size() >= 5 && to > from) {
    const uint64_t share = read_u32(raw.data() + 1);
    auto guess = static_cast<uint32_t>(from + (share * (to - from) >> 32));
    guess = std::clamp(guess, from, to - 1);
    int direction = 0;
    for (uint32_t step = 32; low < high && step < (1u << 28); step *= 4) {
      if (!probe(guess)) return std::nullopt;
      const int towards = low > guess ? 1 : -1;
      if (direction != 0 && towards != direction) break;
      direction = towards;
      if ((towards > 0 ? high - guess : guess - low) <= step) break;
      guess = towards > 0 ? guess + step : guess - step;
    }
  }
  while (low < high)
    if (!probe(low + (high - low) / 2)) return std::nullopt;
  return low;
}

Result<std::optional<uint64_t>> Pack::find(const ObjectId& id) {
  if (id.size != id_size_) return std::nullopt;
  const uint32_t to = fanout_[id.bytes[0] + 1u];
  const auto position = lower_bound(id.raw(), fanout_[id.bytes[0]], to);
  if (!position) return broken_index();
  if (*position == to || id_at(*position) != id) return std::nullopt;
  auto offset = offset_of(*position);
  if (!offset) return pass(std::move(offset));
  return std::optional(*offset);
}

Result<uint64_t> Pack::offset_of(uint32_t position) {
  const uint64_t offsets = kIdsAt + uint64_t(count_) * (id_size_ + 4u);
  char raw[8];
  if (!index_.read(offsets + 4ull * position, raw, 4)) return broken_index();
  const uint32_t small = read_u32(raw);
  uint64_t offset = small;
  if (small & 0x80000000u) {
    const uint64_t large = offsets + 4ull * count_ + 8ull * (small & 0x7fffffffu);
    if (!index_.read(large, raw, 8)) return broken_index();
    offset = read_u64(raw);
  }
  if (offset < kPackHead || offset >= pack_.size()) return broken_index();
  return offset;
}

std::vector<ObjectId> Pack::starting_with(std::string_view hex, size_t most) {
  std::vector<ObjectId> found;
  std::string lowest(hex);
  lowest.resize(2u * id_size_, '0');
  const auto least = parse_id(lowest);
  if (!least) return found;
  const uint32_t to = fanout_[least->bytes[0] + 1u];
  const auto start = lower_bound(least->raw(), fanout_[least->bytes[0]], to);
  for (uint32_t i = start.value_or(to); i < to && found.size() < most; ++i) {
    const auto id = id_at(i);
    if (!id || !id->hex().starts_with(hex)) break;
    found.push_back(*id);
  }
  return found;
}

Result<PackedHead> Pack::head_at(uint64_t offset) {
  char bytes[kLongestPackedHead];
  const uint64_t rest = offset < pack_.size() ? pack_.size() - offset : 0;
  const size_t count = static_cast<size_t>(std::min<uint64_t>(sizeof bytes, rest));
  if (!pack_.read(offset, bytes, count)) return fail(Fault::corrupt, printable(path_) + " ends too early");
  auto head = parse_packed_head({bytes, count}, id_size_);
  if (!head) return std::move(head).error().in(printable(path_));
  return head;
}

Result<std::string> Pack::bytes_at(uint64_t offset, const PackedHead& head, uint64_t most) {
  if (head.size > most)
    return fail(Fault::corrupt, "an object of " + std::to_string(head.size) + " bytes is too large");
  std::string bytes;
  inflater_.start(static_cast<size_t>(head.size));
  auto state = Inflater::State::more;
  for (offset += head.length; state == Inflater::State::more;) {
    const std::string_view packed = pack_.some(offset);
    if (packed.empty()) break;
    offset += packed.size();
    state = inflater_.feed(packed, bytes);
  }
  if (state != Inflater::State::done || bytes.size() != head.size)
    return fail(Fault::corrupt, printable(path_) + " is broken", "`git fsck` tells more");
  return bytes;
}

}  // namespace mesh::git
