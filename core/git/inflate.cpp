#include "core/git/inflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <new>

namespace mesh::git {

struct Inflater::Stream {
  z_stream z{};
  Stream() {
    if (::inflateInit(&z) != Z_OK) throw std::bad_alloc();
  }
  Stream(const Stream&) = delete;
  ~Stream() { ::inflateEnd(&z); }
};

Inflater::Inflater() = default;
Inflater::~Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;

void Inflater::start(size_t most) {
  if (stream_)
    ::inflateReset(&stream_->z);
  else
    stream_ = std::make_unique<Stream>();
  left_ = most;
}

Inflater::State Inflater::feed(std::string_view packed, std::string& out) {
  constexpr size_t kStep = 64u << 10, kMostInput = 1u << 30;
  z_stream& z = stream_->z;
  while (!packed.empty()) {
    const size_t taken = std::min(packed.size(), kMostInput);
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    z.avail_in = static_cast<uInt>(taken);
    packed.remove_prefix(taken);
    while (true) {
      // One byte of room more than may come: so that a stream that goes on is told from one that ends.
      const size_t before = out.size(), room = std::min(kStep, left_ + 1);
      out.resize(before + room);
      z.next_out = reinterpret_cast<Bytef*>(out.data() + before);
      z.avail_out = static_cast<uInt>(room);
      const int state = ::inflate(&z, Z_NO_FLUSH);
      const size_t made = room - z.avail_out;
      out.resize(before + made);
      if (made > left_) return State::too_large;
      left_ -= made;
      if (state == Z_STREAM_END) return State::done;
      if (state != Z_OK && state != Z_BUF_ERROR) return State::broken;
      if (z.avail_out != 0 || state == Z_BUF_ERROR) break;  // it wants more input
    }
  }
  return State::more;
}

}  // namespace mesh::git
