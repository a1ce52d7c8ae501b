#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mesh {

// The whole file. not_found; local_io with the system's reason; usage when it is larger than `limit`
// (then no more than `limit` + 1 bytes were read). Pipes and devices are read to their end or the limit.
Result<std::string> read_file(const std::string& path, uint64_t limit = UINT64_MAX);

enum class Sync { no, yes };  // yes: fsync the file and its folder

// Writes a sibling file and renames it over `path`: a reader sees the old content or the new. Keeps the
// mode of what it replaces. Nothing is left behind on failure.
Result<void> replace_file(const std::string& path, std::string_view bytes, Sync sync = Sync::no);

// Creates `path` only if nothing is there, whole or not at all; otherwise exists.
Result<void> create_file(const std::string& path, std::string_view bytes, Sync sync = Sync::no);

// Like `mkdir -p`. With Sync::yes every folder that was made is durable in its parent.
Result<void> make_folders(const std::string& path, Sync sync = Sync::no);

bool is_file(const std::string& path);
bool is_folder(const std::string& path);

// The error of a failed system call: "<message>: No space left on device", with the fault that fits `error`.
tl::unexpected<Error> system_failure(std::string_view message, int error);

}  // namespace mesh
