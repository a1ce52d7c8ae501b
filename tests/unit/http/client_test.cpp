#include "core/http/client.hpp"

#include "core/base/strings.hpp"
#include "tests/unit/http/client.hpp"

#include <doctest.h>
#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <thread>

using namespace mesh;
using namespace mesh::http;
using namespace mesh::test;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

Handler says(int status, std::string body = {}, std::string headers = {}) {
  return [=](Peer& peer, const Seen&) { peer.reply(status, body, headers); };
}

// Bytes as they are, then the end of the connection.
Handler says_raw(std::string bytes) {
  return [=](Peer& peer, const Seen&) {
    peer.send(bytes);
    peer.close();
  };
}

std::string zeros_packed(size_t size) {
  z_stream stream{};
  constexpr int kGzip = 15 + 16;
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string zeros(size, '\0'), packed(size / 100 + 1000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(zeros.data());
  stream.avail_in = static_cast<uInt>(zeros.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

Result<Response> ask(const Request& request) { return Client(quick_settings()).send(request); }
Result<Response> ask(const std::string& url) { return ask(get(url)); }

}  // namespace

TEST_CASE("http: a reply arrives as it was sent") {
  const Server server(
      says(201, std::string("a\0b\r\n", 5), "ETag: \"x\"\r\nX-Two: 1\r\nx-two: 2\r\nEmpty:\r\n"));
  const auto reply = ask(server.url());
  REQUIRE(reply);
  CHECK(reply->status == 201);
  CHECK(reply->body == std::string("a\0b\r\n", 5));
  CHECK(reply->header("etag") == "\"x\"");
  CHECK(reply->header("ETag") == "\"x\"");
  CHECK(reply->header("x-two") == "1");
  CHECK(reply->header("empty").empty());
  CHECK(reply->header("absent").empty());
  CHECK(std::ranges::count(reply->headers, "x-two", &Header::name) == 2);
}

TEST_CASE("http: every status is a reply") {
  for (const int status : {204, 301, 304, 400, 401, 403, 404, 409, 412, 429, 500, 503}) {
    const Server server(says(status));
    const auto reply = ask(server.url());
    REQUIRE(reply);
    CHECK(reply->status == status);
  }
}

TEST_CASE("http: a URL is sent as it was given") {
  const Server server(says(200));
  Client client(quick_settings());
  for (const char* target : {"/a/../b/./c//d", "/%2e%2E/%41%20b", "/dt=2026-01-01/x+y@z:1,2;3!'()*",
                             "/?uploads", "/?a=&b&prefix=x%2Fy&list-type=2", "//", "/a%00b", "/~user/[x]"}) {
    CAPTURE(target);
    REQUIRE(client.send(get(server.url(target))));
    CHECK(server.seen().back().target == target);
  }
}

TEST_CASE("http: methods, bodies and headers are sent as they were given") {
  const Server server([](Peer& peer, const Seen& seen) {
    if (seen.method == "HEAD")
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 123456789\r\n\r\n");
    else
      peer.reply(200);
  });
  Client client(quick_settings());
  std::string large(5 << 20, '\0');
  for (size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 2654435761u >> 13);

  Request request = put(server.url("/large"), large);
  request.headers = {
      {"Content-Type", "application/x-thing"}, {"If-None-Match", "*"}, {"X-Empty", ""}, {"X-Pad", " a  b "}};
  REQUIRE(client.send(request));
  Seen seen = server.seen().back();
  CHECK(seen.method == "PUT");
  CHECK((seen.body == large));
  CHECK(seen.header("content-length") == std::to_string(large.size()));
  CHECK(seen.header("content-type") == "application/x-thing");
  CHECK(seen.header("if-none-match") == "*");
  CHECK(seen.head.find("X-Empty:") != std::string::npos);
  CHECK(seen.header("x-pad") == "a  b");
  CHECK(seen.header("host") == "127.0.0.1:" + std::to_string(server.port()));
  CHECK(seen.header("user-agent").starts_with("mesh/"));
  CHECK(to_lower(seen.head).find("expect") == std::string::npos);
  CHECK(to_lower(seen.head).find("accept-encoding") == std::string::npos);

  REQUIRE(client.send(put(server.url(), "")));
  seen = server.seen().back();
  CHECK(seen.header("content-length") == "0");
  CHECK(to_lower(seen.head).find("content-type") == std::string::npos);

  for (const char* method : {"POST", "PATCH", "DELETE", "HEAD", "GET", "OPTIONS", "PROPFIND"}) {
    CAPTURE(method);
    request = get(server.url());
    request.method = method;
    const auto reply = client.send(request);
    REQUIRE(reply);
    CHECK(reply->body.empty());
    CHECK(server.seen().back().method == method);
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("http: a body in pieces is sent as one") {
  const Server server([](Peer& peer, const Seen&) { peer.reply(200); });
  Client client(quick_settings());
  std::string all;
  const auto piece = [](size_t number) {
    return number % 3 == 0 ? std::string() : std::string(100'003, static_cast<char>('a' + number));
  };
  for (size_t i = 0; i < 20; ++i) all += piece(i);
  const Pieces text(20, all.size(), piece), none(2, 0, [](size_t) { return std::string(); });
  Request request = put(server.url("/pieces"), "");
  request.pieces = &text;
  REQUIRE(client.send(request));
  Seen seen = server.seen().back();
  CHECK(seen.method == "PUT");
  CHECK((seen.body == all));
  CHECK(seen.header("content-length") == std::to_string(all.size()));
  CHECK(to_lower(seen.head).find("expect") == std::string::npos);
  CHECK(to_lower(seen.head).find("transfer-encoding") == std::string::npos);

  request.pieces = &none;
  REQUIRE(client.send(request));
  CHECK(server.seen().back().header("content-length") == "0");
  REQUIRE(client.send(put(server.url(), "whole")));
  CHECK(server.seen().back().body == "whole");
  CHECK(server.connections() == 1);

  request = get(server.url());
  request.pieces = &text;
  CHECK(failed(client.send(request), Fault::internal));
}

TEST_CASE("http: what cannot be sent is refused before anything is") {
  const Server server(says(200));
  Client client(quick_settings());
  for (const std::string value : {"s3cr3t\n", "s3cr3t\r\nX-Other: 1", "s3\x01cr3t"}) {
    Request request = get(server.url());
    request.headers = {{"Authorization", value}};
    const auto reply = client.send(request);
    CHECK(failed(reply, Fault::usage));
    CHECK(message_of(reply).find("s3") == std::string::npos);
  }
  for (const char* name : {"", "a b", "a:b", "a\r\nb", "Content-Length", "transfer-encoding", "Host"}) {
    Request request = get(server.url());
    request.headers = {{name, "1"}};
    CHECK(failed(client.send(request), Fault::internal));
  }
  for (const char* method : {"", "get", "GET /x", "GET\r\n"}) {
    Request request = get(server.url());
    request.method = method;
    CHECK(failed(client.send(request), Fault::internal));
  }
  CHECK(server.hits() == 0);
}

TEST_CASE("http: connections are kept, and no more requests run than are allowed") {
  std::atomic<int> now{0}, most{0};
  const Server server([&](Peer& peer, const Seen& seen) {
    const int mine = ++now;
    for (int before = most; before < mine && !most.compare_exchange_weak(before, mine);) {
    }
    std::this_thread::sleep_for(10ms);
    --now;
    peer.reply(200, seen.target);
  });
  Settings settings = quick_settings();
  settings.jobs = 3;
  Client client(settings);
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      for (int j = 0; j < 5; ++j) {
        const std::string target = "/" + std::to_string(i) + "/" + std::to_string(j);
        const auto reply = client.send(get(server.url(target)));
        if (reply && reply->body == target) ++right;
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(right == 40);
  CHECK(most == 3);
  CHECK(server.connections() == 3);
}

TEST_CASE("http: no more requests begin in a second than the rate allows") {
  const Server server([](Peer& peer, const Seen&) { peer.reply(200); });
  Settings settings = quick_settings();
  settings.rate = 40;
  Client client(settings);
  const auto begun = std::chrono::steady_clock::now();
  std::vector<std::thread> senders;
  for (int i = 0; i < 4; ++i)
    senders.emplace_back([&] {
      for (int k = 0; k < 3; ++k) CHECK(client.send(get(server.url())));
    });
  for (std::thread& sender : senders) sender.join();
  // The first begins at once, eleven more a fortieth of a second later each.
  CHECK(std::chrono::steady_clock::now() - begun >= 275ms);
  CHECK(server.hits() == 12);

  // What waits for its time is stopped as well.
  std::atomic<bool> stop{false};
  settings.rate = 1;
  settings.is_stopped = [&] { return stop.load(); };
  Client slow(settings);
  REQUIRE(slow.send(get(server.url())));
  std::thread waiting([&] { CHECK(failed(slow.send(get(server.url())), Fault::temporary)); });
  std::this_thread::sleep_for(50ms);
  stop = true;
  waiting.join();
  CHECK(server.hits() == 13);
}

TEST_CASE("http: a redirect is an answer and nobody follows it") {
  const Server canary(says(200));
  for (const int status : {301, 302, 303, 307, 308}) {
    const Server server(says(status, "", "Location: " + canary.url("/there") + "\r\n"));
    Request request = get(server.url());
    request.headers = {{"Authorization", "Bearer abc"}, {"X-Api-Key", "def"}};
    const auto reply = Client(quick_settings()).send(request);
    REQUIRE(reply);
    CHECK(reply->status == status);
    CHECK(reply->header("location") == canary.url("/there"));
    CHECK(server.hits() == 1);
  }
  CHECK(canary.hits() == 0);
}

TEST_CASE("http: a connection that is not made or breaks is temporary") {
  CHECK(failed(ask("http://127.0.0.1:" + std::to_string(closed_port()) + "/"), Fault::temporary));

  SUBCASE("nothing comes back") {
    const Server server([](Peer& peer, const Seen&) { peer.close(); });
    CHECK(failed(ask(server.url()), Fault::temporary));
    CHECK(server.hits() == 1);
  }
  SUBCASE("reset") {
    const Server server([](Peer& peer, const Seen&) { peer.reset(); });
    CHECK(failed(ask(server.url()), Fault::temporary));
  }
  SUBCASE("a body shorter than said") {
    const Server server(says_raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"));
    CHECK(failed(ask(server.url()), Fault::temporary));
  }
  SUBCASE("a body reset in its middle") {
    const Server server([](Peer& peer, const Seen&) {
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
      peer.reset();
    });
    CHECK(failed(ask(server.url()), Fault::temporary));
  }
  SUBCASE("chunks without the last") {
    const Server server(says_raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n"));
    CHECK(failed(ask(server.url()), Fault::temporary));
  }
  SUBCASE("headers without an end") {
    const Server server(says_raw("HTTP/1.1 200 OK\r\nContent-Le"));
    CHECK_FALSE(ask(server.url()));
  }
}

TEST_CASE("http: a name that does not resolve is temporary and is named") {
  Settings settings = quick_settings();
  settings.allow_http = true;
  const auto reply = Client(settings).send(get("http://no-such-host.invalid/"));
  CHECK(failed(reply, Fault::temporary));
  CHECK(message_of(reply).find("no-such-host.invalid") != std::string::npos);
}

TEST_CASE("http: what is no HTTP is refused, not retried") {
  for (const char* bytes : {"SSH-2.0-OpenSSH_9.2p1\r\n", "\x15\x03\x01\x02\x02", "<html>hello</html>",
                            "HTTP/1.1 abc def\r\n\r\n", "ICY 200 OK\r\n\r\n"}) {
    CAPTURE(bytes);
    const Server server(says_raw(bytes));
    const auto reply = ask(server.url());
    INFO(message_of(reply));
    CHECK(failed(reply, Fault::refused));
    // Whether a write was done is not known then.
    CHECK(failed(ask(put(server.url(), "x")), Fault::temporary));
  }
}

TEST_CASE("http: a reply that is too large is corrupt, and says nothing about a write") {
  const Server server(says(200, std::string(1000, 'x')));
  Request read = get(server.url()), write = put(server.url(), "x");
  read.most_bytes = write.most_bytes = 100;
  CHECK(failed(ask(read), Fault::corrupt));
  CHECK(failed(ask(write), Fault::temporary));
}

TEST_CASE("http: a server that says nothing, or too little, is left in time") {
  Settings settings = quick_settings();
  settings.stall = 1s;
  const auto begun = Clock::now();
  SUBCASE("no reply at all") {
    const Server server([](Peer& peer, const Seen&) { peer.wait(60'000); });
    const auto reply = Client(settings).send(get(server.url()));
    CHECK(failed(reply, Fault::temporary));
    CHECK(message_of(reply).find("nothing came from") != std::string::npos);
  }
  SUBCASE("the middle of the body") {
    const Server server([](Peer& peer, const Seen&) {
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
      peer.wait(60'000);
    });
    CHECK(failed(Client(settings).send(get(server.url())), Fault::temporary));
  }
  SUBCASE("a drop now and then, for ever") {
    const Server server([](Peer& peer, const Seen&) {
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
      while (peer.is_open()) {
        peer.send("1234567890");
        peer.wait(100);
      }
    });
    settings.stall = 15s;
    settings.timeout = 1500ms;
    const auto reply = Client(settings).send(get(server.url()));
    CHECK(failed(reply, Fault::temporary));
    CHECK(message_of(reply).find("did not answer in full within 2 s") != std::string::npos);
  }
  SUBCASE("a large body that nobody reads") {
    const Server server(Handler{}, {.on_connection = [](Peer& peer) { peer.wait(60'000); }});
    const std::string body(32 << 20, 'x');
    CHECK(failed(Client(settings).send(put(server.url(), body)), Fault::temporary));
  }
  CHECK(Clock::now() - begun < 15s);
}

TEST_CASE("http: an answer that comes before the body is sent is an answer") {
  const Server server(Handler{}, {.on_connection = [](Peer& peer) {
                        peer.read_some();
                        peer.reply(403, "no");
                        peer.wait(60'000);
                      }});
  const std::string body(32 << 20, 'x');
  const auto reply = Client(quick_settings()).send(put(server.url(), body));
  INFO(message_of(reply));
  REQUIRE(reply);
  CHECK(reply->status == 403);
  CHECK(reply->body == "no");
}

TEST_CASE("http: a reply larger than asked for is corrupt and is not read to its end") {
  Settings settings = quick_settings();
  Client client(settings);
  const std::string body(5000, 'x');
  for (const bool chunked : {false, true}) {
    CAPTURE(chunked);
    const Server server([&](Peer& peer, const Seen&) {
      if (!chunked) return peer.reply(200, body);
      peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n" + body + "\r\n0\r\n\r\n");
    });
    Request request = get(server.url());
    request.most_bytes = body.size();
    CHECK(client.send(request));
    request.most_bytes = body.size() - 1;
    const auto reply = client.send(request);
    CHECK(failed(reply, Fault::corrupt));
    CHECK(message_of(reply).find("more than 4999 bytes") != std::string::npos);
    request.most_bytes = 0;
    CHECK(failed(client.send(request), Fault::corrupt));
  }
  SUBCASE("without an end") {
    const Server server([&](Peer& peer, const Seen&) {
      peer.send("HTTP/1.1 200 OK\r\n\r\n");
      while (peer.is_open()) peer.send(body);
    });
    CHECK(failed(client.send(get(server.url())), Fault::corrupt));
  }
}

TEST_CASE("http: what a packed reply unpacks to counts, and an unasked packing stays as it is") {
  const std::string bomb = zeros_packed(50 << 20);
  REQUIRE(bomb.size() < 60'000);
  const Server server([&](Peer& peer, const Seen&) { peer.reply(200, bomb, "Content-Encoding: gzip\r\n"); });
  Client client(quick_settings());
  Request request = get(server.url());
  auto reply = client.send(request);
  REQUIRE(reply);
  CHECK((reply->body == bomb));
  request.accept_compressed = true;
  CHECK(failed(client.send(request), Fault::corrupt));
  CHECK(server.seen().back().header("accept-encoding").find("gzip") != std::string::npos);
  request.most_bytes = 50 << 20;
  reply = client.send(request);
  REQUIRE(reply);
  CHECK(reply->body.size() == 50 << 20);

  SUBCASE("what cannot be unpacked is corrupt") {
    const Server broken(says(200, "this is no gzip", "Content-Encoding: gzip\r\n"));
    request.url = broken.url();
    CHECK(failed(client.send(request), Fault::corrupt));
  }
}

TEST_CASE("http: headers without end are corrupt") {
  const std::string line = "X-Header: " + std::string(1000, 'x') + "\r\n";
  SUBCASE("many") {
    const Server server([&](Peer& peer, const Seen&) {
      peer.send("HTTP/1.1 200 OK\r\n");
      while (peer.is_open()) peer.send(line);
    });
    CHECK(failed(ask(server.url()), Fault::corrupt));
  }
  SUBCASE("many heads of interim replies") {
    const Server server([&](Peer& peer, const Seen&) {
      while (peer.is_open()) peer.send("HTTP/1.1 103 Early Hints\r\n" + line + "\r\n");
    });
    CHECK_FALSE(ask(server.url()));
  }
  SUBCASE("one line") {
    const Server server([&](Peer& peer, const Seen&) {
      peer.send("HTTP/1.1 200 OK\r\nX: ");
      while (peer.is_open()) peer.send(line.substr(0, 500));
    });
    const auto reply = ask(server.url());
    REQUIRE_FALSE(reply);
    CHECK(reply.error().fault == Fault::corrupt);
  }
}

TEST_CASE("http: interim replies and trailers do not mix into the reply") {
  const Server server(
      says_raw("HTTP/1.1 103 Early\r\nETag: \"early\"\r\n\r\n"
               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: ETag\r\n\r\n"
               "2\r\nok\r\n0\r\nETag: \"late\"\r\n\r\n"));
  const auto reply = ask(server.url());
  REQUIRE(reply);
  CHECK(reply->status == 200);
  CHECK(reply->body == "ok");
  CHECK(reply->header("etag").empty());
}

TEST_CASE("http: on a kept connection that died a GET is sent again and a write is not") {
  // The first request of each connection is answered, the second is taken and never answered.
  std::atomic<unsigned> last{0};
  const Server server([&](Peer& peer, const Seen& seen) {
    if (last.exchange(seen.connection) == seen.connection) return peer.close();
    peer.reply(200, "ok");
  });
  Client client(quick_settings());
  REQUIRE(client.send(get(server.url())));
  CHECK(client.send(get(server.url())));
  CHECK(server.hits() == 3);
  CHECK(server.connections() == 2);

  const auto reply = client.send(put(server.url("/once"), "body"));
  CHECK(failed(reply, Fault::temporary));
  CHECK(server.hits() == 4);
  CHECK(server.seen().back().target == "/once");
}

TEST_CASE("http: IPv6") {
  const Server server(says(200, "six"), {.family = Server::Family::v6});
  const auto reply = ask(server.url());
  REQUIRE(reply);
  CHECK(reply->body == "six");
  CHECK(server.seen().back().header("host") == "[::1]:" + std::to_string(server.port()));
  CHECK(ask(server.named_url("localhost"))->body == "six");
}

TEST_CASE("http: http is for this machine unless it is allowed") {
  for (const char* url :
       {"http://example.com/", "http://10.0.0.1/", "http://localhost.example.com/", "http://0/"})
    CHECK(failed(ask(url), Fault::usage));
  // Allowed, it is tried.
  Settings settings = quick_settings();
  settings.allow_http = true;
  const Server server(says(200));
  CHECK(Client(settings).send(get(server.named_url("0"))));
}

TEST_CASE("http: a stop ends what is under way and what waits") {
  const Server server([](Peer& peer, const Seen&) { peer.wait(60'000); });
  std::atomic<bool> stop{false};
  Settings settings = quick_settings();
  settings.jobs = 2;
  settings.grace = 100ms;
  settings.is_stopped = [&] { return stop.load(); };
  Client client(settings);
  std::atomic<int> stopped{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i)
    threads.emplace_back([&] {
      const auto reply = client.send(get(server.url()));
      if (failed(reply, Fault::temporary) && reply.error().message == "stopped") ++stopped;
    });
  while (server.hits() < 2) std::this_thread::sleep_for(5ms);
  const auto begun = Clock::now();
  stop = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(stopped == 6);
  CHECK(Clock::now() - begun < 10s);
  CHECK(server.hits() == 2);
  CHECK(failed(client.send(get(server.url())), Fault::temporary));
  CHECK(server.hits() == 2);
}

TEST_CASE("http: what is about to end when a stop comes ends by itself") {
  const Server server([](Peer& peer, const Seen&) {
    peer.wait(300);
    peer.reply(200, "committed");
  });
  std::atomic<bool> stop{false};
  Settings settings = quick_settings();
  settings.jobs = 1;
  settings.grace = 10s;
  settings.is_stopped = [&] { return stop.load(); };
  Client client(settings);
  std::atomic<int> committed{0}, stopped{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&] {
      const auto reply = client.send(put(server.url(), "x"));
      if (reply && reply->body == "committed") ++committed;
      if (failed(reply, Fault::temporary)) ++stopped;
    });
  while (server.hits() < 1) std::this_thread::sleep_for(5ms);
  stop = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(committed == 1);
  CHECK(stopped == 2);
  CHECK(server.hits() == 1);
}

TEST_CASE("http: a client may be destroyed while requests are under way") {
  for (int round = 0; round < 20; ++round) {
    const Server server([](Peer& peer, const Seen& seen) {
      if (seen.target != "/quick") peer.wait(60'000);
      peer.reply(200);
    });
    Settings settings = quick_settings();
    settings.jobs = 3;
    auto client = std::make_unique<Client>(settings);
    std::atomic<int> begun{0}, ended{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; ++i)
      threads.emplace_back([&, i, sender = client.get()] {
        ++begun;
        const auto reply = sender->send(get(server.url(i % 2 == 0 ? "/slow" : "/quick")));
        if (reply || reply.error().fault == Fault::temporary) ++ended;
      });
    while (begun < 6 || server.hits() == 0) std::this_thread::sleep_for(1ms);
    std::this_thread::sleep_for(std::chrono::milliseconds(round));
    client.reset();
    for (std::thread& thread : threads) thread.join();
    CHECK(ended == 6);
  }
}

TEST_CASE("http: a trace has a line for each request and no secret") {
  const Server server(says(200, "hidden body", "Set-Cookie: id=CANARY1; Path=/\r\nX-Request-Id: 77\r\n"));
  std::vector<std::string> traced;
  Settings settings = quick_settings();
  settings.trace = [&](std::string_view line) { traced.emplace_back(line); };
  Client client(settings);
  Request request =
      put(server.url("/o?X-Amz-Signature=CANARY2&sig=CANARY3&plain=yes"), "secret body CANARY4");
  request.headers = {{"Authorization", "AWS4-HMAC-SHA256 Credential=AKIA/CANARY5, Signature=CANARY5"},
                     {"X-Api-Key", "CANARY6"},
                     {"x-amz-security-token", "CANARY7"},
                     {"Cookie", "CANARY8"},
                     {"X-Of-Our-Own", "CANARY9", true},
                     {"If-Match", "\"abc\""}};
  REQUIRE(client.send(request));
  CHECK_FALSE(client.send(get("http://127.0.0.1:" + std::to_string(closed_port()) + "/?sig=CANARY")));
  REQUIRE(traced.size() == 2);
  for (const std::string& line : traced) {
    INFO(line);
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
    CHECK(line.ends_with("}\n"));
    CHECK(line.find("CANARY") == std::string::npos);
    CHECK(line.find("hidden body") == std::string::npos);
  }
  for (const char* shown :
       {"\"method\": \"PUT\"", "plain=yes", "\"status\": 200", "\"attempt\": 1", "\"sentBytes\": 19",
        "\"receivedBytes\": 11", "\"newConnection\": true", "\"requestId\": \"77\"", "\"error\": null"}) {
    CAPTURE(shown);
    INFO(traced[0]);
    CHECK(traced[0].find(shown) != std::string::npos);
  }
  for (const char* shown : {"\"method\": \"GET\"", "\"status\": null", "\"error\": \"no connection to",
                            "\"address\": null", "\"newConnection\": false"}) {
    CAPTURE(shown);
    INFO(traced[1]);
    CHECK(traced[1].find(shown) != std::string::npos);
  }
}

TEST_CASE("http: who says no may repeat what it was sent, and it is not shown") {
  const auto echo = [](Peer& peer, const Seen& seen) {
    std::string line = seen.head;
    std::ranges::replace(line, '\r', ' ');
    std::ranges::replace(line, '\n', ' ');
    peer.reply(seen.target.starts_with("/ok") ? 200 : 403, line, "X-Request-Id: " + line + "\r\n");
  };
  const Server server(echo);
  std::string traced;
  Settings settings = quick_settings();
  settings.trace = [&](std::string_view line) { traced += line; };
  Client client(settings);
  for (const char* target : {"/no?sig=CANARY1%2B&a=b", "/ok?sig=CANARY1%2B&a=b"}) {
    Request request = get(server.url(target));
    request.headers = {{"Authorization", "Bearer CANARY2"}, {"X-Own", "CANARY3", true}, {"X-Plain", "told"}};
    const auto said = client.send(request);
    REQUIRE(said);
    if (said->status == 200) continue;
    CHECK(said->body.find("CANARY") == std::string::npos);
    CHECK(said->header("x-request-id").find("CANARY") == std::string::npos);
    CHECK(said->body.find("told") != std::string::npos);
  }
  INFO(traced);
  CHECK(traced.find("CANARY") == std::string::npos);
}

TEST_CASE("http: a trace counts the attempts of a request that fails for a moment") {
  std::atomic<int> left = 2;
  const Server busy([&](Peer& peer, const Seen&) { peer.reply(left-- > 0 ? 503 : 404); });
  std::vector<std::string> traced;
  Settings settings = quick_settings();
  settings.trace = [&](std::string_view line) { traced.emplace_back(line); };
  Client client(settings);
  for (int i = 0; i < 4; ++i) REQUIRE(client.send(get(busy.url("/a"))));
  REQUIRE(client.send(get(busy.url("/b"))));
  REQUIRE(traced.size() == 5);
  const auto has = [&](size_t i, const char* text) { return traced[i].find(text) != std::string::npos; };
  CHECK(has(0, "\"attempt\": 1"));
  CHECK(has(1, "\"attempt\": 2"));
  CHECK(has(2, "\"attempt\": 3"));
  CHECK(has(2, "\"status\": 404"));
  CHECK(has(3, "\"attempt\": 1"));
  CHECK(has(4, "\"attempt\": 1"));
}

TEST_CASE("http: a server's control characters do not reach a trace") {
  const Server server(says(200, "", "X-Request-Id: a\x1b[31mred\x07\r\n"));
  std::string traced;
  Settings settings = quick_settings();
  settings.trace = [&](std::string_view line) { traced.append(line); };
  REQUIRE(Client(settings).send(get(server.url())));
  INFO(traced);
  CHECK(traced.find("\"requestId\": \"a") != std::string::npos);
  CHECK(traced.find('\x1b') == std::string::npos);
  CHECK(traced.find('\x07') == std::string::npos);
}
