#include "cmd/exit_code.hpp"

#include <array>

namespace mesh::cmd {

int exit_code(Fault fault) {
  switch (fault) {
    case Fault::usage:
      return kUsage;
    case Fault::not_found:
      return kNothing;
    case Fault::exists:
    case Fault::conflict:
      return kConflict;
    case Fault::temporary:
      return kTemporary;
    case Fault::refused:
      return kRefused;
    case Fault::corrupt:
      return kCorrupt;
    case Fault::local_io:
      return kLocalIo;
    case Fault::internal:
      return kBug;
  }
  return kBug;
}

int worst(int a, int b) {
  constexpr std::array kOrder{int(kBug),       int(kUsage),    int(kLocalIo), int(kCorrupt), int(kRefused),
                              int(kTemporary), int(kConflict), int(kNothing), int(kFindings)};
  for (const int code : kOrder)
    if (a == code || b == code) return code;
  return a != 0 ? a : b;
}

}  // namespace mesh::cmd
