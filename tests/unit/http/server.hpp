#pragma once

#include "core/base/descriptor.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

struct ssl_st;
struct ssl_ctx_st;

// A server on this machine that does as it is told, the things no good server does included.
namespace mesh::test {

// A request as it came in.
struct Seen {
  std::string method, target;
  std::string head;  // request line and headers as sent
  std::string body;
  unsigned connection = 0;  // counted from 1

  // The value of a header, "" when there is none.
  std::string header(std::string_view lower_case_name) const;
};

// The client's end, for a handler.
class Peer {
 public:
  Peer(int fd, ssl_st* tls, const std::atomic<bool>& stopping) : fd_(fd), tls_(tls), stopping_(stopping) {}

  void send(std::string_view bytes);
  // "HTTP/1.1 <status> …" with a length, and the connection stays.
  void reply(int status, std::string_view body = {}, std::string_view headers = {});
  void close();                      // in good order
  void reset();                      // RST
  void wait(unsigned milliseconds);  // less when the client goes or the server stops
  void tunnel(uint16_t port);        // to a port of this machine, until one side ends
  bool is_open() const { return open_; }
  std::string read_some();  // "" at the end

 private:
  int fd_;
  ssl_st* tls_;
  const std::atomic<bool>& stopping_;
  bool open_ = true;
};

using Handler = std::function<void(Peer&, const Seen&)>;

// What a server shows to prove who it is.
struct Identity {
  std::string certificate, key;  // PEM
};

class Server {
 public:
  enum class Family : unsigned char { v4, v6 };
  struct Options {
    Family family = Family::v4;
    const Identity* identity = nullptr;             // TLS
    int tls_version = 0;                            // no other than this one; 0 for today's
    std::function<void(Peer&)> on_connection = {};  // instead of reading a request
  };
  explicit Server(Handler handler) : Server(std::move(handler), Options{}) {}
  Server(Handler handler, Options options);
  Server(const Server&) = delete;
  ~Server();

  uint16_t port() const { return port_; }
  std::string url(std::string_view target = "/") const;  // with the address
  std::string named_url(std::string_view host, std::string_view target = "/") const;

  std::vector<Seen> seen() const;
  size_t hits() const { return seen().size(); }
  unsigned connections() const { return connections_; }

 private:
  void accept_all();
  void serve(int fd, unsigned number);

  Handler handler_;
  Options options_;
  std::shared_ptr<ssl_ctx_st> tls_;
  Descriptor listener_;
  uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<unsigned> connections_{0};
  mutable std::mutex mutex_;
  std::vector<Seen> seen_;          // under mutex_
  std::list<std::thread> threads_;  // of the accepting thread, then of the destructor
  std::thread accepting_;
};

// A port that nobody listens on.
uint16_t closed_port();

// A CA and what it signs, made for this run.
class Authority {
 public:
  Authority();
  ~Authority();
  std::string certificate() const;  // PEM
  // For a DNS name or an IP address; valid from `from` to `to`, in days from now.
  Identity issue(const std::string& host, int from = -1, int to = 1) const;

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
};

}  // namespace mesh::test
