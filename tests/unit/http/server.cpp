#include "tests/unit/http/server.hpp"

#include "core/base/strings.hpp"

#include <doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>

namespace mesh::test {
namespace {

constexpr size_t kMostHead = 1 << 20;

size_t write_some(int fd, ssl_st* tls, std::string_view bytes) {
  if (tls != nullptr) {
    ERR_clear_error();
    const int wrote = SSL_write(tls, bytes.data(), static_cast<int>(bytes.size()));
    return wrote > 0 ? static_cast<size_t>(wrote) : 0;
  }
  const ssize_t wrote = uninterrupted([&] { return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL); });
  return wrote > 0 ? static_cast<size_t>(wrote) : 0;
}

size_t length_of(const Seen& seen) {
  const std::string length = seen.header("content-length");
  return length.empty() ? 0 : std::stoul(length);
}

Descriptor connected_to(uint16_t port) {
  Descriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return {};
  return fd;
}

}  // namespace

std::string Seen::header(std::string_view lower_case_name) const {
  for (const std::string_view line : split(head, '\n')) {
    const size_t colon = line.find(':');
    if (colon != std::string_view::npos && to_lower(trim(line.substr(0, colon))) == lower_case_name)
      return std::string(trim(line.substr(colon + 1)));
  }
  return {};
}

void Peer::send(std::string_view bytes) {
  while (open_ && !bytes.empty()) {
    const size_t wrote = write_some(fd_, tls_, bytes);
    if (wrote == 0) open_ = false;
    bytes.remove_prefix(wrote);
  }
}

void Peer::reply(int status, std::string_view body, std::string_view headers) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " Said\r\n" + std::string(headers);
  if (status != 204 && status != 304) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  send(text + "\r\n" + std::string(body));
}

void Peer::close() {
  open_ = false;
  if (tls_ != nullptr) SSL_shutdown(tls_);
  ::shutdown(fd_, SHUT_RDWR);
}

