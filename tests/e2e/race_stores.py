#!/usr/bin/env python3
"""Many publishers at one product of one store, collectors beside them. Each with versions of its own: nothing is lost. All with
the same versions and other content: each version has exactly one winner, and the losers are told of the conflict (exit 3).
Collectors delete without any grace all the while, and what is published is whole in the end.

usage: race_stores.py MESH [--full|--size=PxV] [STORE…] [disjoint|colliding]
stores: file versitygw azurite; minio, with MESH_TEST_MINIO=1, where it is named

--full: 16 publishers of 50 versions instead of 5 of 4; --size=8x20 says other numbers. A server that is not installed is a skip (77), with CI set a failure.
"""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import servers
import shop

MESH = os.path.abspath(sys.argv[1])
PLACE = "shop-mesh"
COLLECTORS = 2


class Folder:
    def __init__(self, folder):
        self.folder = folder / "folder"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def prepare(self):
        return lambda name: f"file://{self.folder}/{name}", {}

    def as_folder(self, name, _):
        return str(self.folder / name)


class Bucket:
    """Beside one of the servers of S3."""

    def prepare(self):
        self.boto3().create_bucket(Bucket=PLACE)
        return lambda name: f"s3://{PLACE}/{name}", self.environment()


class Gateway(Bucket, servers.Versitygw):
    def as_folder(self, name, _):
        return str(self.data / PLACE / name)


class Minio(Bucket, servers.Minio):
    def as_folder(self, name, work):
        return str(self.copy_to(work / "read", PLACE, name + "/") / name)


class Container(servers.Azurite):
    def prepare(self):
        self.make(PLACE)
        return lambda name: f"az://{self.account}/{PLACE}/{name}", self.environment()

    def as_folder(self, name, work):
        for key in self.keys(PLACE, name + "/"):
            status, _, data = self.request("GET", f"{PLACE}/{key}")
            assert status == 200, (key, status)
            place = work / "read" / key
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        return str(work / "read" / name)


STORES = {"file": Folder, "versitygw": Gateway, "azurite": Container}
OPT_IN = {"minio": Minio}


class Race:
    def __init__(self, work, publishers, versions, target, environment):
        self.work, self.publishers, self.versions, self.target = work, publishers, versions, target
        self.environment = shop.environment(str(work / "home")) | environment
        self.faults, self.lock, self.left = [], threading.Lock(), publishers
        self.swaps = self.commits = self.collections = 0

    def run(self, name, *words):
        return subprocess.run([MESH, *words], cwd=self.work / name, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env=self.environment | {"MESH_TRACE": str(self.work / f"{name}.trace")}, timeout=600, check=False)

    def fault(self, text):
        with self.lock:
            self.faults.append(text)

    def publish(self, number, version, purpose, codes):
        name = f"p{number}"
        shop.write_mesh(str(self.work / name), version, purpose)
        done = self.run(name, "publish", "--to", self.target, "--jobs", "1")
        if done.returncode not in codes:
            self.fault(f"{version} of {name}: exit {done.returncode}: {done.stderr.strip()}")
        return done.returncode

    def collect(self):
        shop.write_mesh(str(self.work / "collector"), "0.0.0", "a collector")
        while self.left > 0:
            done = self.run("collector", "gc", self.target, "--yes", "--grace", "0")
            # 4: nothing is published yet; 5: another collector was faster again and again.
            if done.returncode not in (0, 4, 5):
                self.fault(f"gc: exit {done.returncode}: {done.stderr.strip()}")
            self.collections += 1
            time.sleep(0.5)

    def all_publish(self, one):
        with concurrent.futures.ThreadPoolExecutor(max_workers=self.publishers + COLLECTORS) as pool:
            def publisher(number):
                try:
                    return [one(number, i) for i in range(self.versions)]
                finally:
                    with self.lock:
                        self.left -= 1

            collectors = [pool.submit(self.collect) for _ in range(COLLECTORS)]
            codes = list(pool.map(publisher, range(self.publishers)))
            for collector in collectors:
                collector.result()
        for trace in self.work.glob("p*.trace"):
            for line in trace.read_text().splitlines():
                told = json.loads(line)
                if told["method"] == "PUT" and told["url"].endswith("/index.json"):
                    self.swaps += 1
            trace.unlink()
        return codes

    def check_whole(self, folder):
        done = self.run("collector", "gc", self.target, "--yes", "--grace", "0")
        if done.returncode != 0:
            self.fault(f"the last gc: exit {done.returncode}: {done.stderr.strip()}")
        done = self.run("collector", "verify", "--from", self.target)
        if done.returncode != 0:
            self.fault(f"verify: exit {done.returncode}: {done.stderr.strip()[:1000]}")
        shop.check_files(folder())
        return shop.read_product(folder())


