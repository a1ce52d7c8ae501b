#!/usr/bin/env python3
"""Golden cases: each folder of tests/cases/<command>/<case> is run in a fresh copy of its `in/` and compared.

  run      the shell line(s) to run; `mesh` is on the PATH
  in/      files to start from; or a file `in` that names a folder below tests/
  stdout   what must be printed; a `stderr` beside it is compared too
  code     the exit code; absent: 0

usage: run_cases.py MESH [CASE…]      MESH_BLESS=1 rewrites stdout, stderr (where there is one) and code
"""
import concurrent.futures
import difflib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent
CASES = TESTS / "cases"
# The commits of a case have the same ids on every machine.
GIT = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "init.defaultBranch",
       "GIT_CONFIG_VALUE_0": "main", "GIT_CONFIG_KEY_1": "protocol.file.allow", "GIT_CONFIG_VALUE_1": "always",
       **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
          for what, value in (("NAME", "t"), ("EMAIL", "t@example.com"), ("DATE", "1700000000 +0000"))}}
BLESS = os.environ.get("MESH_BLESS") == "1"


def environment(mesh, home):
    return {"PATH": f"{mesh.parent}:/usr/local/bin:/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm",
            "XDG_CONFIG_HOME": str(home / "config"), **GIT}


def run(case, mesh):
    with tempfile.TemporaryDirectory(prefix="mesh-case-") as temp:
        home = pathlib.Path(temp).resolve()
        work = home / "work"
        given = case / "in"
        if given.is_file():
            given = TESTS / given.read_text().strip()
        if given.is_dir():
            shutil.copytree(given, work, symlinks=True)
        else:
            work.mkdir()
        done = subprocess.run(["/bin/bash", "-c", (case / "run").read_text()], cwd=work, env=environment(mesh, home),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        show = lambda raw: raw.replace(str(work).encode(), b"<work>")
        return {"stdout": show(done.stdout), "stderr": show(done.stderr), "code": b"%d\n" % done.returncode}


def expected(case, name):
    file = case / name
    if file.exists():
        return file.read_bytes()
    return {"stdout": b"", "code": b"0\n"}.get(name)


def bless(case, got):
    for name, bytes_ in got.items():
        file = case / name
        if name == "stderr" and not file.exists():
            continue
        if bytes_ == {"stdout": b"", "code": b"0\n"}.get(name):
            file.unlink(missing_ok=True)
        else:
            file.write_bytes(bytes_)


def check(case, mesh):
    try:
        got = run(case, mesh)
    except subprocess.TimeoutExpired:
        return ["took more than 60 s"]
    if BLESS:
        bless(case, got)
        return []
    wrong = []
    for name, bytes_ in got.items():
        want = expected(case, name)
        if want is None or want == bytes_:
            continue
        lines = lambda raw: raw.decode("utf-8", "backslashreplace").splitlines()
        wrong += difflib.unified_diff(lines(want), lines(bytes_), f"{name} wanted", f"{name} got", lineterm="", n=2)
    if wrong and "stderr" not in " ".join(wrong[:1]):
        wrong += ["stderr was:"] + got["stderr"].decode("utf-8", "backslashreplace").splitlines()[:20]
    return wrong


def main():
    mesh = pathlib.Path(sys.argv[1]).resolve()
    wanted = sys.argv[2:]
    cases = sorted(file.parent for file in CASES.glob("*/*/run"))
    if wanted:
        cases = [case for case in cases if any(name in str(case.relative_to(CASES)) for name in wanted)]
    if not cases:
        sys.exit("no case was run")
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for case, wrong in zip(cases, pool.map(lambda case: check(case, mesh), cases)):
            if not wrong:
                continue
            failed += 1
            print(f"FAILED {case.relative_to(CASES)}", *("  " + line for line in wrong), sep="\n")
    print(f"{len(cases)} cases, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
