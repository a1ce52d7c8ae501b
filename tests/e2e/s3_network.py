#!/usr/bin/env python3
"""`mesh publish` to a bucket through a network that is slow, cuts, stalls and breaks: it ends with 0 and a whole release, or
with 5 and what was there before.

usage: s3_network.py MESH [CHECK…]

toxiproxy stands between mesh and versitygw. Without them, or without boto3, this is a skip (77), with CI set a failure.
"""
import concurrent.futures
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import servers
import shop

BUCKET = "shop-mesh"
AT_ONCE = 4


class Network:
    """Makes ways to a server, each with its own troubles."""

    def __init__(self, toxiproxy, upstream):
        self.toxiproxy, self.upstream = toxiproxy, upstream.removeprefix("http://")
        self.lock, self.count = threading.Lock(), 0

    def ask(self, method, path, body=None):
        status, _, reply = servers.exchange(f"{self.toxiproxy.url}{path}", method, body and json.dumps(body),
                                            {"Content-Type": "application/json"})
        assert status in (200, 201, 204), (method, path, status, reply)
        return reply and json.loads(reply)

    @contextlib.contextmanager
    def way(self, *toxics):
        with self.lock:
            self.count += 1
            name = f"way{self.count}"
        made = self.ask("POST", "/proxies", {"name": name, "listen": "127.0.0.1:0", "upstream": self.upstream, "enabled": True})
        try:
            for number, (kind, stream, attributes) in enumerate(toxics):
                self.ask("POST", f"/proxies/{name}/toxics", {"name": f"t{number}", "type": kind, "stream": stream,
                                                             "toxicity": 1.0, "attributes": attributes})
            yield f"http://{made['listen']}"
        finally:
            self.ask("DELETE", f"/proxies/{name}")


class Publisher:
    def __init__(self, mesh, work, server):
        self.mesh, self.work, self.server, self.bucket = mesh, work, server, server.data / BUCKET
        self.environment = shop.environment(str(work / "home")) | server.environment()
        self.seen = {}
        for name, version in ("first", "1.0.0"), ("second", "1.1.0"):
            shop.write_mesh(str(work / name), version, f"the {name}")
            # So large that it takes more than one packet.
            shop.write(str(work / name / "domains" / shop.PRODUCT / "README.md"), f"# {name}\n" + "a line of text\n" * 1500)
            if name == "second":
                self.copy("plain-first", "plain-second")
            done = self.publish(name, f"plain-{name}", server.url)
            assert done.returncode == 0, done.stderr
            self.seen[name] = self.read(f"plain-{name}")

    def copy(self, old, new):
        shutil.copytree(self.bucket / old, self.bucket / new)  # with the attributes that the server keeps ETags in

    def publish(self, name, prefix, url, *words):
        return self.run(name, url, "publish", "--to", f"s3://{BUCKET}/{prefix}", "--jobs", "1", *words)

    def run(self, name, url, *words):
        return subprocess.run([self.mesh, *words], cwd=self.work / name, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env=self.environment | {"AWS_ENDPOINT_URL_S3": url}, timeout=120, check=False)

    def read(self, prefix):
        shop.check_files(self.bucket / prefix)
        return shop.read_product(str(self.bucket / prefix))[0]

    def try_way(self, network, prefix, toxics, *words):
        """The exit code of a publish through this way; whatever it is, nothing in between is to be seen."""
        self.copy("plain-first", prefix)
        with network.way(*toxics) as url:
            begun = time.monotonic()
            done = self.publish("second", prefix, url, *words)
            took = time.monotonic() - begun
        seen = self.read(prefix)
        what = f"{prefix}: {toxics}: exit {done.returncode} after {took:.1f} s: {done.stderr.strip()}"
        assert seen in (self.seen["first"], self.seen["second"]), f"torn: {sorted(seen)}: {what}"
        is_new = seen == self.seen["second"]
        assert done.returncode in (0, 5), what
        # Where no reply can come back, what was done cannot be known.
        assert is_new or done.returncode == 5, what
        again = self.publish("second", prefix, self.server.url)
        assert again.returncode == 0 and self.read(prefix) == self.seen["second"], f"{what}; then {again.stderr}"
        return done.returncode, is_new, took, what


