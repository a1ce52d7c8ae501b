"""What the tests of reports and CI files share."""
import os
import shutil
import subprocess
import sys
import tempfile
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get("MESH_TEST_CACHE")
                     or pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "mesh-tests")


def tool(name):
    """Where a tool is. A missing one skips the test, and fails it in CI."""
    found = shutil.which(name, path=f"{CACHE / 'bin'}:{os.environ['PATH']}")
    if found:
        return found
    print(f"skipped: {name} is missing, tests/setup/test.sh installs it")
    sys.exit(1 if os.environ.get("CI") else 77)


def environment(mesh, home, **more):
    return {"PATH": f"{mesh.parent}:/usr/local/bin:/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8",
            "XDG_CONFIG_HOME": f"{home}/config", "GIT_CONFIG_NOSYSTEM": "1", **more}


def run(words, **how):
    return subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300,
                          errors="surrogateescape", **how)


def folder():
    return tempfile.TemporaryDirectory(prefix="mesh-ci-")


class Checks:
    def __init__(self):
        self.failed = self.count = 0

    def check(self, holds, what, *details):
        self.count += 1
        if holds:
            return
        self.failed += 1
        print(f"FAILED {what}", *details, sep="\n  ")

    def end(self):
        print(f"{self.count} checks, {self.failed} failed")
        sys.exit(1 if self.failed else 0)
