#include "core/http/client.hpp"

#include "core/base/strings.hpp"
#include "core/http/redact.hpp"
#include "core/http/trace.hpp"
#include "core/http/transfer.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace mesh::http {
namespace {

// Whoever says no may repeat what it was sent, and what it says is shown.
void hide_secrets(const Request& request, Response& reply) {
  const std::vector<Secret> secrets = secrets_of(request);
  for (const Secret& secret : secrets) {
    reply.body = without(std::move(reply.body), secret.reveal());
    for (Header& header : reply.headers) header.value = without(std::move(header.value), secret.reveal());
  }
}

Error stopped() { return {Fault::temporary, "stopped", {}}; }

// A sender's transfer on its way through the client's thread. Under the engine's mutex, but for `transfer`.
struct Ticket {
  Transfer* transfer;
  bool is_done = false;
  bool is_stopped = false;
  CURLcode code = CURLE_OK;
  std::condition_variable done = {};
};

}  // namespace

uint64_t body_size(const Request& request) {
  return request.pieces ? request.pieces->size() : request.body.size();
}

std::string Settings::process_environment(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

// Shared by the client and by those who send, so that the last of them takes it down.
struct Client::Engine {
  explicit Engine(Settings given) : settings(std::move(given)), trace(settings.trace) {
    settings.jobs = std::max(settings.jobs, 1u);
  }
  Engine(const Engine&) = delete;

  Result<void> start();
  Result<CURLcode> wait_for(Transfer& transfer);
  void close();
  Result<Response> send(const Request& request, const Url& url, const Libcurl& loaded);

  void run();
  bool take_waiting();
  bool is_too_early();
  int time_to_wait();
  void perform();
  void finish(Ticket& ticket, CURLcode code, bool is_stopped);
  void stop_active();
  bool is_over();
  bool is_stopped() const { return settings.is_stopped && settings.is_stopped(); }

  Settings settings;
  Trace trace;
  const Libcurl* curl = nullptr;
  CURLM* multi = nullptr;  // until the thread ends
  std::thread thread;

  std::mutex mutex;
  std::deque<Ticket*> waiting;                                      // under mutex
  bool is_closing = false;                                          // under mutex
  std::vector<Ticket*> active;                                      // of the thread
  std::optional<std::chrono::steady_clock::time_point> stopped_at;  // of the thread
  std::chrono::steady_clock::time_point next_begin;                 // of the thread, where there is a rate
  bool is_held_back = false;                                        // of the thread: somebody waits for that
};

Client::Client(Settings settings) : engine_(std::make_shared<Engine>(std::move(settings))) {}

Client::~Client() { engine_->close(); }

Result<Response> Client::send(const Request& request) {
  const std::shared_ptr<Engine> engine = engine_;
  const auto url = parse_url(request.url);
  if (!url) return tl::unexpected(url.error());
  const auto curl = libcurl();
  if (!curl) return tl::unexpected(curl.error());
  return engine->send(request, *url, **curl);
}

Result<Response> Client::Engine::send(const Request& request, const Url& url, const Libcurl& loaded) {
  Transfer transfer(loaded, settings, request, url);
  if (auto prepared = transfer.prepare(); !prepared) return pass(std::move(prepared));
  const auto at = std::chrono::system_clock::now();
  const auto begun = std::chrono::steady_clock::now();
  const auto code = wait_for(transfer);
  auto reply = code ? transfer.outcome(*code) : Result<Response>(tl::unexpected(code.error()));
  const auto time = std::chrono::steady_clock::now() - begun;
  if (reply && reply->status / 100 != 2) hide_secrets(request, *reply);
  trace.add(request, reply, at, std::chrono::duration_cast<std::chrono::milliseconds>(time), transfer.way());
  return reply;
}

// Under mutex.
Result<void> Client::Engine::start() {
  if (thread.joinable()) return {};
  const auto loaded = libcurl();
  if (!loaded) return tl::unexpected(loaded.error());
  curl = *loaded;
  if (multi == nullptr) multi = curl->multi_init();
  if (multi == nullptr) throw std::bad_alloc();
  curl->multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(settings.jobs) * 2);
  active.reserve(settings.jobs);
  // Signals are for the threads that know them, and a connection that breaks in TLS may raise one.
  sigset_t all{}, before{};
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  Result<void> started;
  try {
    thread = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    started = fail(Fault::local_io, std::string("cannot start a thread: ") + error.what());
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started;
}

Result<CURLcode> Client::Engine::wait_for(Transfer& transfer) {
  if (is_stopped()) return tl::unexpected(stopped());
  Ticket ticket{&transfer};
  std::unique_lock lock(mutex);
  if (is_closing) return tl::unexpected(stopped());
  if (auto started = start(); !started) return pass(std::move(started));
  waiting.push_back(&ticket);
  curl->multi_wakeup(multi);
  ticket.done.wait(lock, [&] { return ticket.is_done; });
  if (ticket.is_stopped) return tl::unexpected(stopped());
  return ticket.code;
}

void Client::Engine::close() {
  {
    const std::lock_guard guard(mutex);
    is_closing = true;
    if (thread.joinable()) curl->multi_wakeup(multi);
  }
  if (thread.joinable()) thread.join();
}

void Client::Engine::run() {
  while (take_waiting()) {
    if (is_over()) stop_active();
    perform();
    curl->multi_poll(multi, nullptr, 0, time_to_wait(), nullptr);
  }
  stop_active();
  curl->multi_cleanup(multi);  // says goodbye on its connections, so it is done here too
}

// Milliseconds. While something is under way, or waits for its time, stops and stalls are looked for. An idle
// client is woken by new requests.
int Client::Engine::time_to_wait() {
  constexpr int kAtWork = 100, kIdle = 60'000;
  if (!is_held_back) return active.empty() ? kIdle : kAtWork;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(next_begin - std::chrono::steady_clock::now());
  return std::clamp(static_cast<int>(left.count()), 0, kAtWork);
}

// Whether the rate lets no request begin now; else one does.
bool Client::Engine::is_too_early() {
  if (settings.rate == 0) return false;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_begin) return true;
  next_begin = std::max(next_begin, now) + std::chrono::nanoseconds(std::chrono::seconds(1)) / settings.rate;
  return false;
}