def slow_networks_cost_only_time(publisher, network):
    for prefix, toxics in {"latency": [("latency", "downstream", {"latency": 150, "jitter": 100})],
                           "latency-up": [("latency", "upstream", {"latency": 150, "jitter": 100})],
                           "bandwidth": [("bandwidth", "downstream", {"rate": 50})],
                           "bandwidth-up": [("bandwidth", "upstream", {"rate": 50})],
                           "slicer": [("slicer", "downstream", {"average_size": 64, "size_variation": 32, "delay": 200})],
                           "slicer-up": [("slicer", "upstream", {"average_size": 256, "size_variation": 128, "delay": 200})],
                           "slow-close": [("slow_close", "downstream", {"delay": 500})]}.items():
        code, _, _, what = publisher.try_way(network, prefix, toxics)
        assert code == 0, what


def connections_that_break_at_any_place_do_no_harm(publisher, network):
    """After each KiB of what goes either way, and after few bytes; each connection breaks there, so that some never get through."""
    cases = [(kind, stream, {"bytes": amount}) for stream in ("upstream", "downstream") for kind in ("limit_data",)
             for amount in [0, 1, 50, 400, *range(1024, 34 * 1024, 4096 if stream == "upstream" else 1024)]
             if stream == "upstream" or amount < 10 * 1024]
    cases += [("reset_peer", stream, {"timeout": ms}) for stream in ("upstream", "downstream") for ms in (0, 5, 40, 150)]

    def one(numbered):
        number, toxic = numbered
        # What can never get through must not take the whole time that there is.
        return publisher.try_way(network, f"broken-{number}", [toxic], "--timeout", "8")

    with concurrent.futures.ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        outcomes = list(pool.map(one, enumerate(cases)))
    codes = [code for code, *_ in outcomes]
    print(f"         {len(cases)} ways: {codes.count(0)} times 0, {codes.count(5)} times 5, "
          f"{sum(is_new and code for code, is_new, *_ in outcomes) // 5} of them done and not known")
    assert 0 in codes and 5 in codes, codes


def a_stalled_connection_is_given_up(publisher, network):
    for prefix, stream in ("stalled", "downstream"), ("stalled-up", "upstream"):
        forever = ("latency", stream, {"latency": 600_000})
        code, _, took, what = publisher.try_way(network, prefix, [forever], "--timeout", "2")
        assert code == 5 and took < 20, what
        assert "nothing came from" in what or "did not answer" in what, what


def a_network_that_comes_back_is_waited_for(publisher, network):
    """It is cut for a second and a half in the midst of a publish."""
    publisher.copy("plain-first", "cut")
    with network.way(("latency", "downstream", {"latency": 60})) as url:
        name = f"way{network.count}"
        running = threading.Timer(0.5, lambda: network.ask("POST", f"/proxies/{name}", {"enabled": False}))
        back = threading.Timer(2.0, lambda: network.ask("POST", f"/proxies/{name}", {"enabled": True}))
        running.start()
        back.start()
        done = publisher.publish("second", "cut", url)
        running.join()
        back.join()
    assert done.returncode == 0 and publisher.read("cut") == publisher.seen["second"], done


CHECKS = [slow_networks_cost_only_time, connections_that_break_at_any_place_do_no_harm, a_stalled_connection_is_given_up,
          a_network_that_comes_back_is_waited_for]


def main():
    if not servers.in_peers_python(__file__):
        servers.skip("boto3 is not installed")
    failed, skipped = [], []
    with tempfile.TemporaryDirectory(prefix="mesh-network-") as temp:
        temp = pathlib.Path(temp).resolve()
        try:
            with servers.Versitygw(temp / "server") as server, servers.Toxiproxy(temp / "toxiproxy") as toxiproxy:
                server.boto3().create_bucket(Bucket=BUCKET)
                publisher = Publisher(os.path.abspath(sys.argv[1]), temp, server)
                for check in CHECKS:
                    name = check.__name__.replace("_", " ")
                    if sys.argv[2:] and check.__name__ not in sys.argv[2:]:
                        continue
                    try:
                        check(publisher, Network(toxiproxy, server.url))
                        print("ok      ", name, flush=True)
                    except (AssertionError, subprocess.SubprocessError, OSError, ValueError, shop.Torn) as error:
                        failed.append(name)
                        print("FAILED  ", name + ":", error, flush=True)
        except servers.Missing as missing:
            skipped.append("servers")
            print("skipped:", missing)
    servers.end(failed, skipped)


if __name__ == "__main__":
    main()
