#!/usr/bin/env python3
"""Runs the tour of the README: the `console` blocks, one after the other, in one shell and an empty folder. A line that
starts with `$ ` is a command, the lines below it are what it prints; a line `…` stands for any number of lines, a `…` in a
line for any text.

usage: readme_tour.py MESH      MESH_BLESS=1 writes what was printed into the README
"""
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
MARK = "=== end of command ==="


def steps(block):
    """Pairs of a command and the lines it is said to print."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def run_all(commands, mesh):
    with tempfile.TemporaryDirectory(prefix="mesh-tour-") as home:
        script = "".join(f"{command}\nthen=$?; echo '{MARK}'; (exit $then)\n" for command in commands)
        environment = {"PATH": f"{mesh.parent}:/usr/local/bin:/usr/bin:/bin", "HOME": home, "LANG": "C.UTF-8", "NO_COLOR": "1",
                       "XDG_CONFIG_HOME": f"{home}/.config", "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(["/bin/bash", "-c", f"mkdir tour; cd tour; exec 2>&1\n{script}"], cwd=home, env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, timeout=120)
    return [printed.splitlines() for printed in done.stdout.split(MARK + "\n")[:-1]]


def matches(said, printed):
    pattern = "".join("(.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + "\n" for line in said)
    return re.fullmatch(pattern, "".join(line + "\n" for line in printed))


def main():
    text = README.read_text()
    mesh = pathlib.Path(sys.argv[1]).resolve()
    tour = [step for block in BLOCK.findall(text) for step in steps(block)]
    assert tour, "the README has no tour"
    printed = run_all([command for command, _ in tour], mesh)
    assert len(printed) == len(tour), f"only {len(printed)} of {len(tour)} commands were run"
    if os.environ.get("MESH_BLESS") == "1":
        results = iter(printed)

        def block(match):
            parts = []
            for command, said in steps(match[1]):
                got = next(results)
                parts += [f"$ {command}", *(said if matches(said, got) else got)]
            return "```console\n" + "\n".join(parts) + "\n```"
        README.write_text(BLOCK.sub(block, text))
        return
    wrong = 0
    for (command, said), got in zip(tour, printed):
        if matches(said, got):
            continue
        wrong += 1
        print(f"$ {command}", *difflib.unified_diff(said, got, "README.md", "printed", lineterm=""), sep="\n")
    print(f"{len(tour)} commands of the tour, {wrong} print something else")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
