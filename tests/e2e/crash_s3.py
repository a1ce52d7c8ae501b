#!/usr/bin/env python3
"""Kills a publish to a bucket at each system call with which it talks to the server or writes a file. A reader that looks all
the while sees the old releases or the new ones, never a mixture, and the next publish gets through.

Twins prove that the check can fail: a publisher that puts the index before the blobs must be caught, one that does it in the
right order must not.

usage: crash_s3.py MESH [--all]

Without --all, calls that only wait or read on are left out, as what is published cannot differ from the call before them.
Without strace, versitygw or boto3 this is a skip (77), with CI set a failure.
"""
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import servers
import shop

BUCKET = "shop-mesh"
CALLS = ("connect sendto sendmsg write pwrite64 writev openat fsync fdatasync rename renameat renameat2 link linkat unlink "
         "unlinkat mkdir mkdirat ftruncate recvfrom recvmsg").split()
READS = {"recvfrom", "recvmsg"}
LINE = re.compile(r"^(\d+) +(\w+)\((.*)$")
AT_ONCE = 3

Point = collections.namedtuple("Point", "call nth text")


class Reader(threading.Thread):
    """Looks at what the server keeps, again and again, with eyes that know nothing of mesh."""

    def __init__(self, place, allowed):
        super().__init__(daemon=True)
        self.place, self.allowed, self.wrong, self.looks, self.ended = place, allowed, None, 0, threading.Event()

    def look(self):
        self.looks += 1
        seen = shop.read_product(str(self.place))[0] if self.place.exists() else {}
        if seen not in self.allowed:
            raise shop.Torn(f"mixed state: {sorted(seen)}")
        return seen

    def run(self):
        while not self.ended.wait(0.01):
            try:
                self.look()
            except shop.Torn as torn:
                self.wrong = self.wrong or str(torn)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()


class Publisher:
    """Some way to publish one more release; `command` of a prefix."""

    def __init__(self, name, work, server, command, before):
        self.name, self.work, self.server, self.command, self.before = name, work, server, command, before
        self.bucket, self.environment = server.data / BUCKET, shop.environment(str(work / "home")) | server.environment()
        self.old = shop.read_product(str(self.bucket / before))[0] if before else {}
        done = self.run(self.fresh("done"))
        if done.returncode != 0:
            raise SystemExit(f"{name}: a plain run fails with {done.returncode}:\n{done.stderr}")
        self.new = shop.read_product(str(self.bucket / f"{name}-done"))[0]
        assert self.new != self.old, "a plain run changes nothing"

    def fresh(self, label):
        prefix = f"{self.name}-{label}"
        if self.before:
            shutil.copytree(self.bucket / self.before, self.bucket / prefix)  # with the attributes that hold ETags
        return prefix

    def run(self, prefix, wrapper=()):
        return subprocess.run([*wrapper, *self.command(prefix)], cwd=self.work / "mesh", stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60, check=False, env=self.environment)

    def points(self, everything):
        """Each call of a clean run that talks or writes, as the n-th of its name in its thread."""
        trace = self.work / f"{self.name}.trace"
        done = self.run(self.fresh("trace"), ["strace", "-f", "-qq", "-s", "24", "-o", trace, "-e", "trace=" + ",".join(CALLS)])
        if done.returncode != 0:
            raise SystemExit(f"{self.name}: strace fails: {done.stderr}")
        counts, found, talked = collections.Counter(), {}, False
        for line in trace.read_text(errors="replace").splitlines():
            match = LINE.match(line)
            if not match:
                continue
            process, call, text = match.groups()
            counts[process, call] += 1
            if call == "openat" and not re.search("O_CREAT|O_WRONLY|O_RDWR", text):
                continue
            # Of the calls that read a reply, the first is the one before which nothing of it is known.
            if call in READS and not talked and not everything:
                continue
            talked = call not in READS and (talked or call in ("sendto", "sendmsg"))
            found[call, counts[process, call]] = Point(call, counts[process, call], text.strip())
        return list(found.values())

    def try_point(self, numbered):
        """What is wrong after this kill, or None; and whether the release was published by then."""
        number, point = numbered
        prefix = self.fresh(f"case{number}")
        with Reader(self.bucket / prefix, (self.old, self.new)) as reader:
            done = self.run(prefix, ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={point.call}",
                                     "-e", f"inject={point.call}:signal=KILL:when={point.nth}"])
            # The server may still be about what it was asked last.
            time.sleep(0.05)
        try:
            # Connections and threads are not alike in two runs, so the last of the calls may not come.
            was_killed = done.returncode == -signal.SIGKILL
            if not was_killed and done.returncode != 0:
                return f"exit {done.returncode}: {done.stderr}", None, was_killed
            if reader.wrong:
                return reader.wrong, None, was_killed
            published = reader.look() == self.new
            shop.check_files(self.bucket / prefix)
            again = self.run(prefix)
            if again.returncode != 0:
                return f"the next run fails with {again.returncode}: {again.stderr}", published, was_killed
            if shop.read_product(str(self.bucket / prefix))[0] != self.new:
                return "the next run leads to something else", published, was_killed
            return None, published, was_killed
        except shop.Torn as torn:
            return f"mixed state: {torn}", None, was_killed

    def try_all(self, everything):
        points = self.points(everything)
        with concurrent.futures.ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            outcomes = list(pool.map(self.try_point, enumerate(points)))
        wrong = [(point, text) for point, (text, *_) in zip(points, outcomes) if text]
        old, new = (sum(1 for _, published, _ in outcomes if published is state) for state in (False, True))
        killed = sum(was_killed for *_, was_killed in outcomes)
        print(f"{self.name}: {len(points)} kills, {killed} of them in time: {old} old, {new} new, {len(wrong)} wrong", flush=True)
        if killed < 0.8 * len(points):
            wrong.append((points[0], f"only {killed} of {len(points)} runs were killed"))
        return wrong


