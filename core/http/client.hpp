#pragma once

#include "core/base/pieces.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/http/proxy.hpp"
#include "core/http/status.hpp"
#include "core/http/url.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// The one HTTP client. https only; http to this machine, or anywhere when that is allowed. A redirect is an
// answer like any other and is never followed: a credential goes where it was meant to go and nowhere else.
namespace mesh::http {

using mesh::Secret;

struct Header {
  std::string name, value;
  bool is_secret = false;  // to be wiped after use; for names that do not tell by themselves (redact.hpp)
};

struct Request {
  std::string method = "GET";
  std::string url;  // encoded already, and sent as it is: what was signed is what is sent
  std::vector<Header> headers;
  std::string_view body;            // good until `send` returns
  const Pieces* pieces = nullptr;   // in the place of `body`; as good, and read by another thread
  uint64_t most_bytes = 16u << 20;  // of the reply, unpacked; more is corrupt
  bool from_manifest = false;  // the URL comes from a manifest or from a server's document: public hosts only
  // Of those: whoever names it is in a private network too, and may mean a neighbour there; but never this
  // machine or its link.
  bool private_too = false;
  // Of those: through a proxy the name need not be known to this machine, which may know none but its own.
  bool proxy_resolves = false;
  // Asks the cloud that this machine is in, by http too: never through a proxy, and no address is connected
  // to but those that stay on the machine or its link.
  bool is_metadata = false;
  bool accept_compressed = false;  // lets the server pack its reply; some then weaken its ETag
};

uint64_t body_size(const Request& request);

// What a request proves itself by: the values of headers and parameters that hold secrets, as they are sent
// and, of parameters, also as they are meant.
std::vector<Secret> secrets_of(const Request& request);

// Where a reply came from. unknown: through a proxy, or from this machine's link.
enum class Network : uint8_t { unknown, this_machine, inside, internet };

struct Response {
  int status = 0;
  std::vector<Header> headers;  // names in lower case
  std::string body;
  Network network = Network::unknown;

  // The value of the first header of this name, whatever its case; "" when there is none.
  std::string_view header(std::string_view name) const;
};

struct Settings {
  unsigned jobs = 8;  // requests under way at one time; more wait their turn
  unsigned rate = 0;  // requests that begin in a second; 0: as many as can
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::seconds stall{30};              // with less than a byte a second, either way
  std::chrono::milliseconds timeout{300'000};  // of one request in all, from when its turn comes
  std::string ca_file;    // the only certificates to trust; "": MESH_CACERT, SSL_CERT_FILE, then the system's
  bool insecure = false;  // any certificate will do
  bool allow_http = false;  // to any host
  // Proxies are libcurl's business, which reads the process's environment, but for requests from manifests.
  Environment environment = process_environment;
  // Gets a line of JSON for each request, once it is over (trace.hpp): of any thread, one at a time.
  std::function<void(std::string_view)> trace;
  // Asked ten times a second, by another thread. Once it says so no request begins, and those under way end:
  // by themselves within `grace`, so that what was committed is known, else as temporary.
  std::function<bool()> is_stopped;
  std::chrono::milliseconds grace{2'000};

  static std::string process_environment(const char* name);
};

// How the message of a refusal ends where the server answers TLS with something else, as servers of http do.
inline constexpr std::string_view kSpeaksNoTls = "it speaks no TLS";

// Many threads may send at one time; their requests run on one thread of the client, which keeps connections
// for the next ones. A request is sent once: only a GET or HEAD that met a dead connection is sent again.
// Destroying the client ends requests under way as temporary.
class Client {
 public:
  explicit Client(Settings settings);
  Client(const Client&) = delete;
  ~Client();

  // The whole reply, whatever its status (status.hpp says what that means to callers); in one that is no
  // success, `***` stands for secrets of the request. Otherwise
  //   temporary: no name, no connection, a broken one, a reply that is too slow or too short, stopped; for a
  //   write also a reply that cannot be understood, since it may have been done
  //   refused:   TLS, a proxy that says no, an address that is not to be reached, a server that speaks no
  //   HTTP corrupt:   a reply larger than asked for, or one that cannot be unpacked usage:     a URL that
  //   cannot be requested, a CA file that cannot be read
  Result<Response> send(const Request& request);

 private:
  struct Engine;
  std::shared_ptr<Engine> engine_;
};

}  // namespace mesh::http
