#!/usr/bin/env python3
"""`mesh init` killed, interrupted, and refused by the disk at each of its mutating system calls, one at a time.

A new folder is there whole or not at all; a folder that was there has no mesh.yaml before it has everything else;
after an error nothing is left; the next run makes the whole mesh, whatever happened before.

usage: init_faults.py MESH
"""
import collections
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

CALLS = ["mkdir", "mkdirat", "write", "fsync", "fdatasync", "link", "linkat", "unlink", "unlinkat", "rename", "renameat",
         "renameat2", "utimensat", "fchmod", "flock", "ftruncate"]
FAULTS = ["signal=KILL", "signal=INT", "error=EIO", "error=ENOSPC"]


def is_draft(path):
    return re.search(r"(^|/)\.mesh-[0-9-]*\.tmp(/|$)", str(path))


def content(folder):
    """Path → bytes of everything below but drafts; None when the folder is not there."""
    if not folder.exists():
        return None
    files = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {str(name): path.read_bytes() for name, path in files.items() if not is_draft(name)}


def drafts(folder):
    return [path for path in folder.rglob(".mesh-*.tmp")]


def wrong_state(found, whole, existed, left_over_allowed):
    """What is wrong with the state of the folder, or None. `found` and `whole` are as `content` gives them."""
    if found is None:
        return "the folder is gone" if existed else None
    if found == whole:
        return None
    if not existed:
        return "the new folder is not whole"
    if any(whole.get(path) != data for path, data in found.items()):
        return "a file is not what it should be"
    if "mesh.yaml" in found:
        return "mesh.yaml is there before the rest"
    if found and not left_over_allowed:
        return "files were not taken back"
    return None


def self_test(whole):
    half = dict(list(whole.items())[:3])
    reversed_order = {"mesh.yaml": whole["mesh.yaml"]}
    assert wrong_state(half, whole, False, True) and wrong_state(reversed_order, whole, True, True)
    assert wrong_state(half, whole, True, False) and not wrong_state(half, whole, True, True)
    assert wrong_state({**whole, "mesh.yaml": b""}, whole, True, True)


class Case:
    def __init__(self, mesh, temp, whole):
        self.mesh, self.temp, self.whole = mesh, temp, whole

    def counts(self, existed):
        """How often a run calls what."""
        with self.folder(existed) as (home, command):
            log = home / "trace"
            subprocess.run(["strace", "-f", "-qq", "-o", log, "-e", "trace=" + ",".join(CALLS), *command], check=True,
                           stdout=subprocess.DEVNULL)
            return collections.Counter(re.findall(r"^\d+ +(\w+)\(", log.read_text(), re.M))

    def folder(self, existed):
        return Folder(self.mesh, self.temp, existed)

    def check(self, existed, call, number, fault):
        with self.folder(existed) as (home, command):
            done = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                                   f"inject={call}:{fault}:when={number}", *command],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            where = f"{'existing' if existed else 'new'} folder, {fault} at {call} {number}"
            target = home / "place" / "shop"
            killed = fault == "signal=KILL"
            found = content(target)
            wrong = wrong_state(found, self.whole, existed, left_over_allowed=killed)
            if wrong:
                yield f"{where}: {wrong}"
            if fault.startswith("error") and done.returncode not in (0, 8):
                yield f"{where}: exit code {done.returncode}: {done.stderr}"
            # Only an unlink that fails itself may leave its draft.
            if not killed and drafts(home / "place") and not (fault.startswith("error") and call.startswith("unlink")):
                yield f"{where}: {drafts(home / 'place')} is left"
            again = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            if found != self.whole and again.returncode != 0:
                yield f"{where}: the next run ends with {again.returncode}: {again.stderr}"
            if content(target) != self.whole:
                yield f"{where}: the next run does not make the mesh"


class Folder:
    def __init__(self, mesh, temp, existed):
        self.mesh, self.temp, self.existed = mesh, temp, existed

    def __enter__(self):
        self.home = pathlib.Path(tempfile.mkdtemp(dir=self.temp))
        target = self.home / "place" / "shop"
        (target if self.existed else target.parent).mkdir(parents=True)
        return self.home, [str(self.mesh), "init", str(target)]

    def __exit__(self, *_):
        shutil.rmtree(self.home)


def main():
    mesh = pathlib.Path(sys.argv[1]).resolve()
    if not shutil.which("strace"):
        print("SKIP: strace is missing")
        sys.exit(1 if os.environ.get("CI") else 77)
    with tempfile.TemporaryDirectory(prefix="mesh-init-") as temp:
        subprocess.run([mesh, "init", f"{temp}/whole/shop"], check=True, stdout=subprocess.DEVNULL)
        case = Case(mesh, temp, content(pathlib.Path(temp) / "whole" / "shop"))
        self_test(case.whole)
        todo = [(existed, call, number, fault) for existed in (False, True) for call, count in case.counts(existed).items()
                for number in range(1, count + 1) for fault in FAULTS
                if not (call == "write" and number == count)]  # the last one prints the result
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            wrong = [line for lines in pool.map(lambda item: list(case.check(*item)), todo) for line in lines]
    print(*wrong, f"{len(todo)} faults, {len(wrong)} wrong", sep="\n")
    sys.exit(1 if wrong or not todo else 0)


if __name__ == "__main__":
    main()
