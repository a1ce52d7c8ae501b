#!/usr/bin/env python3
"""Eight processes publish a hundred versions each to one product: nothing is lost. Then all of them publish other content
under one version: exactly one wins, the others are told of the conflict.

usage: race_publish.py MESH [PROCESSES] [PUBLISHES]
"""
import concurrent.futures
import os
import subprocess
import sys
import tempfile

import shop

COLLISIONS = 10


def publish(mesh, work, name, store, version, purpose):
    shop.write_mesh(f"{work}/{name}", version, purpose)
    return subprocess.run([mesh, "publish", "--to", f"file://{store}", "--jobs", "1"], cwd=f"{work}/{name}",
                          env=shop.environment(f"{work}/home"), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=120, check=False)


def check_nothing_is_lost(mesh, work, processes, publishes):
    store, faults = f"{work}/store", []

    def run(number):
        for i in range(publishes):
            done = publish(mesh, work, f"p{number}", store, f"1.{number}.{i}", f"of process {number}, {i}")
            if done.returncode != 0:
                faults.append(f"1.{number}.{i}: exit {done.returncode}: {done.stderr.strip()}")

    with concurrent.futures.ThreadPoolExecutor(max_workers=processes) as pool:
        list(pool.map(run, range(processes)))
    shop.check_files(store)
    releases, index = shop.read_product(store)
    expected = {f"1.{number}.{i}" for number in range(processes) for i in range(publishes)}
    if set(releases) != expected:
        faults.append(f"lost: {sorted(expected - set(releases))[:10]}, unknown: {sorted(set(releases) - expected)[:10]}")
    for tag, files in releases.items():
        _, number, i = tag.split(".")
        if f"of process {number}, {i}\n".encode() not in files["README.md"]:
            faults.append(f"{tag} holds what belongs to another version")
    rev = int(index["annotations"]["vnd.mesh.rev"])
    if rev != len(expected):
        faults.append(f"vnd.mesh.rev is {rev} after {len(expected)} releases")
    left = [name for folder, _, names in os.walk(store) for name in names if name.endswith(".tmp")]
    if left:
        faults.append(f"unfinished files are left: {left[:5]}")
    print(f"{processes} processes x {publishes} publishes: {len(releases)} releases, rev {rev}, {len(faults)} faults")
    return faults


def check_one_winner(mesh, work, processes):
    store, faults = f"{work}/collisions", []
    with concurrent.futures.ThreadPoolExecutor(max_workers=processes) as pool:
        for i in range(COLLISIONS):
            version = f"2.0.{i}"
            runs = list(pool.map(lambda n: publish(mesh, work, f"p{n}", store, version, f"of process {n}"),
                                 range(processes)))
            winners = [n for n, run in enumerate(runs) if run.returncode == 0]
            losers = [n for n, run in enumerate(runs) if run.returncode == 3]
            if len(winners) != 1 or len(losers) != processes - 1:
                faults.append(f"{version}: exit codes {[run.returncode for run in runs]}: {runs[0].stderr}")
                continue
            releases, _ = shop.read_product(store)
            if f"of process {winners[0]}\n".encode() not in releases[version]["README.md"]:
                faults.append(f"{version}: the winner's content is not what is published")
    print(f"{processes} processes, one version, {COLLISIONS} times: {len(faults)} faults")
    return faults


def main(arguments):
    mesh = os.path.abspath(arguments[0])
    processes, publishes = (int(number) for number in (arguments[1:] + ["8", "100"][len(arguments) - 1:]))
    with tempfile.TemporaryDirectory(prefix="mesh-race-") as work:
        os.makedirs(f"{work}/home")
        faults = check_nothing_is_lost(mesh, work, processes, publishes) + check_one_winner(mesh, work, processes)
    print("\n".join(faults[:20]), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        raise SystemExit(__doc__)
    sys.exit(main(sys.argv[1:]))
