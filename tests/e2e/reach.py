#!/usr/bin/env python3
"""`mesh` and what stands between it and a store: clocks that are wrong, addresses that are dead, proxies, certificates, no
network at all. It gets through where it can, and where not it says what is wrong, and what to do, with the exit code that fits.

usage: reach.py MESH [CHECK…]

Without versitygw, moto, Azurite, boto3, faketime or unshare this is a skip (77), with CI set a failure.
"""
import base64
import contextlib
import email.utils
import http.server
import json
import os
import pathlib
import re
import select
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import servers
import shop

MESH = os.path.abspath(sys.argv[1])
BUCKET = "shop-mesh"
TARGET = f"s3://{BUCKET}/x"


def needed(name):
    found = shutil.which(name)
    if not found:
        raise servers.Missing(f"{name} is not installed")
    return found


class Shop:
    def __init__(self, temp):
        self.temp, self.root, self.count = temp, temp / "shop", 0
        self.trace = temp / "trace.jsonl"

    def publish(self, environment, *words, code=0, says=(), wrapper=(), target=TARGET, most=60):
        """Publishes a new version; the lines of its trace."""
        self.count += 1
        shop.write_mesh(str(self.root), f"1.{self.count}.0", f"number {self.count}")
        self.trace.unlink(missing_ok=True)
        begun = time.monotonic()
        done = subprocess.run([*wrapper, MESH, "publish", "--to", target, "--trace", self.trace, *words], cwd=self.root, text=True,
                              env=shop.environment(str(self.temp / "home")) | environment, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=300, check=False)
        took = time.monotonic() - begun
        assert done.returncode == code, (words, environment, done, self.traced())
        for text in says:
            assert text in done.stderr, (text, done.stderr)
        assert took < most, f"it took {took:.0f} s: {done}"
        return self.traced()

    def traced(self):
        return [json.loads(line) for line in self.trace.read_text().splitlines()] if self.trace.exists() else []


class Front:
    """In front of a server: bytes are passed on, after `welcome` made what it likes of the connection."""

    def __init__(self, url, welcome=lambda connection: connection, address="127.0.0.1", port=0):
        host, _, upstream = (url or "http://127.0.0.1:9").removeprefix("http://").rpartition(":")
        self.upstream, self.welcome, self.connections = (host.strip("[]"), int(upstream)), welcome, 0
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.listener = socket.socket(family)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((address, port))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.pass_on, args=(connection,), daemon=True).start()

    def pass_on(self, connection):
        with contextlib.suppress(OSError, ssl.SSLError), connection:
            client = self.welcome(connection)
            if client is None:
                return
            with client, socket.create_connection(self.upstream) as server:
                both = {client: server, server: client}
                while True:
                    waiting = [client] if isinstance(client, ssl.SSLSocket) and client.pending() else select.select(list(both), [], [], 60)[0]
                    for one in waiting:
                        data = one.recv(65536)
                        if not data:
                            return
                        both[one].sendall(data)

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()