def tell(wrong, most=10):
    for point, text in wrong[:most]:
        print(f"  KILL at {point.call} #{point.nth} ({point.text[:100]}): {text.strip()}")


def plan_of_twin(server, prefix, order, place):
    """Puts that another client signed, in the order they are to be made."""
    client, product = server.boto3(), f"{prefix}/{shop.PRODUCT}"

    def described(data, media_type, **annotations):
        return {"mediaType": media_type, "digest": "sha256:" + hashlib.sha256(data).hexdigest(), "size": len(data),
                "annotations": annotations}

    readme = b"# the twin's\n"
    layer = described(readme, "text/markdown", **{"org.opencontainers.image.title": "README.md"})
    config = {"mediaType": "application/vnd.oci.empty.v1+json", "digest": shop.EMPTY, "size": 2}
    manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config,
                           "layers": [layer]}).encode()
    index = json.loads((server.data / BUCKET / product / "index.json").read_bytes())
    entry = described(manifest, "application/vnd.oci.image.manifest.v1+json", **{"org.opencontainers.image.ref.name": "9.0.0"})
    index["manifests"] = [one for one in index["manifests"] if one != entry] + [entry]
    blobs = [(f"{product}/blobs/sha256/{hashlib.sha256(data).hexdigest()}", data) for data in (b"{}", readme, manifest)]
    pointer = [(f"{product}/index.json", json.dumps(index).encode())]
    puts = blobs + pointer if order == "blobs-first" else pointer + blobs
    place.write_text(json.dumps([[client.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": key}),
                                  data.decode()] for key, data in puts]))


def main():
    if not shutil.which("strace"):
        shop.skip("strace is missing")
    if not servers.in_peers_python(__file__):
        servers.skip("boto3 is not installed")
    mesh, everything = os.path.abspath(sys.argv[1]), "--all" in sys.argv[2:]
    with tempfile.TemporaryDirectory(prefix="mesh-crash-s3-") as temp:
        work = pathlib.Path(temp).resolve()
        try:
            server = servers.Versitygw(work / "server")
        except servers.Missing as missing:
            servers.skip(missing)
        with server:
            server.boto3().create_bucket(Bucket=BUCKET)

            def publish(prefix):
                return [mesh, "publish", "--to", f"s3://{BUCKET}/{prefix}", "--jobs", "1"]

            shop.write_mesh(str(work / "mesh"), "1.0.0", "the first")
            failed = Publisher("first-release", work, server, publish, None).try_all(everything)
            tell(failed)
            shop.write_mesh(str(work / "mesh"), "1.1.0", "the second")
            wrong = Publisher("second-release", work, server, publish, "first-release-done").try_all(everything)
            tell(wrong)
            failed += wrong

            def twin(order):
                def command(prefix):
                    plan = work / f"{prefix}.json"
                    plan_of_twin(server, prefix, order, plan)
                    return [sys.executable, "-I", "-S", os.path.join(os.path.dirname(os.path.abspath(__file__)), "twin_s3.py"), plan]

                return Publisher(f"twin-{order}", work, server, command, "first-release-done").try_all(everything)

            wrong = twin("blobs-first")
            tell(wrong)
            failed += wrong
            caught = [text for _, text in twin("index-first") if "cannot be read" in text or text.startswith("mixed state")]
            print(f"the publisher that puts the index before the blobs is caught {len(caught)} times" if caught else
                  "the publisher that puts the index before the blobs is not caught")
    sys.exit(1 if failed or not caught else 0)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    main()
