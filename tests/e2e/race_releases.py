#!/usr/bin/env python3
"""Publishers replace a snapshot and publish versions, somebody yanks and unyanks, and collectors delete garbage without any
grace, all at the same time on one product. In the end nothing is lost, everything is whole, and no garbage is left.

usage: race_releases.py MESH [ROUNDS]
"""
import concurrent.futures
import os
import subprocess
import sys
import tempfile
import time

import shop

PUBLISHERS = 3
COLLECTORS = 2


def run(mesh, work, name, *words):
    return subprocess.run([mesh, *words], cwd=f"{work}/{name}", env=shop.environment(f"{work}/home"),
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)


def main(mesh, rounds):
    mesh, faults = os.path.abspath(mesh), []
    with tempfile.TemporaryDirectory(prefix="mesh-race-") as work:
        store = f"{work}/store"
        target = f"file://{store}"
        os.makedirs(f"{work}/home")
        for name in [f"p{n}" for n in range(PUBLISHERS)] + ["other"]:
            shop.write_mesh(f"{work}/{name}", "1.0.0", "the first")

        def expect(done, codes, what):
            if done.returncode not in codes:
                faults.append(f"{what}: exit {done.returncode}: {done.stderr.strip()}")

        expect(run(mesh, work, "other", "publish", "--to", target), [0], "first publish")
        left = [PUBLISHERS]  # collectors work as long as publishers do

        def publisher(number):
            for i in range(rounds):
                # Every other time the content of an older snapshot comes back, which may be garbage by now.
                shop.write_mesh(f"{work}/p{number}", "SNAPSHOT", f"of {number}, {i // 2 % 3}")
                path = f"{work}/p{number}/domains/{shop.PRODUCT}/product.odps.yaml"
                text = open(path, encoding="utf-8").read().replace("status: active", "status: draft")
                shop.write(path, text.replace("version: SNAPSHOT", "version: 0.0.1"))
                expect(run(mesh, work, f"p{number}", "publish", "--to", target, "--jobs", "1"), [0], f"snapshot {number}, {i}")
                shop.write_mesh(f"{work}/p{number}", f"1.{number + 1}.{i}", f"of {number}, {i // 2 % 3}")
                expect(run(mesh, work, f"p{number}", "publish", "--to", target, "--jobs", "1"), [0], f"version {number}, {i}")
            left[0] -= 1

        def collector(_):
            while left[0] > 0:
                expect(run(mesh, work, "other", "gc", target, "--yes", "--grace", "0"), [0, 5], "gc")
                time.sleep(0.3)

        def yanker(_):
            while left[0] > 0:
                for word in "yank", "unyank":
                    expect(run(mesh, work, "other", word, "sales/orders@1.0.0", "--from", target), [0, 5], word)
                time.sleep(0.5)

        with concurrent.futures.ThreadPoolExecutor(max_workers=PUBLISHERS + COLLECTORS + 1) as pool:
            futures = [pool.submit(publisher, n) for n in range(PUBLISHERS)]
            futures += [pool.submit(collector, n) for n in range(COLLECTORS)] + [pool.submit(yanker, 0)]
            for future in futures:
                future.result()
        expect(run(mesh, work, "other", "unyank", "sales/orders@1.0.0", "--from", target), [0], "the last unyank")
        expect(run(mesh, work, "other", "gc", target, "--yes", "--grace", "0"), [0], "the last gc")
        expect(run(mesh, work, "other", "verify", "--from", target), [0], "verify")
        shop.check_files(store)
        releases, index = shop.read_product(store)
        wanted = {"1.0.0", "snapshot"} | {f"1.{n + 1}.{i}" for n in range(PUBLISHERS) for i in range(rounds)}
        if set(releases) != wanted:
            faults.append(f"lost or unknown: {sorted(set(releases) ^ wanted)}")
        marks = [name for name in index["annotations"] if name.startswith("vnd.mesh.gc.")]
        needed = {entry["digest"][7:] for entry in index["manifests"]} | {shop.EMPTY[7:]}
        for entry in index["manifests"]:
            manifest = shop.json.loads(shop.blob(f"{store}/{shop.PRODUCT}", entry))
            needed |= {layer["digest"][7:] for layer in manifest["layers"]}
        garbage = set(os.listdir(f"{store}/{shop.PRODUCT}/blobs/sha256")) - needed
        if marks or garbage:
            faults.append(f"left are {marks} and {sorted(garbage)}")
        print(f"{PUBLISHERS} publishers x {2 * rounds}, {COLLECTORS} collectors: rev {index['annotations']['vnd.mesh.rev']}, "
              f"{index['annotations'].get('vnd.mesh.gc', 0)} deletions, {len(faults)} faults")
    for fault in faults[:10]:
        print(" ", fault)
    return 1 if faults else 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5))
