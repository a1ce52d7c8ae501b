#include "core/http/transfer.hpp"

#include "core/base/percent.hpp"
#include "core/base/strings.hpp"
#include "core/http/redact.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

// What comes back: the callbacks that take it, and what it means.
namespace mesh::http {
namespace {

constexpr size_t kMostHeaderBytes = 300 << 10;
constexpr const char* kOwnAuthority =
    "if the server's certificate is of a CA of your own, name that CA's file: `--cacert FILE`, or "
    "MESH_CACERT";

std::string seconds(std::chrono::milliseconds time) {
  return std::to_string((time.count() + 999) / 1000) + " s";
}

std::string shown(std::string_view text) { return printable(redacted(text)); }

}  // namespace

std::string_view Response::header(std::string_view name) const {
  const std::string wanted = to_lower(name);
  for (const Header& one : headers)
    if (one.name == wanted) return one.value;
  return {};
}

std::vector<Secret> secrets_of(const Request& request) {
  std::vector<Secret> secrets;
  for (const Header& header : request.headers) {
    if (!header.is_secret && !is_secret_name(header.name)) continue;
    secrets.emplace_back(header.value);
    // "Bearer TOKEN"
    if (const size_t space = header.value.find(' '); space != std::string::npos)
      secrets.emplace_back(header.value.substr(space + 1));
  }
  const size_t query = request.url.find('?');
  if (query == std::string::npos) return secrets;
  for (const std::string_view pair : split(std::string_view(request.url).substr(query + 1), '&')) {
    const size_t sign = pair.find('=');
    if (sign == pair.npos || !is_secret_name(pair.substr(0, sign))) continue;
    secrets.emplace_back(std::string(pair.substr(sign + 1)));
    secrets.emplace_back(percent_decoded(pair.substr(sign + 1)));
  }
  return secrets;
}

// The callbacks are called by C code, so nothing may be thrown out of them.
template <class Act>
void Transfer::without_throwing(const Act& act) {
  try {
    act();
  } catch (const std::bad_alloc&) {
    stop_ = Stop::no_memory;
  }
}

size_t Transfer::on_header(char* data, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  size_t taken = 0;
  transfer.without_throwing([&] { taken = transfer.take_header({data, size * count}); });
  return taken;
}

size_t Transfer::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > kMostHeaderBytes) {
    stop_ = Stop::large_headers;
    return 0;
  }
  const std::string_view text = trim(line);
  if (line.starts_with("HTTP/")) {  // again after `100 Continue`; what came before is not the reply
    response_.headers.clear();
    in_headers_ = true;
  } else if (text.empty()) {
    in_headers_ = false;  // a trailer after the body must not change what was said before it
  } else if (const size_t colon = text.find(':');
             in_headers_ && colon != std::string_view::npos && colon > 0) {
    response_.headers.push_back(
        {to_lower(trim(text.substr(0, colon))), std::string(trim(text.substr(colon + 1)))});
  }
  return line.size();
}

size_t Transfer::on_body(char* data, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  size_t taken = 0;
  transfer.without_throwing([&] { taken = transfer.take_body({data, size * count}); });
  return taken;
}

size_t Transfer::on_send(char* data, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  size_t given = CURL_READFUNC_ABORT;
  transfer.without_throwing([&] { given = transfer.sent_->read(data, size * count); });
  return given;
}

