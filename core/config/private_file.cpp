#include "core/config/private_file.hpp"

#include "core/base/descriptor.hpp"
#include "core/base/files.hpp"
#include "core/base/strings.hpp"

#include <fcntl.h>
#include <sys/stat.h>

namespace mesh::config {

Result<std::string> read_private_file(const std::string& path, uint64_t limit) {
  const std::string shown = "`" + printable(path) + "`";
  const Descriptor fd(uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); }));
  if (!fd) return system_failure("cannot open " + shown, errno);
  struct stat about {};
  if (::fstat(fd.get(), &about) != 0) return system_failure("cannot open " + shown, errno);
  if (!S_ISREG(about.st_mode)) return fail(Fault::usage, shown + " is not a file");
  if (about.st_uid != ::geteuid() && about.st_uid != 0)
    return fail(Fault::usage, shown + " belongs to another user",
                "who owns it chooses your credentials: make it your own");
  if ((about.st_mode & 077) != 0)
    return fail(Fault::usage, shown + " can be read by others",
                "take their rights away: chmod 600 " + shell_quoted(path));
  auto text = read_to_end(fd.get(), static_cast<uint64_t>(about.st_size), limit);
  if (!text) return system_failure("cannot read " + shown, text.error());
  if (text->size() > limit)
    return fail(Fault::usage, shown + " is larger than " + std::to_string(limit) + " bytes");
  return std::move(*text);
}

bool is_open_to_others(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 && (about.st_mode & 077) != 0;
}

}  // namespace mesh::config
