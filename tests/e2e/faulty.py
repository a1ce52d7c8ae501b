"""A server that fails as it is told: it passes requests on to a real one and spoils the n-th of a run.

Runs share it. Each has a prefix of its own in the bucket of S3, by which its requests are known; see `known_by`.
"""
import dataclasses
import http.client
import http.server
import socket
import threading
import time
import urllib.parse

REASONS = {200: "OK", **{code: reason for code, reason in http.client.responses.items()}}


def xml_error(code, message="as the test has it"):
    return f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'.encode()


@dataclasses.dataclass
class Reply:
    status: int
    headers: list
    body: bytes

    def bytes(self, is_head):
        kept = [(name, value) for name, value in self.headers
                if name.lower() not in ("content-length", "transfer-encoding", "connection")]
        # A HEAD tells the length of what is not sent.
        told = dict((name.lower(), value) for name, value in self.headers).get("content-length", "0")
        kept.append(("Content-Length", told if is_head else str(len(self.body))))
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Other')}", *(f"{name}: {value}" for name, value in kept)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + (b"" if is_head else self.body)


class Fault:
    """What becomes of a request. `acts`: the server is asked, and does what it is asked for."""

    def __init__(self, name, acts, spoil):
        self.name, self.acts, self.spoil = name, acts, spoil

    def __repr__(self):
        return self.name


def says(status, code=None, name=None, headers=(), acts=False, error=xml_error, kind="application/xml"):
    """Another reply than the server's; `error` makes the body for a code."""
    body = error(code) if code else b""
    types = [("Content-Type", kind)] if code else []
    return Fault(name or f"{status} {code or 'without a word'}", acts,
                 lambda reply, is_head: Reply(status, [*types, *headers], body).bytes(is_head))


def without(reply, *names):
    return [(name, value) for name, value in reply.headers if name.lower() not in names]


def short(reply, is_head):
    """The connection ends before the reply does."""
    whole = reply.bytes(is_head)
    if is_head or not reply.body:
        return whole[:-len(reply.body) - 12] if reply.body else whole[:len(whole) // 2]
    return whole[:-(len(reply.body) + 1) // 2]


NOISE = bytes(range(1, 255)) * 2

LOST = Fault("reply lost", True, lambda reply, is_head: b"")
DROPPED = Fault("request lost", False, lambda reply, is_head: b"")
SHORT = Fault("short reply", True, short)
WRONG_ETAG = Fault("wrong ETag", True, lambda reply, is_head: Reply(
    reply.status, [*without(reply, "etag"), ("ETag", '"0123456789abcdef0123456789abcdef"')], reply.body).bytes(is_head))
NO_ETAG = Fault("no ETag", True, lambda reply, is_head: Reply(reply.status, without(reply, "etag"), reply.body).bytes(is_head))
NOISE_BEFORE = Fault("noise", False, lambda reply, is_head: NOISE)
NOISE_AFTER = Fault("noise when it is done", True, lambda reply, is_head: NOISE)
PAGE = b"<html><body>Please log in to our wireless network</body></html>"
PORTAL = Fault("a page of somebody else", False,
               lambda reply, is_head: Reply(200, [("Content-Type", "text/html")], PAGE).bytes(is_head))
CACHED_PORTAL = Fault("a page of somebody else with an ETag", False, lambda reply, is_head: Reply(
    200, [("Content-Type", "text/html"), ("ETag", '"62a3"')], PAGE).bytes(is_head))
FAILED_200 = says(200, "InternalError", "200 with an error")
FAILED_200_AFTER = says(200, "InternalError", "200 with an error when it is done", acts=True)
BAD_GATEWAY_AFTER = says(502, None, "502 when it is done", acts=True)


@dataclasses.dataclass
class Run:
    """Requests `first` up to `last` of a prefix have the fault."""
    fault: Fault = None
    first: int = 0
    last: int = 0
    asked: list = dataclasses.field(default_factory=list)  # (time, method, path below the prefix, If-… header or "")

    def count(self, method, end):
        return sum(one[1] == method and one[2].endswith(end) for one in self.asked)


class FaultyServer:
    def __init__(self, url, bucket=None):
        self.runs, self.bucket = {}, bucket
        self.lock = threading.Lock()
        faulty, target = self, url.removeprefix("http://")

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            upstream = None

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                fault = faulty.fault_of(self, body)
                is_head = self.command == "HEAD"
                reply = self.passed_on(body) if fault is None or fault.acts else None
                sent = reply.bytes(is_head) if fault is None else fault.spoil(reply, is_head)
                self.wfile.write(sent)
                # Whoever got less than was promised, or no HTTP, must not wait for more.
                if fault is not None and not sent.startswith(b"HTTP/1.1 ") or fault is SHORT:
                    self.close_connection = True

            def passed_on(self, body):
                for attempt in range(2):  # a kept connection may have died
                    try:
                        if self.upstream is None:
                            self.upstream = http.client.HTTPConnection(target, timeout=60)
                            self.upstream.connect()
                            self.upstream.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                        # `Host` was signed, and so it stays.
                        self.upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                        for name, value in self.headers.items():
                            self.upstream.putheader(name, value)
                        self.upstream.endheaders(body)
                        reply = self.upstream.getresponse()
                        return Reply(reply.status, reply.getheaders(), reply.read())
                    except (http.client.HTTPException, OSError):
                        self.upstream.close()
                        self.upstream = None
                        if attempt:
                            raise

            def finish(self):
                super().finish()
                if self.upstream is not None:
                    self.upstream.close()

            do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = handle_any

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def known_by(self, method, path, query, body):
        """(run, method, key) of a request"""
        below = urllib.parse.unquote(path).removeprefix(f"/{self.bucket}").lstrip("/")
        if not below:  # a list
            below = query.get("prefix", "")
        prefix, _, key = below.partition("/")
        return prefix, method, key

    def fault_of(self, request, body):
        path, _, query = request.path.partition("?")
        name, method, key = self.known_by(request.command, path, dict(urllib.parse.parse_qsl(query)), body)
        condition = "If-None-Match" if "If-None-Match" in request.headers else "If-Match" if "If-Match" in request.headers else ""
        with self.lock:
            run = self.runs.setdefault(name, Run())
            run.asked.append((time.monotonic(), method, key, condition))
            number = len(run.asked)
        return run.fault if run.fault and run.first <= number <= run.last else None

    def plan(self, prefix, fault, first, last=None):
        with self.lock:
            self.runs[prefix] = Run(fault, first, first if last is None else last)
            return self.runs[prefix]

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
