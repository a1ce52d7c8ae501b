#!/usr/bin/env python3
"""Whichever allocation fails, mesh ends with a word and a code: 70 and "out of memory", or, where a file's reader catches
it, a finding. It is never killed by a signal and never hangs.

The first 60 allocations fail one by one, then ever fewer of them, until one lies behind the last.

usage: out_of_memory.py MESH      77: a sanitizer has an allocator of its own, or there is no C compiler
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SAYS = ("out of memory", "memory than there is", "Cannot allocate memory")

# The start of the C++ library and of constants; nobody can speak there yet.
BEFORE_MAIN = 40

MANIFEST = """apiVersion: v3.2.0
kind: DataContract
id: urn:shop:orders
version: 1.0.0
statsu: active
status: active
schema:
  - name: orders
    properties:
      - {name: order_id, logicalType: strng}
"""


def points():
    at = 1
    while True:
        yield at
        at += 1 + at // 60


def run(words, shim, at, rest, folder):
    environment = {"LD_PRELOAD": str(shim), "FAIL_AT": str(at), "FAIL_REST": rest, "HOME": str(folder), "LANG": "C.UTF-8"}
    return subprocess.run(words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60)


def check(words, usual, shim, rest, folder):
    """Failures, and how many runs there were until the failing allocation lay behind the last."""
    wrong, runs, clean = [], 0, 0
    for at in points():
        done = run(words, shim, at, rest, folder)
        runs += 1
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        told = any(sentence in said for sentence in SAYS)
        if done.returncode == usual and not told:
            clean += 1
            if clean > 5 and at > 300:
                return wrong, runs
            continue
        clean = 0
        if at <= BEFORE_MAIN and "terminate called" in said:
            continue
        if not told or done.returncode not in (1, 4, 8, 70):
            wrong.append(f"{' '.join(map(str, words[1:]))}, allocation {at} fails: code {done.returncode}, {said[-300:]!r}")
        if at > 2_000_000:
            return wrong + ["it never ends without a failure"], runs


def main():
    mesh = pathlib.Path(sys.argv[1]).resolve()
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler or b"__asan_init" in mesh.read_bytes() or b"__tsan_init" in mesh.read_bytes():
        print("SKIP out_of_memory: no C compiler, or a sanitizer")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="mesh-memory-") as temp:
        folder = pathlib.Path(temp)
        shim = folder / "failing_malloc.so"
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", shim, HERE / "failing_malloc.c"], check=True)
        (folder / "orders.odcs.yaml").write_text(MANIFEST)
        wrong, runs = [], 0
        for words, usual in ((["version"], 0), (["rules"], 0), (["help", "validate"], 0), (["validate", "--jobs", "1"], 1),
                             (["validate", "--format", "json", "--jobs", "2"], 1)):
            for rest in "01":
                found, times = check([mesh, *words], usual, shim, rest, folder)
                wrong += found
                runs += times
    print(*wrong, f"{runs} runs, {len(wrong)} wrong", sep="\n")
    sys.exit(1 if wrong or runs < 300 else 0)


if __name__ == "__main__":
    main()
