#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace mesh {

// What callers act on differently; the exit code follows from it (design section 5, cmd/exit_code.hpp).
enum class Fault {
  usage,      // the command line or a configuration file is wrong
  not_found,  // what was asked for is not there
  exists,     // it must not be there, and is
  conflict,   // somebody else changed it, or it holds other content
  temporary,  // a retry may help
  refused,    // credentials, TLS, permission on the far side
  corrupt,    // a digest or signature does not match
  local_io,   // this machine: disk full, read-only, permission
  internal,   // we are wrong
};

struct Error {
  Fault fault = Fault::internal;
  std::string message;
  std::string help;          // what to do about it, or empty
  uint32_t retry_after = 0;  // of temporary: seconds that the far side asks to wait; 0 when it does not say

  // The same error, told by a caller: "<doing>: <message>".
  [[nodiscard]] tl::unexpected<Error> in(std::string_view doing) && {
    message.insert(0, std::string(doing) + ": ");
    return tl::unexpected<Error>(std::move(*this));
  }
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(Fault fault, std::string message, std::string help = {}) {
  return tl::unexpected<Error>(Error{fault, std::move(message), std::move(help)});
}

// Passes an error on unchanged, whatever the two results hold.
template <class T>
[[nodiscard]] tl::unexpected<Error> pass(Result<T>&& result) {
  return tl::unexpected<Error>(std::move(result).error());
}

}  // namespace mesh