int Transfer::on_seek(void* self, curl_off_t offset, int origin) {
  if (offset != 0 || origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<Transfer*>(self)->sent_->rewind();
  return CURL_SEEKFUNC_OK;
}

// Of the body, as far as the server says it: growing step by step needs twice the room.
size_t Transfer::announced_size() const {
  curl_off_t size = 0;
  curl_.easy_getinfo(easy_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
  return std::min(static_cast<uint64_t>(std::max<curl_off_t>(size, 0)), request_.most_bytes);
}

size_t Transfer::take_body(std::string_view bytes) {
  if (bytes.size() > request_.most_bytes - response_.body.size()) {
    stop_ = Stop::large_body;
    return 0;
  }
  if (response_.body.empty()) response_.body.reserve(announced_size());
  response_.body += bytes;
  return bytes.size();
}

// The address is that which the connection is made to, whatever a name resolved to before.
curl_socket_t Transfer::on_socket(void* self, curlsocktype, struct curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (!is_within(transfer.reach_, address->addr)) {
    transfer.without_throwing([&] { transfer.out_of_reach_ = text_of(address->addr); });
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Called many times a second. libcurl's own rule for slow transfers looks at an average and is seconds late.
int Transfer::on_progress(void* self, curl_off_t, curl_off_t received, curl_off_t, curl_off_t sent) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.times_sent_ == 0) return 0;  // until then the time to connect is what counts
  const uint64_t moved = static_cast<uint64_t>(received + sent) + transfer.header_bytes_;
  const auto now = std::chrono::steady_clock::now();
  if (moved != transfer.moved_ || transfer.moved_at_ == std::chrono::steady_clock::time_point{}) {
    transfer.moved_ = moved;
    transfer.moved_at_ = now;
  }
  if (now - transfer.moved_at_ < transfer.settings_.stall) return 0;
  transfer.stop_ = Stop::stalled;
  return 1;
}

// Called before the request is sent, and again when libcurl found the connection dead and would send it once
// more. A write may have been done before the connection died: whether to repeat it is the caller's decision.
int Transfer::on_connected(void* self, char* address, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (++transfer.times_sent_ > 1 && !transfer.repeats_safely()) {
    transfer.stop_ = Stop::second_time;
    return CURL_PREREQFUNC_ABORT;
  }
  // A new one was seen at its socket already; one that was kept was made for others.
  sockaddr_storage connected{};
  auto* const v4 = reinterpret_cast<sockaddr_in*>(&connected);
  auto* const v6 = reinterpret_cast<sockaddr_in6*>(&connected);
  if (::inet_pton(AF_INET, address, &v4->sin_addr) == 1)
    connected.ss_family = AF_INET;
  else if (::inet_pton(AF_INET6, address, &v6->sin6_addr) == 1)
    connected.ss_family = AF_INET6;
  const auto& there = reinterpret_cast<const sockaddr&>(connected);
  transfer.network_ = is_within(Reach::this_machine, there)     ? Network::this_machine
                      : is_within(Reach::public_only, there)    ? Network::internet
                      : is_within(Reach::other_machines, there) ? Network::inside
                                                                : Network::unknown;
  if (is_within(transfer.reach_, there)) return CURL_PREREQFUNC_OK;
  transfer.stop_ = Stop::out_of_reach;
  transfer.without_throwing([&] { transfer.out_of_reach_ = address; });
  return CURL_PREREQFUNC_ABORT;
}

Way Transfer::way() const {
  char* address = nullptr;
  long port = 0, made = 0;
  curl_.easy_getinfo(easy_, CURLINFO_PRIMARY_IP, &address);
  curl_.easy_getinfo(easy_, CURLINFO_PRIMARY_PORT, &port);
  curl_.easy_getinfo(easy_, CURLINFO_NUM_CONNECTS, &made);
  if (address == nullptr || *address == '\0') return {};
  const std::string host(address);
  const bool brackets = host.find(':') != std::string::npos;
  return {(brackets ? "[" + host + "]" : host) + ":" + std::to_string(port), made > 0};
}

Result<Response> Transfer::outcome(CURLcode code) {
  if (code != CURLE_OK) return tl::unexpected(error_of(code));
  // Nothing wrong for libcurl, which has the status and no body.
  if (in_headers_) return tl::unexpected(error_of(CURLE_PARTIAL_FILE));
  long status = 0;
  curl_.easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  if (is_direct()) response_.network = network_;
  return std::move(response_);
}

std::string Transfer::reason() const {
  std::string text = shown(trim(&reason_[0]));
  return text.empty() ? text : ": " + text;
}

// A write may have been done whatever came back for it, so whoever sent it has to look at what is there.
Error Transfer::error_of(CURLcode code) const {
  Error error = reason_of(code);
  const bool is_no_reply =
      error.fault == Fault::corrupt || code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_UNSUPPORTED_PROTOCOL;
  if (is_no_reply && times_sent_ > 0 && !repeats_safely()) error.fault = Fault::temporary;
  return error;
}

Error Transfer::reason_of(CURLcode code) const {
  switch (stop_) {
    case Stop::large_body:
      return {
          Fault::corrupt, place_ + " sends more than " + std::to_string(request_.most_bytes) + " bytes", {}};
    case Stop::large_headers:
      return {Fault::corrupt, place_ + " sends more than 300 KiB of headers", {}};
    case Stop::no_memory:
      throw std::bad_alloc();
    case Stop::second_time:
      return {Fault::temporary, place_ + " closed the connection without a reply", {}};
    case Stop::stalled:
      return {Fault::temporary,
              "nothing came from or went to " + place_ + " for " + seconds(settings_.stall),
              {}};
    case Stop::out_of_reach:
      return unreachable();
    case Stop::no:
      break;
  }
  if (!out_of_reach_.empty() && code == CURLE_COULDNT_CONNECT) return unreachable();
  switch (code) {
    case CURLE_FAILED_INIT:
      return {Fault::internal, "libcurl does not take a request", {}};
    case CURLE_OUT_OF_MEMORY:
      // Also said of one header of more than 100 KiB.
      if (in_headers_) return {Fault::corrupt, place_ + " sends a header without end", {}};
      throw std::bad_alloc();
    case CURLE_OPERATION_TIMEDOUT:
      return timeout();
    case CURLE_COULDNT_RESOLVE_HOST:
      return {Fault::temporary, "the name `" + url_.host + "` cannot be resolved", {}};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Fault::temporary, "the name of the proxy cannot be resolved", {}};
    case CURLE_COULDNT_CONNECT:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PROXY:
      return broken();
    case CURLE_GOT_NOTHING:
      return {Fault::temporary, place_ + " closed the connection without a reply", {}};
    case CURLE_PARTIAL_FILE:
      return {Fault::temporary, place_ + " closed the connection in the middle of its reply", {}};
    case CURLE_BAD_CONTENT_ENCODING:
      return {Fault::corrupt, "the reply of " + place_ + " cannot be unpacked", {}};
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {Fault::refused, place_ + " does not answer in HTTP" + reason(), {}};
    case CURLE_FILESIZE_EXCEEDED:
      return {
          Fault::corrupt, place_ + " sends more than " + std::to_string(request_.most_bytes) + " bytes", {}};
    case CURLE_SSL_CACERT_BADFILE:
      if (ca_file().empty())
        return {
            Fault::usage, "this machine has no certificates of authorities to check a server's with",
            "install the package ca-certificates, or name a file of them: `--cacert FILE`, or MESH_CACERT"};
      return {Fault::usage, "the CA file `" + printable(ca_file()) + "` cannot be read, or holds none", {}};
    case CURLE_SSL_CONNECT_ERROR: {
      // Without a reason of TLS's own it was the network.
      const std::string_view text(&reason_[0]);
      const auto says = [&](const char* words) { return text.find(words) != text.npos; };
      const bool broke =
          says(" SSL_connect: ") || says("unexpected eof") || says("Recv failure") || says("Send failure");
      if (says("wrong version number") || says("http request"))
        return {Fault::refused, "no secure connection to " + place_ + ": " + std::string(kSpeaksNoTls),
                "is it the right port? http is for this machine only, unless `--insecure-http` is given"};
      return tls_error(broke ? Fault::temporary : Fault::refused);
    }
    case CURLE_PEER_FAILED_VERIFICATION:
      return tls_error(Fault::refused);
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CLIENTCERT:
      return tls_error(Fault::refused);
    default:
      return {Fault::temporary, "no reply from " + place_ + ": " + curl_.easy_strerror(code) + reason(), {}};
  }
}

bool Transfer::is_direct() const {
  return proxy_ ? proxy_->empty() : proxy_for(url_, settings_.environment).empty();
}

Error Transfer::unreachable() const {
  const char* const rule = reach_ == Reach::this_machine ? "http is for this machine only"
                           : reach_ == Reach::this_link  ? "a cloud's metadata is on this machine's link only"
                           : reach_ == Reach::other_machines
                               ? "a server sends nobody to this machine or its link"
                               : "what a manifest or a server names must be public";
  return {Fault::refused, place_ + " is at " + out_of_reach_ + ", and " + rule, {}};
}

Error Transfer::timeout() const {
  curl_off_t connected = 0;
  curl_.easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &connected);
  std::string message;
  if (connected == 0)
    message = "no connection to " + place_ + " within " +
              seconds(std::min(settings_.connect_timeout, settings_.timeout));
  else
    message = place_ + " did not answer in full within " + seconds(settings_.timeout);
  return {Fault::temporary, std::move(message), {}};
}

