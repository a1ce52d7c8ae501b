#!/usr/bin/env python3
"""Kills a publish, and fails it with EIO and ENOSPC, at each system call with which it changes the store. A reader must
see the old releases or the new ones, never a mixture, and the next publish must get through.

Twins prove that the check can fail: a publisher that writes the index before the blobs must be caught, one that does it in
the right order must not.

usage: crash_publish.py MESH
"""
import collections
import concurrent.futures
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import shop

CALLS = ("openat open creat write pwrite64 writev pwritev sendfile copy_file_range fsync fdatasync sync_file_range "
         "ftruncate fallocate rename renameat renameat2 link linkat symlink symlinkat unlink unlinkat rmdir mkdir mkdirat "
         "close flock fchmod fchmodat chmod utimensat").split()
FAULTS = {"KILL": "signal=KILL", "EIO": "error=EIO", "ENOSPC": "error=ENOSPC"}
# A failed close of a file that was only read, and a file system without locks for unfinished files, need not stop a publish.
MAY_BE_SURVIVED = {"close", "flock"}
LINE = re.compile(r"^(\d+) +(\w+)\((.*)$")

Point = collections.namedtuple("Point", "call nth text")
Case = collections.namedtuple("Case", "point fault")


class Publisher:
    """Some way to publish the new release, and the store before and after it."""

    def __init__(self, work, name, command, before):
        self.work, self.name, self.command = work, name, command
        self.before = f"{work}/{name}-before"
        shutil.copytree(before, self.before) if before else os.makedirs(self.before)
        self.old = self.see(self.before)
        done = self.fresh("done")
        result = self.run(done)
        if result.returncode != 0:
            raise SystemExit(f"{name}: a plain run fails with {result.returncode}:\n{result.stderr}")
        self.new = self.see(done)
        if self.new == self.old:
            raise SystemExit(f"{name}: a plain run changes nothing")

    def see(self, store):
        """What a reader sees; Torn for anything between."""
        return shop.read_product(store)[0]

    def is_whole(self, seen):
        return seen in (self.old, self.new)

    def fresh(self, label):
        store = f"{self.work}/{self.name}-{label}"
        shutil.copytree(self.before, store)
        return store

    def run(self, store, wrapper=()):
        command = [part.replace("STORE", store) for part in self.command]
        return subprocess.run([*wrapper, *command], cwd=f"{self.work}/mesh", env=shop.environment(f"{self.work}/home"),
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=False)

    def run_again(self, store):
        return self.run(store)

    def points(self):
        """Each call of a clean run that can change the store, as the n-th of its name."""
        store, trace = self.fresh("trace"), f"{self.work}/{self.name}.trace"
        result = self.run(store, ["strace", "-f", "-qq", "-y", "-s", "8", "-o", trace, "-e", "trace=" + ",".join(CALLS)])
        if result.returncode != 0:
            raise SystemExit(f"{self.name}: strace fails: {result.stderr}")
        counts, found, processes = collections.Counter(), [], set()
        with open(trace, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                match = LINE.match(line)
                if not match:
                    continue
                process, call, text = match.groups()
                counts[process, call] += 1
                if store not in text or (call == "openat" and not re.search("O_CREAT|O_WRONLY|O_RDWR", text)):
                    continue
                processes.add(process)
                found.append(Point(call, counts[process, call], text.replace(store, "").strip()))
        if len(processes) != 1:  # strace counts calls for each thread
            raise SystemExit(f"{self.name}: the store is changed by {len(processes)} threads, which this script cannot count")
        return found

    def try_case(self, number, case):
        """What is wrong after this fault, or None; and whether the release was published in spite of it."""
        label = f"case{number}"
        store, trace = self.fresh(label), f"{self.work}/{self.name}-{label}.trace"
        inject = f"inject={case.point.call}:{FAULTS[case.fault]}:when={case.point.nth}"
        try:
            result = self.run(store, ["strace", "-f", "-qq", "-y", "-s", "8", "-o", trace,
                                      "-e", "trace=" + case.point.call, "-e", inject])
            wrong, published = self.judge(store, trace, case, result)
            if wrong is None and case.fault == "KILL" and ORAS and published is not None:
                wrong = self.ask_oras(store, self.new if published else self.old)
            if wrong is None:
                wrong = self.converge(store)
        except shop.Torn as torn:
            wrong, published = f"mixed state: {torn}", None
        except subprocess.TimeoutExpired:
            wrong, published = "the run hangs", None
        finally:
            shutil.rmtree(store)
            if os.path.exists(trace):
                os.unlink(trace)
        return wrong, published

    def judge(self, store, trace, case, result):
        with open(trace, encoding="utf-8", errors="replace") as lines:
            text = lines.read()
        hit = [line for line in text.splitlines() if "(INJECTED)" in line] if case.fault != "KILL" else None
        if hit is not None and (len(hit) != 1 or store not in hit[0]):
            return f"the fault hit something else: {hit}", None
        if case.fault == "KILL" and result.returncode != -signal.SIGKILL:
            return f"the run was not killed: {result.returncode}", None
        shop.check_files(store)
        seen = self.see(store)
        if not self.is_whole(seen):
            return f"mixed state: {sorted(seen)}", None
        published = seen == self.new
        if case.fault != "KILL":
            if result.returncode == 0 and not published:
                return "exit 0, and nothing is published", published
            # A listing that was not written is no failure, as the next publish makes it: a warning tells of it.
            told = "warning: the listing of" in result.stderr
            if result.returncode == 0 and not told and case.point.call not in MAY_BE_SURVIVED:
                return "exit 0, and the fault is not told", published
            if result.returncode not in (0, 8):
                return f"exit {result.returncode} instead of 8: {result.stderr}", published
        return None, published

    def ask_oras(self, store, expected):
        product = f"{store}/{shop.PRODUCT}"
        if not expected:
            return None
        asked = subprocess.run([ORAS, "repo", "tags", "--oci-layout", product], capture_output=True, text=True, check=False)
        if asked.returncode != 0 or sorted(asked.stdout.split()) != sorted(expected):
            return f"oras sees {asked.stdout.split()} {asked.stderr}"
        return None

    def converge(self, store):
        result = self.run_again(store)
        if result.returncode != 0:
            return f"the next run fails with {result.returncode}: {result.stderr}"
        shop.check_files(store)
        seen = self.see(store)
        return None if seen == self.new else f"the next run leads to {sorted(seen)}"

    def try_all(self, faults):
        points = self.points()
        cases = [Case(point, fault) for fault in faults for point in points]
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
            outcomes = list(pool.map(self.try_case, range(len(cases)), cases))
        wrong = [(case, text) for case, (text, _) in zip(cases, outcomes) if text]
        old, new = (sum(1 for _, published in outcomes if published is state) for state in (False, True))
        print(f"{self.name}: {len(points)} calls x {'/'.join(faults)} = {len(cases)} runs: "
              f"{old} old, {new} new, {len(wrong)} wrong")
        return wrong


def tell(wrong, most=10):
    for case, text in wrong[:most]:
        print(f"  {case.fault} at {case.point.call} #{case.point.nth} ({case.point.text[:100]}): {text.strip()}")


ORAS = shop.oras()


def main(mesh):
    if not shutil.which("strace"):
        shop.skip("strace is missing")
    if not ORAS:
        if os.environ.get("CI"):
            raise SystemExit("oras is missing: tests/setup/test.sh installs it")
        print("SKIP the reading by oras: it is missing")
    with tempfile.TemporaryDirectory(prefix="mesh-crash-") as work:
        os.makedirs(f"{work}/home")
        command = [os.path.abspath(mesh), "publish", "--to", "file://STORE", "--jobs", "1"]
        shop.write_mesh(f"{work}/mesh", "1.0.0", "the first")
        first = Publisher(work, "first-release", command, None)
        failed = first.try_all(["KILL", "EIO", "ENOSPC"])
        tell(failed)

        store = f"{work}/first-release-done"
        shop.write_mesh(f"{work}/mesh", "1.1.0", "the second")
        second = Publisher(work, "second-release", command, store)
        wrong = second.try_all(["KILL", "EIO", "ENOSPC"])
        tell(wrong)
        failed += wrong

        def twin(order):
            script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "twin_publisher.py")
            return Publisher(work, f"twin-{order}", [sys.executable, "-I", "-S", script, "STORE", order], store)

        wrong = twin("blobs-first").try_all(["KILL"])
        tell(wrong)
        failed += wrong
        caught = [text for _, text in twin("index-first").try_all(["KILL"]) if text.startswith("mixed state")]
        if not caught:
            print("the publisher that writes the index before the blobs is not caught")
        else:
            print(f"the publisher that writes the index before the blobs is caught {len(caught)} times")
    return 1 if failed or not caught else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    sys.exit(main(sys.argv[1]))