class Certificates:
    def __init__(self, folder):
        self.folder, self.openssl = folder, needed("openssl")
        folder.mkdir()

    def make(self, name, host, wrapper=()):
        """Self-signed, for a host; the file is its own authority."""
        kind = "IP" if host.replace(".", "").isdigit() else "DNS"
        subprocess.run([*wrapper, self.openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=test",
                        "-addext", f"subjectAltName={kind}:{host}", "-keyout", self.folder / f"{name}.key", "-out",
                        self.folder / f"{name}.pem"], check=True, capture_output=True)
        return self.folder / f"{name}.pem"

    def speaker(self, file, most=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if most:
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            with warnings.catch_warnings():  # that they are old is what they are here for
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, most
        context.load_cert_chain(file, file.with_suffix(".key"))
        return lambda connection: context.wrap_socket(connection, server_side=True)


def endpoint(server, url):
    return server.environment() | {"AWS_ENDPOINT_URL_S3": url}


def strict(azurite):
    """Azurite looks at no clock, so somebody in front of it does, as Azure does: a quarter of an hour is the most."""
    denied = b"<?xml version='1.0'?><Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate.</Message></Error>"

    def answer(number, *_):
        told = email.utils.parsedate_to_datetime(proxy.headers[number - 1]["x-ms-date"]).timestamp()
        if abs(told - time.time()) > 15 * 60:
            return 403, [("Date", email.utils.formatdate(usegmt=True))], denied
        return None

    proxy = servers.Proxy(azurite.url, answer)
    return proxy


def a_wrong_clock_costs_one_request(temp):
    faketime, store = needed("faketime"), Shop(temp)
    with contextlib.ExitStack() as stack:
        gateway = stack.enter_context(servers.Versitygw(temp / "versitygw"))
        moto = stack.enter_context(servers.Moto(temp / "moto"))
        azurite = stack.enter_context(servers.Azurite(temp / "azurite"))
        gateway.boto3().create_bucket(Bucket=BUCKET)
        moto.boto3().create_bucket(Bucket=BUCKET)
        azurite.make(BUCKET)
        container = f"az://{azurite.account}/{BUCKET}"
        places = {"versitygw": (TARGET, gateway.environment()), "moto": (TARGET, moto.environment()),
                  "azurite": (f"{container}/x", azurite.environment()),
                  "strict azurite": (f"{container}/y", azurite.environment(stack.enter_context(strict(azurite)).url))}
        told = []
        for name, (target, environment) in places.items():
            store.publish(environment, target=target)
            plain = len(store.publish(environment, target=target))
            for skew in "+16m", "-16m", "+1d", "-1d":
                # Only what time it is, not how it passes.
                traced = store.publish(environment | {"FAKETIME_DONT_FAKE_MONOTONIC": "1"}, target=target,
                                       wrapper=[faketime, "-f", skew])
                refused = [one["status"] for one in traced if one["status"] in (400, 401, 403)]
                assert len(refused) <= 1 and len(traced) <= plain + 1, (name, skew, plain, traced)
                told.append(f"{name} {skew} {len(refused)}")
                assert refused or name not in ("versitygw", "strict azurite"), (name, skew, traced)
        print("         refused first:", ", ".join(told))


def a_server_without_a_date_leaves_the_clock_wrong(temp):
    """Then there is nothing to learn from, and who runs it is told."""
    store = Shop(temp)
    skewed = b"<?xml version='1.0'?><Error><Code>RequestTimeTooSkewed</Code><Message>too large</Message></Error>"
    with servers.Versitygw(temp / "server") as server:
        with servers.Proxy(server.url, lambda n, *_: (403, [], skewed)) as proxy:
            store.publish(endpoint(server, proxy.url), code=6, says=["RequestTimeTooSkewed", "set the clock of this machine"])


def an_address_of_ipv6_is_reached(temp):
    store = Shop(temp)
    with servers.Versitygw(temp / "server") as server:
        server.boto3().create_bucket(Bucket=BUCKET)
        with Front(server.url, address="::1") as front:
            traced = store.publish(endpoint(server, f"http://[::1]:{front.port}"))
            assert traced[0]["address"] == f"[::1]:{front.port}", traced[0]


def a_dead_address_is_passed_over(temp):
    """A name with two addresses; behind the first nobody answers, or nobody is there."""
    store, unshare = Shop(temp), needed("unshare")
    certificates = Certificates(temp / "certificates")
    file = certificates.make("good", "s3.test")
    hosts = temp / "hosts"
    hosts.write_text("::1 s3.test\n127.0.0.1 s3.test\n")
    mount = [unshare, "-rm", "sh", "-c", f'mount --bind {hosts} /etc/hosts && exec "$@"', "sh"]
    if subprocess.run([*mount, "true"], capture_output=True, check=False).returncode != 0:
        raise servers.Missing("unshare -rm is not allowed here")
    with servers.Versitygw(temp / "server") as server:
        server.boto3().create_bucket(Bucket=BUCKET)
        for is_silent in False, True:
            with contextlib.ExitStack() as stack:
                front = stack.enter_context(Front(server.url, certificates.speaker(file)))
                if is_silent:  # its queue is full, so that nobody is let in any more
                    dead = stack.enter_context(socket.socket(socket.AF_INET6))
                    dead.bind(("::1", front.port))
                    dead.listen(0)
                    for _ in range(4):
                        one = stack.enter_context(socket.socket(socket.AF_INET6))
                        one.setblocking(False)
                        one.connect_ex(("::1", front.port))
                traced = store.publish(endpoint(server, f"https://s3.test:{front.port}"), "--cacert", file, wrapper=mount, most=10)
                assert traced[0]["address"] == f"127.0.0.1:{front.port}", traced[0]


def without_a_network_it_ends_soon(temp):
    store, unshare = Shop(temp), needed("unshare")
    alone = [unshare, "-rn"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
        raise servers.Missing("unshare -rn is not allowed here")
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "eu-central-1"}
    store.publish(keys, code=5, wrapper=alone, most=30, says=["cannot be resolved"])
    store.publish(keys | {"AWS_ENDPOINT_URL_S3": "https://192.0.2.1"}, code=5, wrapper=alone, most=30, says=["no connection to"])
    store.publish(keys | {"AWS_ENDPOINT_URL_S3": "https://192.0.2.1"}, "--timeout", "2", code=5, wrapper=alone, most=6)


def proxies_are_used_and_blamed(temp):
    store, certificates = Shop(temp), Certificates(temp / "certificates")
    file = certificates.make("good", "localhost")

    def asked(connection):
        head = b""
        while b"\r\n\r\n" not in head:
            more = connection.recv(4096)
            if not more:
                return b""
            head += more
        return head

    def says(status, *headers):
        def welcome(connection):
            asked(connection)
            connection.sendall("\r\n".join([f"HTTP/1.1 {status} Told", "Content-Length: 0", *headers, "", ""]).encode())
        return welcome

    heads = []

    def tunnel(connection):
        heads.append(asked(connection))
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        return connection

    with servers.Versitygw(temp / "server") as server:
        server.boto3().create_bucket(Bucket=BUCKET)
        with Front(server.url, certificates.speaker(file)) as front:
            own = endpoint(server, f"https://localhost:{front.port}")
            for variable in "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY":
                heads.clear()
                with Front(f"http://127.0.0.1:{front.port}", tunnel) as proxy:
                    store.publish(own | {variable: f"http://user:pa%40ss@127.0.0.1:{proxy.port}"}, "--cacert", file)
                assert heads[0].startswith(f"CONNECT localhost:{front.port} ".encode()), heads
                assert base64.b64encode(b"user:pa@ss") in heads[0], heads
            for status, code, told in ((403, 6, ["the proxy does not connect to", "HTTP 403"]),
                                       (407, 6, ["HTTP 407", "it wants a user name and password"]), (502, 5, ["HTTP 502"])):
                with Front(None, says(status)) as proxy:
                    store.publish(own | {"https_proxy": f"http://127.0.0.1:{proxy.port}"}, "--cacert", file, "--timeout", "2",
                                  code=code, says=told)
            down = {"https_proxy": "http://127.0.0.1:9"}
            store.publish(own | down, "--cacert", file, "--timeout", "2", code=5, says=["no connection"])
            store.publish(own | {"https_proxy": "http://no-such-proxy.invalid:9"}, "--cacert", file, "--timeout", "2", code=5,
                          says=["the name of the proxy cannot be resolved"])
            for without in {"NO_PROXY": "localhost"}, {"no_proxy": "example.com, localhost"}, {"NO_PROXY": "*"}:
                store.publish(own | down | without, "--cacert", file)
        # By http with this machine there is never one.
        store.publish(server.environment() | {"http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"})


def certificates_are_checked(temp):
    store, certificates, faketime = Shop(temp), Certificates(temp / "certificates"), needed("faketime")
    good, other = certificates.make("good", "localhost"), certificates.make("other", "other.test")
    expired = certificates.make("expired", "localhost", [faketime, "2020-01-01 00:00:00"])
    with servers.Versitygw(temp / "server") as server, contextlib.ExitStack() as stack:
        server.boto3().create_bucket(Bucket=BUCKET)

        def reached_by(file, most=None):
            front = stack.enter_context(Front(server.url, certificates.speaker(file, most)))
            return endpoint(server, f"https://localhost:{front.port}")

        help_ = "name that CA's file: `--cacert FILE`"
        own = reached_by(good)
        store.publish(own, code=6, says=["no secure connection to `localhost:", "self-signed certificate", help_])
        store.publish(own, "--cacert", good)
        store.publish(own | {"MESH_CACERT": str(good)})
        store.publish(own | {"SSL_CERT_FILE": str(good)})
        store.publish(own | {"SSL_CERT_FILE": str(good)}, "--cacert", other, code=6)
        store.publish(own, "--insecure", says=["warning: `--insecure`"])
        store.publish(reached_by(other), "--cacert", other, code=6, says=["no alternative certificate subject name matches"])
        store.publish(reached_by(expired), "--cacert", expired, code=6, says=["certificate has expired"])
        store.publish(reached_by(good, ssl.TLSVersion.TLSv1_1), "--cacert", good, code=6, says=["no secure connection"])
        # What speaks no TLS, and what speaks nothing else.
        store.publish(server.environment() | {"AWS_ENDPOINT_URL_S3": server.url.replace("http:", "https:")}, code=6,
                      says=["no secure connection"])
        store.publish(own | {"AWS_ENDPOINT_URL_S3": own["AWS_ENDPOINT_URL_S3"].replace("https:", "http:")}, "--timeout", "2",
                      code=5)
        (temp / "none.pem").write_text("nothing\n")
        store.publish(own, "--cacert", temp / "none.pem", code=2, says=["none.pem` cannot be read, or holds none"])


class Slow(http.server.BaseHTTPRequestHandler):
    """A bucket that is empty and thinks for a while; it knows how many asked at one time."""
    protocol_version = "HTTP/1.1"
    lock, now, most = threading.Lock(), 0, 0

    def do_GET(self):
        with Slow.lock:
            Slow.now += 1
            Slow.most = max(Slow.most, Slow.now)
        time.sleep(0.15)
        with Slow.lock:
            Slow.now -= 1
        data = b"<Error><Code>NoSuchKey</Code></Error>"
        self.send_response(404)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Patient(http.server.ThreadingHTTPServer):
    request_queue_size, daemon_threads = 64, True


def jobs_say_how_many_ask_at_one_time(temp):
    root, environment = temp / "shop", shop.environment(str(temp / "home"))
    shop.write_mesh(str(root), "1.0.0", "many")
    product = next(root.glob("domains/*/*/"))
    for number in range(39):
        copy = product.parent / f"copy-{number}"
        shutil.copytree(product, copy)
        for file in copy.glob("*.yaml"):
            file.write_text(re.sub(r"(?m)^(\s*-?\s*(?:id|contractId): *)(\S+)", rf"\1\2-{number}", file.read_text()))
    server = Patient(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment |= {"AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{server.server_address[1]}", "AWS_ACCESS_KEY_ID": "AKIAX",
                    "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1"}
    try:
        for command in "plan", "status":
            for words, more, most in ((), 3, 8), (("--jobs", "3"), 1, 3), (("--jobs", "20"), 8, 20):
                Slow.most = 0
                done = subprocess.run([MESH, command, "--to", TARGET, *words], cwd=root, env=environment, stdin=subprocess.DEVNULL,
                                      capture_output=True, text=True, timeout=60, check=False)
                assert done.stdout.count("\n") == 40 and more < Slow.most <= most, (command, words, Slow.most, done)
    finally:
        server.shutdown()
        server.server_close()


CHECKS = [jobs_say_how_many_ask_at_one_time, a_wrong_clock_costs_one_request, a_server_without_a_date_leaves_the_clock_wrong, an_address_of_ipv6_is_reached,
          a_dead_address_is_passed_over, without_a_network_it_ends_soon, proxies_are_used_and_blamed, certificates_are_checked]


def main():
    if not servers.in_peers_python(__file__):
        servers.skip("boto3 is not installed")
    failed, skipped = [], []
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        if sys.argv[2:] and check.__name__ not in sys.argv[2:]:
            continue
        with tempfile.TemporaryDirectory(prefix="mesh-reach-") as temp:
            try:
                check(pathlib.Path(temp).resolve())
                print("ok      ", name, flush=True)
            except servers.Missing as missing:
                skipped.append(name)
                print("skipped ", name + ":", missing, flush=True)
            except (AssertionError, subprocess.SubprocessError, OSError, ValueError) as error:
                failed.append(name)
                print("FAILED  ", name + ":", error, flush=True)
    servers.end(failed, skipped)


if __name__ == "__main__":
    main()
