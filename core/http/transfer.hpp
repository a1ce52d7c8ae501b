#pragma once

#include "core/http/address.hpp"
#include "core/http/client.hpp"
#include "core/http/libcurl.hpp"
#include "core/http/trace.hpp"

#include <condition_variable>
#include <optional>

// One request under way: what libcurl is told about it, and what its callbacks make of the reply.
namespace mesh::http {

class Transfer {
 public:
  // All of them outlive it; `url` is that of the request.
  Transfer(const Libcurl& curl, const Settings& settings, const Request& request, const Url& url);
  Transfer(const Transfer&) = delete;
  ~Transfer();

  // Tells libcurl everything; nothing is sent yet.
  Result<void> prepare();
  CURL* handle() const { return easy_; }

  // Once it is done: what became of it. `code` is libcurl's word.
  Result<Response> outcome(CURLcode code);

  Way way() const;

 private:
  Result<void> choose_way();
  Result<void> tell_headers();
  void tell_method();
  void tell_trust();
  Error error_of(CURLcode code) const;
  Error reason_of(CURLcode code) const;
  Error unreachable() const;
  Error timeout() const;
  Error tls_error(Fault fault) const;
  Error broken() const;
  std::string ca_file() const;
  std::string reason() const;
  bool repeats_safely() const;
  bool is_direct() const;  // not through a proxy

  template <class Act>
  void without_throwing(const Act& act);
  size_t take_header(std::string_view line);
  size_t take_body(std::string_view bytes);
  size_t announced_size() const;
  static size_t on_header(char* data, size_t size, size_t count, void* self);
  static size_t on_body(char* data, size_t size, size_t count, void* self);
  static size_t on_send(char* data, size_t size, size_t count, void* self);
  static int on_seek(void* self, curl_off_t offset, int origin);
  static curl_socket_t on_socket(void* self, curlsocktype purpose, struct curl_sockaddr* address);
  static int on_progress(void* self, curl_off_t, curl_off_t received, curl_off_t, curl_off_t sent);
  static int on_connected(void* self, char* address, char* local_address, int port, int local_port);

  template <class Value>
  void set(CURLoption option, Value value) {
    if (curl_.easy_setopt(easy_, option, value) != CURLE_OK) all_set_ = false;
  }

  const Libcurl& curl_;
  const Settings& settings_;
  const Request& request_;
  const Url& url_;
  std::string place_;  // "`host:port`"
  Reach reach_ = Reach::anywhere;
  std::optional<std::string> proxy_;  // nothing: libcurl decides
  CURL* easy_ = nullptr;
  curl_slist* headers_ = nullptr;
  bool all_set_ = true;
  char reason_[CURL_ERROR_SIZE] = {};

  // Of the thread that runs transfers until it is done.
  std::optional<PiecesReader> sent_;
  Response response_;
  size_t header_bytes_ = 0;
  unsigned times_sent_ = 0;
  bool in_headers_ = false;
  uint64_t moved_ = 0;  // bytes either way when they last changed, and when that was
  std::chrono::steady_clock::time_point moved_at_{};
  std::string out_of_reach_;            // the address that was not connected to
  Network network_ = Network::unknown;  // that the connection leads to, which may be the proxy's
  enum class Stop : unsigned char {
    no,
    large_body,
    large_headers,
    no_memory,
    second_time,
    out_of_reach,
    stalled
  };
  Stop stop_ = Stop::no;
};

}  // namespace mesh::http
