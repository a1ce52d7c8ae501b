#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

namespace mesh {

// A password, key or token. It is shown as `***`, compared without telling by time how much was right, and
// its bytes are wiped when it goes. The first one of a process switches core dumps off.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);  // the caller's own copy is the caller's to wipe
  Secret(const Secret& other);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret other) noexcept;
  ~Secret();

  bool empty() const { return value_.empty(); }
  std::string_view reveal() const { return value_; }  // for what goes over the wire, and for nothing else

  friend bool operator==(const Secret& a, const Secret& b);
  friend std::ostream& operator<<(std::ostream& out, const Secret& secret);

 private:
  std::string value_;
};

// Overwrites the bytes of a string that held a secret, and empties it.
void wipe(std::string& text) noexcept;

}  // namespace mesh
