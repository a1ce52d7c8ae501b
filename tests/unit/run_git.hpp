#pragma once

#include <doctest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace mesh::test {

// What the real git prints, without its line end. It reads no configuration of this machine, and its clock
// stands.
inline std::string run_git(const std::string& folder, const std::string& arguments,
                           const std::string& date = "1700000000 +0000") {
  const std::string command =
      "cd '" + folder +
      "' && env -u GIT_DIR -u GIT_WORK_TREE -u GIT_INDEX_FILE GIT_CONFIG_GLOBAL=/dev/null "
      "GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_DATE='" +
      date + "' GIT_COMMITTER_DATE='" + date +
      "' git -c user.name=t -c user.email=t@example.com -c commit.gpgsign=false "
      "-c init.defaultBranch=main -c protocol.file.allow=always " +
      arguments + " 2>/dev/null";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), &::pclose);
  REQUIRE(pipe);
  std::string output;
  std::array<char, 4096> part{};
  while (const size_t got = std::fread(part.data(), 1, part.size(), pipe.get()))
    output.append(part.data(), got);
  while (output.ends_with('\n')) output.pop_back();
  return output;
}

}  // namespace mesh::test