def disjoint(race, folder):
    """Nothing is lost."""
    race.all_publish(lambda number, i: race.publish(number, f"1.{number}.{i}", f"of process {number}, {i}", [0]))
    releases, _ = race.check_whole(folder)
    expected = {f"1.{number}.{i}" for number in range(race.publishers) for i in range(race.versions)}
    if set(releases) != expected:
        race.fault(f"lost: {sorted(expected - set(releases))[:10]}, unknown: {sorted(set(releases) - expected)[:10]}")
    for tag, files in releases.items():
        _, number, i = tag.split(".")
        if f"of process {number}, {i}\n".encode() not in files["README.md"]:
            race.fault(f"{tag} holds what belongs to another version")
    return len(expected)


def colliding(race, folder):
    """Each version has one winner."""
    codes = race.all_publish(lambda number, i: race.publish(number, f"2.0.{i}", f"of process {number}, {i}", [0, 3]))
    releases, _ = race.check_whole(folder)
    for i in range(race.versions):
        winners = [number for number in range(race.publishers) if codes[number][i] == 0]
        if len(winners) != 1:
            race.fault(f"2.0.{i}: won by {winners}")
        elif f"of process {winners[0]}, {i}\n".encode() not in releases.get(f"2.0.{i}", {}).get("README.md", b""):
            race.fault(f"2.0.{i}: the winner's content is not what is published")
    return race.versions


def main():
    words = sys.argv[2:]
    size = [word.removeprefix("--size=") for word in words if word.startswith("--size=")] + ["16x50" if "--full" in words else "5x4"]
    publishers, versions = map(int, size[0].split("x"))
    checks = {"disjoint": disjoint, "colliding": colliding}
    known = STORES | OPT_IN
    failed, skipped = [], []
    for name in [word for word in words if word in known] or STORES:
        for check in [checks[word] for word in words if word in checks] or checks.values():
            with tempfile.TemporaryDirectory(prefix=f"mesh-race-{name}-") as temp:
                work = pathlib.Path(temp).resolve()
                try:
                    with known[name](work / "server") as server:
                        place, environment = server.prepare()
                        race = Race(work, publishers, versions, place("x"), environment)
                        (work / "collector").mkdir()
                        begun = time.monotonic()
                        try:
                            writes = check(race, lambda: server.as_folder("x", work))
                        except (shop.Torn, AssertionError, subprocess.SubprocessError, OSError, ValueError) as error:
                            race.fault(repr(error))
                            writes = 0
                        took = time.monotonic() - begun
                except servers.Missing as missing:
                    skipped.append(name)
                    print("skipped ", name + ":", missing, flush=True)
                    break
            # What is tried more often than that does not scale. Whoever collides has to lose a swap to find out.
            if race.swaps > (10 * writes if check is disjoint else 2 * publishers * versions) + 20:
                race.fault(f"{race.swaps} swaps for {writes} releases")
            print(f"{'FAILED  ' if race.faults else 'ok      '} {name}, {check.__name__}: {publishers} publishers x {versions} versions, "
                  f"{writes} releases, {race.swaps or '-'} swaps tried, {race.collections} collections, {took:.0f} s, "
                  f"{len(race.faults)} faults", flush=True)
            for fault in race.faults[:10]:
                print("  ", fault, flush=True)
            failed += race.faults
    servers.end(len(failed), len(skipped))


if __name__ == "__main__":
    servers.opt_in(sys.argv[2:])
    if not servers.in_peers_python(__file__):
        servers.skip("boto3 is not installed")
    main()