Error Transfer::tls_error(Fault fault) const {
  struct Advice {
    const char *words, *help;  // of OpenSSL and libcurl, and what to do about it
  };
  static constexpr std::array kAdvice = {
      Advice{"expired", "renew the certificate, or set the clock of this machine where it is wrong"},
      Advice{"not yet valid", "renew the certificate, or set the clock of this machine where it is wrong"},
      Advice{"subject name", "use the name that the server's certificate is for"},
      Advice{"certificate verify failed", kOwnAuthority},
      Advice{"SSL certificate problem", kOwnAuthority},
      Advice{"protocol version", "the oldest version that is spoken is TLS 1.2"},
      Advice{"unsupported protocol", "the oldest version that is spoken is TLS 1.2"},
      Advice{"certificate required",
             "the server wants a certificate of who connects, and there is no way to name one"},
      Advice{"handshake failure",
             "the server wants a certificate of who connects, which there is no way to name, or a cipher "
             "that this machine does not have"}};
  Error error{fault, "no secure connection to " + place_ + reason(), {}};
  const std::string_view text(&reason_[0]);
  const auto found =
      std::ranges::find_if(kAdvice, [&](const Advice& one) { return text.find(one.words) != text.npos; });
  if (found != kAdvice.end()) error.help = found->help;
  return error;
}

