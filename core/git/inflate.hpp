#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace mesh::git {

// Unpacks zlib streams, one after the other. Memory grows with what comes out, never with what a header
// claims.
class Inflater {
 public:
  Inflater();
  ~Inflater();
  Inflater(Inflater&&) noexcept;
  Inflater& operator=(Inflater&&) noexcept;

  enum class State : unsigned char { more, done, broken, too_large };

  // A new stream, of which at most `most` bytes are taken.
  void start(size_t most);
  // Appends to `out` what the next bytes of the stream hold. Bytes past its end are not looked at.
  State feed(std::string_view packed, std::string& out);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
  size_t left_ = 0;
};

}  // namespace mesh::git
