#!/usr/bin/env python3
"""The examples in cmd/*.md are run, each page in a fresh mesh made by `mesh init` and in a git repository of its own,
its blocks one after the other.

A block says with `exit=1` after ```sh which exit code its last line ends with; all others end with 0.

usage: run_examples.py MESH [PAGE…]
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```sh *(.*?)\n(.*?)^```$", re.M | re.S)


def run_page(page, mesh):
    with tempfile.TemporaryDirectory(prefix="mesh-example-") as temp:
        home = pathlib.Path(temp)
        environment = {"PATH": f"{mesh.parent}:/usr/local/bin:/usr/bin:/bin", "HOME": temp, "LANG": "C.UTF-8",
                       "XDG_CONFIG_HOME": f"{temp}/config", "CI": "1"}
        subprocess.run([mesh, "init", "shop"], cwd=home, env=environment, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["git", "init", "-q", "shop"], cwd=home, env=environment, check=True)
        for info, lines in BLOCK.findall(page.read_text()):
            want = int((re.search(r"exit=(\d+)", info) or [0, 0])[1])
            done = subprocess.run(["/bin/bash", "-e", "-c", lines], cwd=home / "shop", env=environment, text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
            if done.returncode != want:
                yield f"{page.name}: exit code {done.returncode}, not {want}, of:\n{lines}{done.stdout}"


def main():
    mesh = pathlib.Path(sys.argv[1]).resolve()
    pages = sorted(page for page in (ROOT / "cmd").glob("*.md") if not sys.argv[2:] or page.stem in sys.argv[2:])
    wrong = [line for page in pages for line in run_page(page, mesh)]
    print(*wrong, f"{len(pages)} pages of examples, {len(wrong)} blocks failed", sep="\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
