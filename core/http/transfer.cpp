#include "core/http/transfer.hpp"

#include "core/base/strings.hpp"
#include "core/http/redact.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace mesh::http {
namespace {

constexpr size_t kMostHeaderBytes = 300 << 10;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_token(std::string_view text) {
  const auto belongs = [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), belongs);
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return (c >= 0x20 && c != 0x7f) || c == '\t'; });
}

bool names(std::string_view name, std::string_view lower_case) { return to_lower(name) == lower_case; }

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

Transfer::Transfer(const Libcurl& curl, const Settings& settings, const Request& request, const Url& url)
    : curl_(curl), settings_(settings), request_(request), url_(url) {
  const bool brackets = url.host.find(':') != std::string::npos;
  place_ = "`" + (brackets ? "[" + url.host + "]" : url.host) + ":" + std::to_string(url.port) + "`";
}

Transfer::~Transfer() {
  if (easy_ != nullptr) curl_.easy_cleanup(easy_);
  curl_.slist_free_all(headers_);
}

Result<void> Transfer::prepare() {
  if (auto chosen = choose_way(); !chosen) return chosen;
  easy_ = curl_.easy_init();
  if (easy_ == nullptr) throw std::bad_alloc();

  set(CURLOPT_URL, request_.url.c_str());
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_PROTOCOLS_STR, url_.is_tls ? "https" : "http");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
  // One request, one connection: version 2 brings nothing to eight requests at a time, and more that can
  // fail.
  set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  set(CURLOPT_USERAGENT, "mesh/" MESH_VERSION);
  tell_method();
  if (auto told = tell_headers(); !told) return told;
  tell_trust();

  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect_timeout.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.timeout.count()));
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
  set(CURLOPT_XFERINFODATA, this);
  // A name that does not resolve in time is left to its thread; waiting for it would hold up all other
  // requests.
  set(CURLOPT_QUICK_EXIT, 1L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);

  if (proxy_) {
    set(CURLOPT_PROXY, proxy_->c_str());
    set(CURLOPT_NOPROXY, "");
  }
  // A connection that was made for others may lead where this request must not go.
  if (request_.from_manifest) set(CURLOPT_FRESH_CONNECT, 1L);
  set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_socket);
  set(CURLOPT_OPENSOCKETDATA, this);
  set(CURLOPT_PREREQFUNCTION, &Transfer::on_connected);
  set(CURLOPT_PREREQDATA, this);

  if (request_.accept_compressed) set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_ERRORBUFFER, &reason_[0]);
  set(CURLOPT_PRIVATE, this);
  if (!all_set_) return fail(Fault::internal, "libcurl does not take a setting that requests rest on");
  return {};
}

// By which proxy, if any, and to which addresses.
Result<void> Transfer::choose_way() {
  if (!request_.from_manifest) {
    if (url_.is_tls) return {};
    if (!url_.is_loopback) {
      if (settings_.allow_http) return {};
      return fail(Fault::usage, place_ + " is to be reached by https: http is for this machine only");
    }
    // http is spoken with this machine because nothing leaves it, so no proxy either, and no other address
    // behind the name.
    proxy_ = "";
    reach_ = Reach::this_machine;
    return {};
  }
  if (!url_.is_tls && !settings_.allow_http)
    return fail(Fault::refused, "a manifest names " + place_ + " by http, and only https is requested");
  proxy_ = proxy_for(url_, settings_.environment);
  if (proxy_->empty()) {
    reach_ = Reach::public_only;
    return {};
  }
  // Which address the proxy will connect to cannot be seen, so the name must do.
  if (url_.is_address)
    return fail(Fault::refused,
                "a manifest names the address " + place_ + ", and through a proxy only names are requested");
  return check_public_name(url_.host);
}