// Whether to go on. Those who wait longest are taken first; once stopped, nobody is.
bool Client::Engine::take_waiting() {
  const bool none = is_stopped();
  const std::lock_guard guard(mutex);
  const auto turn_away = [&](Ticket& ticket, CURLcode code, bool stopped) {
    ticket.code = code;
    ticket.is_stopped = stopped;
    ticket.is_done = true;
    ticket.done.notify_one();
  };
  is_held_back = false;
  while (!waiting.empty() && (none || is_closing || active.size() < settings.jobs)) {
    if (!none && !is_closing && is_too_early()) {
      is_held_back = true;
      break;
    }
    Ticket& ticket = *waiting.front();
    waiting.pop_front();
    if (none || is_closing)
      turn_away(ticket, CURLE_OK, true);
    else if (curl->multi_add_handle(multi, ticket.transfer->handle()) != CURLM_OK)
      turn_away(ticket, CURLE_FAILED_INIT, false);
    else
      active.push_back(&ticket);
  }
  return !is_closing;
}

// Whether what is under way has had its time to end since a stop.
bool Client::Engine::is_over() {
  if (!is_stopped()) {
    stopped_at.reset();
    return false;
  }
  const auto now = std::chrono::steady_clock::now();
  if (!stopped_at) stopped_at = now;
  return now - *stopped_at >= settings.grace;
}

void Client::Engine::perform() {
  int running = 0;
  curl->multi_perform(multi, &running);
  bool ended = false;
  for (int left = 0; CURLMsg* const message = curl->multi_info_read(multi, &left);) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;  // the message is gone once its handle is removed
    const auto is_it = [&](const Ticket* ticket) {
      return ticket->transfer->handle() == message->easy_handle;
    };
    const auto found = std::find_if(active.begin(), active.end(), is_it);
    if (found == active.end()) continue;
    Ticket& ticket = **found;
    active.erase(found);
    finish(ticket, code, false);
    ended = true;
  }
  // A place has become free: poll comes back at once to take who waits for it.
  if (ended) curl->multi_wakeup(multi);
}

// From here on the sender may return, and ticket and transfer are gone.
void Client::Engine::finish(Ticket& ticket, CURLcode code, bool is_stopped) {
  curl->multi_remove_handle(multi, ticket.transfer->handle());
  const std::lock_guard guard(mutex);
  ticket.code = code;
  ticket.is_stopped = is_stopped;
  ticket.is_done = true;
  ticket.done.notify_one();  // under the mutex, so that it still is there
}

void Client::Engine::stop_active() {
  while (!active.empty()) {
    Ticket& ticket = *active.back();
    active.pop_back();
    finish(ticket, CURLE_OK, true);
  }
}

}  // namespace mesh::http
