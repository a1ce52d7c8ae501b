#!/usr/bin/env python3
"""Man pages and completions are written by `mesh` itself and committed; this compares them, or rewrites them.

usage: docs.py MESH [--write]
"""
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMPLETIONS = {"bash": "mesh.bash", "zsh": "_mesh", "fish": "mesh.fish"}


def names(commands, parents=""):
    for command in commands:
        name = parents + command["name"].split(" ")[-1]
        yield name
        yield from names(command["commands"], name + " ")


def pages(mesh):
    ask = lambda *words: subprocess.run([mesh, *words], check=True, stdout=subprocess.PIPE).stdout
    yield "man/mesh.1", ask("help", "--format", "man")
    for name in names(json.loads(ask("help", "--format", "json"))["commands"]):
        yield f"man/mesh-{name.replace(' ', '-')}.1", ask("help", "--format", "man", *name.split(" "))
    for shell, file in COMPLETIONS.items():
        yield f"completions/{file}", ask("completion", shell)


def main():
    wanted = dict(pages(sys.argv[1]))
    present = [file for folder in ("man", "completions") for file in (ROOT / folder).iterdir()]
    stale = [file for file in present if str(file.relative_to(ROOT)) not in wanted]
    if "--write" in sys.argv:
        for file in stale:
            file.unlink()
        for path, text in wanted.items():
            (ROOT / path).write_bytes(text)
        return
    wrong = [f"{file.relative_to(ROOT)} belongs to no command" for file in stale]
    for path, text in wanted.items():
        file = ROOT / path
        if not file.exists() or file.read_bytes() != text:
            wrong.append(f"{path} is not what mesh writes")
    if wrong:
        sys.exit("\n".join(wrong) + "\nrewrite them: cmake --build --preset dev --target docs")
    print(f"{len(wanted)} pages are fresh")


if __name__ == "__main__":
    main()