void Transfer::tell_method() {
  const std::string& method = request_.method;
  const bool has_body = !request_.body.empty() || method == "PUT" || method == "POST" || method == "PATCH";
  if (method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else if (has_body) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set(CURLOPT_POSTFIELDS, request_.body.empty() ? "" : request_.body.data());
    set(CURLOPT_CUSTOMREQUEST, method.c_str());
  } else {
    set(CURLOPT_HTTPGET, 1L);
    if (method != "GET") set(CURLOPT_CUSTOMREQUEST, method.c_str());
  }
}

Result<void> Transfer::tell_headers() {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (request_.method.empty() || !std::all_of(request_.method.begin(), request_.method.end(), is_upper))
    return fail(Fault::internal, "`" + printable(request_.method) + "` is not a method of HTTP");
  if (!request_.body.empty() && (request_.method == "GET" || request_.method == "HEAD"))
    return fail(Fault::internal, "a " + request_.method + " has no body");
  const auto add = [&](const std::string& line) {
    curl_slist* const longer = curl_.slist_append(headers_, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    headers_ = longer;
  };
  bool has_type = false;
  for (const Header& header : request_.headers) {
    if (!is_token(header.name))
      return fail(Fault::internal, "`" + printable(header.name) + "` is not a header's name");
    // The value is not shown: mostly it is a credential that came with its line end.
    if (!is_field_value(header.value))
      return fail(Fault::usage, "the value of the header `" + header.name + "` has a control character in it",
                  "a credential read from a file or command may have a line end too many");
    if (names(header.name, "content-length") || names(header.name, "transfer-encoding") ||
        names(header.name, "host"))
      return fail(Fault::internal,
                  "the header `" + header.name + "` follows from the request and cannot be set");
    has_type |= names(header.name, "content-type");
    // libcurl's way to say that there is a header and it is empty.
    std::string line = trim(header.value).empty() ? header.name + ";" : header.name + ": " + header.value;
    add(line);
    if (header.is_secret || is_secret_name(header.name)) wipe(line);
  }
  add("Expect:");  // neither a wait of a second for servers that do not know it, nor a second attempt without
                   // it
  if (!has_type) add("Content-Type:");
  set(CURLOPT_HTTPHEADER, headers_);
  return {};
}

std::string Transfer::ca_file() const {
  if (!settings_.ca_file.empty()) return settings_.ca_file;
  std::string file = settings_.environment("MESH_CACERT");
  return file.empty() ? settings_.environment("SSL_CERT_FILE") : file;
}

void Transfer::tell_trust() {
  set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  set(CURLOPT_PROXY_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  set(CURLOPT_SSL_VERIFYPEER, settings_.insecure ? 0L : 1L);
  set(CURLOPT_SSL_VERIFYHOST, settings_.insecure ? 0L : 2L);
  const std::string file = ca_file();
  if (file.empty()) return;
  set(CURLOPT_CAINFO, file.c_str());
  set(CURLOPT_PROXY_CAINFO, file.c_str());
  // Or the system's folder would be trusted beside it.
  set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
  set(CURLOPT_PROXY_CAPATH, static_cast<char*>(nullptr));
}

bool Transfer::repeats_safely() const { return request_.method == "GET" || request_.method == "HEAD"; }

// ---- callbacks: of C code, so nothing may be thrown
// ---------------------------------------------------------

size_t Transfer::on_header(char* data, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    return transfer.take_header({data, size * count});
  } catch (const std::bad_alloc&) {
    transfer.stop_ = Stop::no_memory;
    return 0;
  }
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
  try {
    return transfer.take_body({data, size * count});
  } catch (const std::bad_alloc&) {
    transfer.stop_ = Stop::no_memory;
    return 0;
  }
}

size_t Transfer::take_body(std::string_view bytes) {
  if (bytes.size() > request_.most_bytes - response_.body.size()) {
    stop_ = Stop::large_body;
    return 0;
  }
  response_.body += bytes;
  return bytes.size();
}

// The address is that which the connection is made to, whatever a name resolved to before.
curl_socket_t Transfer::on_socket(void* self, curlsocktype, struct curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (!is_within(transfer.reach_, address->addr)) {
    try {
      transfer.out_of_reach_ = text_of(address->addr);
    } catch (const std::bad_alloc&) {
      transfer.stop_ = Stop::no_memory;
    }
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
  // Seen at its socket already; here again, should a connection ever have come from elsewhere.
  sockaddr_storage connected{};
  auto* const v4 = reinterpret_cast<sockaddr_in*>(&connected);
  auto* const v6 = reinterpret_cast<sockaddr_in6*>(&connected);
  if (::inet_pton(AF_INET, address, &v4->sin_addr) == 1)
    connected.ss_family = AF_INET;
  else if (::inet_pton(AF_INET6, address, &v6->sin6_addr) == 1)
    connected.ss_family = AF_INET6;
  if (is_within(transfer.reach_, reinterpret_cast<const sockaddr&>(connected))) return CURL_PREREQFUNC_OK;
  transfer.stop_ = Stop::reach;
  return CURL_PREREQFUNC_ABORT;
}

// ---- outcome
// ------------------------------------------------------------------------------------------------

std::string Transfer::connection() const {
  char* address = nullptr;
  long port = 0, made = 0;
  curl_.easy_getinfo(easy_, CURLINFO_PRIMARY_IP, &address);
  curl_.easy_getinfo(easy_, CURLINFO_PRIMARY_PORT, &port);
  curl_.easy_getinfo(easy_, CURLINFO_NUM_CONNECTS, &made);
  return std::string(made > 0 ? "a new" : "a kept") + " connection to " + (address ? address : "?") +
         " port " + std::to_string(port);
}

Result<Response> Transfer::outcome(CURLcode code) {
  if (code != CURLE_OK) return tl::unexpected(error_of(code));
  // Nothing wrong for libcurl, which has the status and no body.
  if (in_headers_) return tl::unexpected(error_of(CURLE_PARTIAL_FILE));
  long status = 0;
  curl_.easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  return std::move(response_);
}

std::string Transfer::reason() const {
  std::string text = shown(trim(&reason_[0]));
  return text.empty() ? text : ": " + text;
}

Error Transfer::error_of(CURLcode code) const {
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
    case Stop::reach:
    case Stop::no:
      break;
  }
  if (!out_of_reach_.empty() && code == CURLE_COULDNT_CONNECT) {
    if (reach_ == Reach::this_machine)
      return {Fault::refused, place_ + " is at " + out_of_reach_ + ", and http is for this machine only", {}};
    return {Fault::refused,
            place_ + " is at " + out_of_reach_ + ", and what a manifest names must be public",
            {}};
  }
  switch (code) {
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
      return {Fault::usage,
              "the CA file `" + printable(ca_file()) + "` cannot be read, or holds no certificate",
              {}};
    case CURLE_SSL_CONNECT_ERROR: {
      // Without a reason of TLS's own it was the network.
      const std::string_view text(&reason_[0]);
      const auto says = [&](const char* words) { return text.find(words) != text.npos; };
      const bool broke =
          says(" SSL_connect: ") || says("unexpected eof") || says("Recv failure") || says("Send failure");
      return tls_error(broke ? Fault::temporary : Fault::refused);
    }
    case CURLE_PEER_FAILED_VERIFICATION: {
      Error error = tls_error(Fault::refused);
      error.help = "if the server's certificate is of a CA of your own, name that CA's file in MESH_CACERT";
      return error;
    }
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
  return {fault, "no secure connection to " + place_ + reason(), {}};
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
  if (times_sent_ > 0) error.message = "the connection to " + place_ + " broke";
  if (system_error != 0)
    error.message += std::string(": ") + std::strerror(static_cast<int>(system_error));
  else
    error.message += reason();
  return error;
}

}  // namespace mesh::http