void Peer::reset() {
  open_ = false;
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void Peer::wait(unsigned milliseconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  while (!stopping_ && std::chrono::steady_clock::now() < end) {
    pollfd one{fd_, POLLRDHUP, 0};
    if (::poll(&one, 1, 20) > 0) return;
  }
}

std::string Peer::read_some() {
  std::array<char, 16384> bytes;
  ssize_t got = 0;
  if (tls_ != nullptr) {
    ERR_clear_error();
    got = SSL_read(tls_, bytes.data(), static_cast<int>(bytes.size()));
  } else {
    got = uninterrupted([&] { return ::recv(fd_, bytes.data(), bytes.size(), 0); });
  }
  if (got <= 0) open_ = false;
  return {bytes.data(), got > 0 ? static_cast<size_t>(got) : 0};
}

void Peer::tunnel(uint16_t port) {
  const Descriptor there = connected_to(port);
  if (!there) return reply(502);
  send("HTTP/1.1 200 Connected\r\n\r\n");
  std::array<char, 16384> bytes;
  for (std::array<pollfd, 2> both{{{fd_, POLLIN, 0}, {there.get(), POLLIN, 0}}}; !stopping_;) {
    if (::poll(both.data(), both.size(), 20) <= 0) continue;
    for (size_t i = 0; i < 2; ++i) {
      if (both[i].revents == 0) continue;
      const ssize_t got = ::recv(both[i].fd, bytes.data(), bytes.size(), 0);
      if (got <= 0) return close();
      ::send(both[1 - i].fd, bytes.data(), static_cast<size_t>(got), MSG_NOSIGNAL);
    }
  }
}

static std::shared_ptr<ssl_ctx_st> tls_context(const Server::Options& options) {
  if (options.identity == nullptr) return nullptr;
  std::shared_ptr<ssl_ctx_st> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> certificate(
      BIO_new_mem_buf(options.identity->certificate.data(), -1), &BIO_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> key(BIO_new_mem_buf(options.identity->key.data(), -1),
                                                      &BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> x509(
      PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr), &X509_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> private_key(
      PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  REQUIRE(SSL_CTX_use_certificate(context.get(), x509.get()) == 1);
  REQUIRE(SSL_CTX_use_PrivateKey(context.get(), private_key.get()) == 1);
  if (options.tls_version != 0) {
    SSL_CTX_set_security_level(context.get(), 0);  // Debian refuses old versions before we can
    SSL_CTX_set_min_proto_version(context.get(), options.tls_version);
    SSL_CTX_set_max_proto_version(context.get(), options.tls_version);
  }
  return context;
}

Server::Server(Handler handler, Options options)
    : handler_(std::move(handler)), options_(std::move(options)), tls_(tls_context(options_)) {
  const bool v6 = options_.family == Family::v6;
  listener_ = Descriptor(::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(listener_);
  sockaddr_storage address{};
  socklen_t size = v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  address.ss_family = v6 ? AF_INET6 : AF_INET;
  if (v6)
    reinterpret_cast<sockaddr_in6*>(&address)->sin6_addr = in6addr_loopback;
  else
    reinterpret_cast<sockaddr_in*>(&address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listener_.get(), 64) == 0);
  REQUIRE(::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(v6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                   : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
  accepting_ = std::thread([this] { accept_all(); });
}

Server::~Server() {
  stopping_ = true;
  accepting_.join();
  for (std::thread& thread : threads_) thread.join();
}

void Server::accept_all() {
  // OpenSSL writes to connections that are gone; only the client under test has to cope without this.
  sigset_t pipe{};
  ::sigemptyset(&pipe);
  ::sigaddset(&pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  while (!stopping_) {
    pollfd one{listener_.get(), POLLIN, 0};
    if (::poll(&one, 1, 20) <= 0) continue;
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) threads_.emplace_back([this, fd, number = ++connections_] { serve(fd, number); });
  }
}

void Server::serve(int fd, unsigned number) {
  const Descriptor owner(fd);
  std::unique_ptr<ssl_st, decltype(&SSL_free)> tls(nullptr, &SSL_free);
  if (tls_ != nullptr) {
    const timeval patience{10, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    tls.reset(SSL_new(tls_.get()));
    SSL_set_fd(tls.get(), fd);
    if (SSL_accept(tls.get()) != 1) return;
  }
  Peer peer(fd, tls.get(), stopping_);
  if (options_.on_connection) return options_.on_connection(peer);
  std::string read;
  while (!stopping_ && peer.is_open()) {
    size_t end = read.find("\r\n\r\n");
    if (end == std::string::npos || read.size() < end + 4) {
      pollfd one{fd, POLLIN, 0};
      const bool buffered = tls && SSL_pending(tls.get()) > 0;
      if (!buffered && ::poll(&one, 1, 20) <= 0) continue;
      read += peer.read_some();
      if (read.size() > kMostHead) return;
      continue;
    }
    Seen seen;
    seen.head = read.substr(0, end + 2);
    const auto line = split(std::string_view(seen.head).substr(0, seen.head.find("\r\n")), ' ');
    seen.method = std::string(line[0]);
    seen.target = line.size() > 1 ? std::string(line[1]) : "";
    seen.connection = number;
    read.erase(0, end + 4);
    const size_t length = length_of(seen);
    while (peer.is_open() && read.size() < length) read += peer.read_some();
    if (read.size() < length) return;
    seen.body = read.substr(0, length);
    read.erase(0, length);
    {
      const std::lock_guard guard(mutex_);
      seen_.push_back(seen);
    }
    handler_(peer, seen);
  }
}

std::string Server::url(std::string_view target) const {
  return named_url(options_.family == Family::v6 ? "[::1]" : "127.0.0.1", target);
}

std::string Server::named_url(std::string_view host, std::string_view target) const {
  return (options_.identity != nullptr ? "https://" : "http://") + std::string(host) + ":" +
         std::to_string(port_) + std::string(target);
}

std::vector<Seen> Server::seen() const {
  const std::lock_guard guard(mutex_);
  return seen_;
}

uint16_t closed_port() {
  const Descriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return ntohs(address.sin_port);
}

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

std::string pem_of(const std::function<int(BIO*)>& write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
  REQUIRE(write(bio.get()) == 1);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<size_t>(size)};
}

Key new_key() { return {EVP_EC_gen("P-256"), &EVP_PKEY_free}; }

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  REQUIRE(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate new_certificate(const std::string& name, EVP_PKEY* key, int from, int to) {
  Certificate made(X509_new(), &X509_free);
  X509_set_version(made.get(), X509_VERSION_3);
  static std::atomic<long> serial{1};
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
  constexpr long kDay = 24 * 60 * 60;
  X509_gmtime_adj(X509_getm_notBefore(made.get()), from * kDay);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), to * kDay);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_pubkey(made.get(), key);
  return made;
}

}  // namespace

struct Authority::Keys {
  Key key = new_key();
  Certificate certificate{nullptr, &X509_free};
};

Authority::Authority() : keys_(std::make_unique<Keys>()) {
  static std::atomic<int> number{0};
  const std::string name = "authority " + std::to_string(++number);
  keys_->certificate = new_certificate(name, keys_->key.get(), -1, 2);
  X509* const own = keys_->certificate.get();
  X509_set_issuer_name(own, X509_get_subject_name(own));
  add_extension(own, own, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(own, own, NID_key_usage, "critical,keyCertSign");
  add_extension(own, own, NID_subject_key_identifier, "hash");
  REQUIRE(X509_sign(own, keys_->key.get(), EVP_sha256()) > 0);
}

Authority::~Authority() = default;

std::string Authority::certificate() const {
  return pem_of([&](BIO* bio) { return PEM_write_bio_X509(bio, keys_->certificate.get()); });
}

Identity Authority::issue(const std::string& host, int from, int to) const {
  const Key key = new_key();
  const Certificate made = new_certificate("a server for tests", key.get(), from, to);
  X509* const issuer = keys_->certificate.get();
  X509_set_issuer_name(made.get(), X509_get_subject_name(issuer));
  const bool is_address = host.find_first_not_of("0123456789.") == std::string::npos;
  add_extension(made.get(), issuer, NID_subject_alt_name, (is_address ? "IP:" : "DNS:") + host);
  REQUIRE(X509_sign(made.get(), keys_->key.get(), EVP_sha256()) > 0);
  return {pem_of([&](BIO* bio) { return PEM_write_bio_X509(bio, made.get()); }), pem_of([&](BIO* bio) {
            return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace mesh::test