// A connection that was not made or did not last.
Error Transfer::broken() const {
  long proxy_status = 0, system_error = 0;
  curl_.easy_getinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  curl_.easy_getinfo(easy_, CURLINFO_OS_ERRNO, &system_error);
  if (proxy_status >= 300)
    return {fault_of(static_cast<int>(proxy_status)) == Fault::temporary ? Fault::temporary : Fault::refused,
            "the proxy does not connect to " + place_ + ": HTTP " + std::to_string(proxy_status),
            proxy_status == 407 ? "it wants a user name and password: they are part of the proxy's URL" : ""};
  const std::string_view text(&reason_[0]);
  // What TLS 1.3 says of a client's certificate comes after the connection is made.
  if (text.find("SSL routines") != text.npos && text.find("alert") != text.npos)
    return tls_error(Fault::refused);
  Error error{Fault::temporary, "no connection to " + place_, {}};
  if (times_sent_ == 0 && !is_direct())
    error = {Fault::temporary, "no connection to the proxy for " + place_,
             "HTTPS_PROXY, https_proxy or ALL_PROXY names it, and NO_PROXY what is reached without"};
  if (times_sent_ > 0) error.message = "the connection to " + place_ + " broke";
  if (system_error != 0)
    error.message += std::string(": ") + std::strerror(static_cast<int>(system_error));
  else
    error.message += reason();
  return error;
}

}  // namespace mesh::http
