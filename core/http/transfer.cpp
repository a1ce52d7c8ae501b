#include "core/http/transfer.hpp"

#include "core/base/strings.hpp"
#include "core/http/redact.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace mesh::http {
namespace {

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

}  // namespace

Transfer::Transfer(const Libcurl& curl, const Settings& settings, const Request& request, const Url& url)
    : curl_(curl), settings_(settings), request_(request), url_(url) {
  const bool brackets = url.host.find(':') != std::string::npos;
  place_ = "`" + (brackets ? "[" + url.host + "]" : url.host) + ":" + std::to_string(url.port) + "`";
}

Transfer::~Transfer() {
  if (easy_ != nullptr) curl_.easy_cleanup(easy_);
  for (curl_slist* line = headers_; line != nullptr; line = line->next)
    ::explicit_bzero(line->data, std::strlen(line->data));
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
  // Version 2 brings nothing to eight requests at a time, and more that can fail.
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
  // A name that does not resolve in time is left to its thread: waiting for that would hold up all others.
  set(CURLOPT_QUICK_EXIT, 1L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);

  if (proxy_) {
    set(CURLOPT_PROXY, proxy_->c_str());
    set(CURLOPT_NOPROXY, "");
  }
  // A connection that was made for others may lead where this request must not go; `on_connected` looks at
  // those that are kept too, so that many blobs of one place need not be as many connections.
  if (request_.is_metadata) set(CURLOPT_FRESH_CONNECT, 1L);
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
  if (!all_set_) return fail(Fault::internal, "libcurl does not take a setting that requests rest on");
  return {};
}

// By which proxy, if any, and to which addresses.
Result<void> Transfer::choose_way() {
  if (request_.is_metadata) {
    proxy_ = "";
    reach_ = Reach::this_link;
    return {};
  }
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
    reach_ = request_.private_too ? Reach::other_machines : Reach::public_only;
    return {};
  }
  // Which address the proxy will connect to cannot be seen, so the name must do.
  if (url_.is_address)
    return fail(Fault::refused,
                "a manifest names the address " + place_ + ", and through a proxy only names are requested");
  return check_public_name(url_.host, request_.proxy_resolves);
}

void Transfer::tell_method() {
  const std::string& method = request_.method;
  const bool has_body = body_size(request_) > 0 || method == "PUT" || method == "POST" || method == "PATCH";
  if (method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else if (has_body) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_size(request_)));
    if (request_.pieces) {
      sent_.emplace(*request_.pieces);
      set(CURLOPT_POST, 1L);
      set(CURLOPT_READFUNCTION, &Transfer::on_send);
      set(CURLOPT_READDATA, this);
      set(CURLOPT_SEEKFUNCTION, &Transfer::on_seek);
      set(CURLOPT_SEEKDATA, this);
    } else {
      set(CURLOPT_POSTFIELDS, request_.body.empty() ? "" : request_.body.data());
    }
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
  if (body_size(request_) > 0 && (request_.method == "GET" || request_.method == "HEAD"))
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
  // Neither a wait of a second for servers that do not know it, nor a second attempt without it.
  add("Expect:");
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

}  // namespace mesh::http
