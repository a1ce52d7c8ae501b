#include "core/git/formats.hpp"

#include "core/base/strings.hpp"

#include <charconv>
#include <cstring>
#include <optional>

namespace mesh::git {
namespace {

tl::unexpected<Error> corrupt(std::string message) { return fail(Fault::corrupt, std::move(message)); }

// "tree 1234…\n" at the start of `bytes`, which is moved past it.
std::optional<ObjectId> take_id(std::string_view& bytes, std::string_view label, uint8_t id_size) {
  const size_t digits = 2u * id_size, length = label.size() + digits + 1;
  if (bytes.size() < length || !bytes.starts_with(label) || bytes[length - 1] != '\n') return std::nullopt;
  const auto id = parse_id(bytes.substr(label.size(), digits));
  if (id) bytes.remove_prefix(length);
  return id;
}

std::string_view first_line(std::string_view bytes) { return bytes.substr(0, bytes.find('\n')); }

// "committer Name <mail> 1700000000 +0100": the number after the last `>`. Odd ones count as 0, as in git.
int64_t date_of(std::string_view line) {
  const size_t mark = line.rfind('>');
  if (mark == line.npos) return 0;
  const std::string_view rest = trim(line.substr(mark + 1));
  int64_t seconds = 0;
  const auto [end, fault] = std::from_chars(rest.data(), rest.data() + rest.size(), seconds);
  return fault == std::errc{} && seconds > 0 ? seconds : 0;
}

std::optional<ObjectType> type_named(std::string_view name) {
  for (const auto type : {ObjectType::commit, ObjectType::tree, ObjectType::blob, ObjectType::tag})
    if (name == name_of(type)) return type;
  return std::nullopt;
}

// Little-endian groups of seven bits, the highest bit of each byte says that more follow.
std::optional<uint64_t> take_size(std::string_view& bytes) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 63; shift += 7) {
    if (bytes.empty()) return std::nullopt;
    const auto byte = static_cast<unsigned char>(bytes[0]);
    bytes.remove_prefix(1);
    value |= uint64_t(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

// Up to four or three bytes, of which the bits of `present` say which are there.
std::optional<uint32_t> take_sparse(std::string_view& bytes, unsigned present, unsigned count) {
  uint32_t value = 0;
  for (unsigned i = 0; i < count; ++i) {
    if ((present >> i & 1) == 0) continue;
    if (bytes.empty()) return std::nullopt;
    value |= uint32_t(static_cast<unsigned char>(bytes[0])) << (8 * i);
    bytes.remove_prefix(1);
  }
  return value;
}

}  // namespace

uint32_t read_u32(const char* at) {
  unsigned char b[4];
  std::memcpy(b, at, sizeof b);
  return uint32_t(b[0]) << 24 | uint32_t(b[1]) << 16 | uint32_t(b[2]) << 8 | b[3];
}

uint64_t read_u64(const char* at) { return uint64_t(read_u32(at)) << 32 | read_u32(at + 4); }

Result<Commit> parse_commit(std::string_view bytes, uint8_t id_size) {
  Commit commit;
  const auto tree = take_id(bytes, "tree ", id_size);
  if (!tree) return corrupt("a commit without a tree");
  commit.tree = *tree;
  while (const auto parent = take_id(bytes, "parent ", id_size)) commit.parents.push_back(*parent);
  for (std::string_view line = first_line(bytes); !line.empty(); line = first_line(bytes)) {
    if (line.starts_with("committer ")) {
      commit.date = date_of(line);
      break;
    }
    if (line.size() == bytes.size()) break;
    bytes.remove_prefix(line.size() + 1);
  }
  return commit;
}

Result<ObjectId> parse_tag(std::string_view bytes, uint8_t id_size) {
  const auto id = take_id(bytes, "object ", id_size);
  if (!id) return corrupt("a tag that names no object");
  return *id;
}

Result<std::vector<TreeEntry>> parse_tree(std::string_view bytes, uint8_t id_size) {
  std::vector<TreeEntry> entries;
  while (!bytes.empty()) {
    TreeEntry entry;
    const auto [end, fault] =
        std::from_chars(bytes.data(), bytes.data() + std::min<size_t>(bytes.size(), 7), entry.mode, 8);
    const auto digits = static_cast<size_t>(end - bytes.data());
    if (fault != std::errc{} || digits == 0 || digits == bytes.size() || bytes[digits] != ' ')
      return corrupt("a tree with an entry of no mode");
    bytes.remove_prefix(digits + 1);
    const size_t zero = bytes.find('\0');
    if (zero == bytes.npos || bytes.size() - zero - 1 < id_size) return corrupt("a tree that ends too early");
    entry.name = bytes.substr(0, zero);
    if (entry.name.empty() || entry.name == "." || entry.name == ".." ||
        entry.name.find('/') != std::string::npos)
      return corrupt("a tree with an entry of no proper name");
    entry.id = id_of_raw(bytes.substr(zero + 1, id_size));
    bytes.remove_prefix(zero + 1 + id_size);
    entries.push_back(std::move(entry));
  }
  return entries;
}

Result<LooseHead> parse_loose_head(std::string_view bytes) {
  const size_t zero = bytes.substr(0, 32).find('\0'), space = bytes.substr(0, 32).find(' ');
  if (zero == bytes.npos || space == bytes.npos || space > zero) return corrupt("no object");
  LooseHead head;
  const auto type = type_named(bytes.substr(0, space));
  const std::string_view size = bytes.substr(space + 1, zero - space - 1);
  const auto [end, fault] = std::from_chars(size.data(), size.data() + size.size(), head.size);
  if (!type || size.empty() || fault != std::errc{} || end != size.data() + size.size())
    return corrupt("an object of no type or size");
  head.type = *type;
  head.length = zero + 1;
  return head;
}

Result<PackedHead> parse_packed_head(std::string_view bytes, uint8_t id_size) {
  const std::string_view whole = bytes;
  if (bytes.empty()) return corrupt("an entry past the end");
  PackedHead head;
  const auto first = static_cast<unsigned char>(bytes[0]);
  const unsigned kind = first >> 4 & 7;
  if (kind == 0 || kind == 5) return corrupt("an entry of an unknown kind");
  head.kind = static_cast<PackedHead::Kind>(kind);
  bytes.remove_prefix(1);
  head.size = first & 15;
  if (first & 0x80) {
    const auto rest = take_size(bytes);
    if (!rest || *rest > UINT64_MAX >> 4) return corrupt("an entry of no size");
    head.size |= *rest << 4;
  }
  if (head.kind == PackedHead::Kind::id_delta) {
    if (bytes.size() < id_size) return corrupt("a delta without a base");
    head.base = id_of_raw(bytes.substr(0, id_size));
    bytes.remove_prefix(id_size);
  } else if (head.kind == PackedHead::Kind::offset_delta) {
    // Big-endian groups of seven bits; each that another follows counts one more.
    for (bool more = true; more;) {
      if (bytes.empty() || head.distance > (UINT64_MAX >> 8)) return corrupt("a delta without a base");
      const auto byte = static_cast<unsigned char>(bytes[0]);
      bytes.remove_prefix(1);
      head.distance = head.distance << 7 | (byte & 0x7f);
      more = (byte & 0x80) != 0;
      if (more) ++head.distance;
    }
  }
  head.length = whole.size() - bytes.size();
  return head;
}

Result<std::string> apply_delta(std::string_view base, std::string_view delta, uint64_t most) {
  const auto base_size = take_size(delta), size = base_size ? take_size(delta) : std::nullopt;
  if (!size || *base_size != base.size()) return corrupt("a delta that is not of its base");
  if (*size > most) return corrupt("an object of more than " + std::to_string(most) + " bytes");
  std::string made;
  while (!delta.empty()) {
    const auto op = static_cast<unsigned char>(delta[0]);
    delta.remove_prefix(1);
    std::string_view piece;
    if (op & 0x80) {
      const auto offset = take_sparse(delta, op & 15, 4), length = take_sparse(delta, op >> 4 & 7, 3);
      if (!offset || !length) return corrupt("a delta that ends too early");
      const uint32_t count = *length == 0 ? 0x10000 : *length;
      if (*offset > base.size() || count > base.size() - *offset)
        return corrupt("a delta that leads out of its base");
      piece = base.substr(*offset, count);
    } else {
      if (op == 0 || delta.size() < op) return corrupt("a delta that ends too early");
      piece = delta.substr(0, op);
      delta.remove_prefix(op);
    }
    if (piece.size() > *size - made.size()) return corrupt("a delta that makes too much");
    made += piece;
  }
  if (made.size() != *size) return corrupt("a delta that makes too little");
  return made;
}

}  // namespace mesh::git
