#!/usr/bin/env python3
"""What `mesh validate` costs beside its peers: the same files, the same run, in turns, everything warm.

usage: validate.py MESH PEERS [--quick]

PEERS is a folder of programs (tests/bench/validate.sh fills it): odcslint, and where there, check-jsonschema,
jsonschema (of @sourcemeta) and datacontract, which are only printed. Every figure is the median of its runs. Exits 1
when a bar is missed. `--quick` takes a tenth of the manifests.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
REAL = HERE.parent / "corpus" / "real"
ONE = REAL / "odcs__v3.2.0__open-data-contract-standard__all__full-example.odcs.yaml"
missed = []


class Run:
    def __init__(self, cpu, wall, peak):
        self.cpu, self.wall, self.peak = cpu, wall, peak


def once(argv, folder):
    null = os.open(os.devnull, os.O_RDWR)
    before = time.monotonic()
    child = subprocess.Popen(argv, cwd=folder, stdin=null, stdout=null, stderr=null)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - before
    child.returncode = os.waitstatus_to_exitcode(status)
    os.close(null)
    if child.returncode not in (0, 1):
        sys.exit(f"{' '.join(map(str, argv))[:200]}: exit {child.returncode}")
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def in_turns(commands, folder, runs):
    """Medians of each command; they take turns, so that all meet the same machine."""
    for argv in commands:
        once(argv, folder)
    all_runs = [[once(argv, folder) for argv in commands] for _ in range(runs)]
    return [Run(*(statistics.median(getattr(turn[i], what) for turn in all_runs) for what in ("cpu", "wall", "peak")))
            for i in range(len(commands))]


def tell(name, run):
    print(f"  {name:<34}{run.cpu * 1000:12.1f} ms CPU{run.wall * 1000:12.1f} ms wall{run.peak:9.1f} MB")


def bar(what, figure, most=None, least=None):
    good = figure <= most if most is not None else figure >= least
    print(f"  {what}: {figure:.3f}   bar {'at most' if most is not None else 'at least'} "
          f"{most if most is not None else least}{'' if good else '   MISSED'}")
    if not good:
        missed.append(what)


def floor(folder):
    """Reading the bytes and nothing else."""
    return [sys.executable, "-c", "import sys,os\n"
            "for base,_,names in os.walk('.'):\n"
            "  for name in names:\n"
            "    with open(os.path.join(base,name),'rb',0) as file: file.read()"]


def main(mesh, peers, quick):
    mesh, peers = os.path.abspath(mesh), pathlib.Path(peers).resolve()
    odcslint = [str(peers / "odcslint"), "check"]
    with tempfile.TemporaryDirectory() as root:
        root = pathlib.Path(root)

        def made(name, count, mean=8000):
            told = subprocess.run([sys.executable, HERE / "make_mesh.py", root / name, str(count), "--mean", str(mean)],
                                  check=True, stdout=subprocess.PIPE, text=True).stdout
            print(f"\n{told.strip()}")
            return root / name

        print(f"one contract of {ONE.stat().st_size / 1000:.1f} KB")
        ours, theirs = in_turns([[mesh, "validate", ONE], [*odcslint, ONE]], root, 50)
        tell("mesh validate", ours), tell("odcslint check", theirs)
        bar("CPU, one contract, mesh / odcslint", ours.cpu / theirs.cpu, most=0.4)
        for name, argv in slow_peers(peers, ONE):
            # @sourcemeta/jsonschema refuses the official schema, for a `$ref` that it calls no place of a schema.
            code = subprocess.run(argv, cwd=root, stdin=subprocess.DEVNULL, capture_output=True).returncode
            if code not in (0, 1):
                print(f"  {name:<34}gives up with exit {code}")
            else:
                tell(name, in_turns([argv], root, 2)[0])

        small = made("small", 1000, 1900)
        ours, theirs = in_turns([[mesh, "validate", "--jobs", "1"], [*odcslint, "."]], small, 11)
        tell("mesh validate --jobs 1", ours), tell("odcslint check", theirs)
        bar("CPU, 1,000 small contracts, mesh / odcslint", ours.cpu / theirs.cpu, most=0.4)

        count = 1000 if quick else 10000
        big = made("big", count)
        ours, one, theirs, bytes_only = in_turns(
            [[mesh, "validate"], [mesh, "validate", "--jobs", "1"], [*odcslint, "."], floor(big)], big, 5)
        for name, run in (("mesh validate", ours), ("mesh validate --jobs 1", one), ("odcslint check", theirs),
                          ("reading the bytes (Python)", bytes_only)):
            tell(name, run)
        bar(f"wall, {count} manifests, mesh / odcslint", ours.wall / theirs.wall, most=0.15)
        bar("wall, one thread / two", one.wall / ours.wall, least=1.8)
        bar("peak memory in MB", ours.peak, most=200)

        twice = made("twice", 2 * count)
        more, = in_turns([[mesh, "validate"]], twice, 5)
        tell("mesh validate", more)
        bar("wall, twice the manifests", more.wall / ours.wall, most=2.2)
    print(f"\n{len(missed)} bars missed")
    return 1 if missed else 0


def slow_peers(peers, one):
    known = [("check-jsonschema", ["--schemafile", HERE.parent.parent / "core/schema/standards/odcs/3.2.0.json", one]),
             ("jsonschema", ["validate", HERE.parent.parent / "core/schema/standards/odcs/3.2.0.json", one]),
             ("datacontract", ["lint", "--no-inline-references", one])]
    return [(name, [str(peers / name), *map(str, rest)]) for name, rest in known if (peers / name).exists()]


if __name__ == "__main__":
    rest = [argument for argument in sys.argv[1:] if argument != "--quick"]
    if len(rest) != 2:
        sys.exit(__doc__)
    sys.exit(main(rest[0], rest[1], "--quick" in sys.argv))
