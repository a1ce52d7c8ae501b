#pragma once

#include "core/base/result.hpp"

#include <string>

struct sockaddr;

// Where a connection may go. A URL out of a manifest must not reach what only this machine or its network can
// reach: metadata services, admin ports, routers.
namespace mesh::http {

enum class Reach : unsigned char {
  anywhere,
  this_machine,
  this_link,  // and the machine: where clouds have their metadata services
  public_only,
  other_machines  // public, or of a private network: not this machine, and not what is on its link only
};

// Whether an address that a connection is about to be made to lies within reach. Addresses that are no
// unicast addresses of the internet are not public, nor are those that carry one which is not
// (::ffff:127.0.0.1, 6to4).
bool is_within(Reach reach, const sockaddr& address);

// "127.0.0.1", for messages.
std::string text_of(const sockaddr& address);

// For a connection through a proxy, which resolves by itself: every address of the name as seen from here
// must be public. refused; temporary when no answer came. With `may_be_unknown` a name without an address
// here is the proxy's business.
Result<void> check_public_name(const std::string& host, bool may_be_unknown = false);

}  // namespace mesh::http
