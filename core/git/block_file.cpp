#include "core/git/block_file.hpp"

#include "core/base/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>

namespace mesh::git {

constexpr uint64_t kBlock = 8192;
constexpr size_t kMostBlocks = 2048;

Result<BlockFile> BlockFile::open(const std::string& path) {
  Descriptor fd(uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); }));
  if (!fd) return system_failure(path, errno);
  struct stat about {};
  if (::fstat(fd.get(), &about) != 0) return system_failure(path, errno);
  if (!S_ISREG(about.st_mode)) return fail(Fault::corrupt, path + " is not a file");
  return BlockFile(std::move(fd), static_cast<uint64_t>(about.st_size));
}

std::string_view BlockFile::some(uint64_t offset) {
  const uint64_t number = offset / kBlock;
  auto found = blocks_.find(number);
  if (found == blocks_.end()) {
    if (offset >= size_) return {};
    if (blocks_.size() >= kMostBlocks) blocks_.clear();
    std::string block(std::min(kBlock, size_ - number * kBlock), '\0');
    size_t used = 0;
    while (used < block.size()) {
      const ssize_t got = uninterrupted([&] {
        return ::pread(fd_.get(), block.data() + used, block.size() - used,
                       static_cast<off_t>(number * kBlock + used));
      });
      if (got <= 0) return {};
      used += static_cast<size_t>(got);
    }
    found = blocks_.emplace(number, std::move(block)).first;
  }
  const uint64_t within = offset % kBlock;
  return within < found->second.size() ? std::string_view(found->second).substr(within) : std::string_view();
}

bool BlockFile::read(uint64_t offset, char* to, size_t count) {
  while (count > 0) {
    const std::string_view bytes = some(offset).substr(0, count);
    if (bytes.empty()) return false;
    std::memcpy(to, bytes.data(), bytes.size());
    to += bytes.size();
    offset += bytes.size();
    count -= bytes.size();
  }
  return true;
}

}  // namespace mesh::git
