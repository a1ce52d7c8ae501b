#!/usr/bin/env python3
"""The man pages format without a warning, the completions load in their shells, and bash, zsh and fish offer what they should.

usage: shells.py MESH      a shell that is absent is a named skip, with CI set a failure
"""
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MESH = pathlib.Path(sys.argv[1]).resolve()
ENVIRONMENT = {"PATH": f"{MESH.parent}:/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"}
FAILED = []

# The words of a command line, and candidates of which each must be offered for the last one.
OFFERS = [
    (["va"], ["validate"]),
    (["li"], ["list"]),
    (["validate", "--fo"], ["--format"]),
    (["validate", "--format", ""], ["text", "concise", "json"]),
    (["validate", "--format", "js"], ["json"]),
    (["--color", "never", "validate", "--fail-on", ""], ["error", "warning", "never"]),
    (["lint", "--format", ""], ["text", "concise", "json"]),
    (["explain", "id/"], ["id/duplicate"]),
    (["validate", "--only", "id/"], ["id/duplicate"]),
    (["completion", ""], ["bash", "zsh", "fish"]),
    (["help", "exit"], ["exit-codes"]),
]


def need(tool):
    if shutil.which(tool):
        return True
    print(f"SKIP {tool} is not installed")
    if os.environ.get("CI"):
        FAILED.append(f"{tool} is not installed")
    return False


def run(*words, **options):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, timeout=60,
                          **options)


def check(name, good, detail=""):
    if not good:
        FAILED.append(f"{name}: {detail}")


def loads():
    for shell, file in (("bash", "mesh.bash"), ("zsh", "_mesh"), ("fish", "mesh.fish")):
        if need(shell):
            done = run(shell, "-n", str(ROOT / "completions" / file))
            check(f"{shell} -n {file}", done.returncode == 0 and not done.stderr, done.stderr)


def bash_offers(words):
    script = f"""source {ROOT}/completions/mesh.bash
COMP_WORDS=(mesh "$@") COMP_CWORD=$#
compopt() {{ :; }}
_mesh; printf '%s\\n' "${{COMPREPLY[@]}}" """
    return run("bash", "-c", script, "bash", *words).stdout.split("\n")


def fish_offers(words):
    line = " ".join(["mesh", *words])
    done = run("fish", "--no-config", "-c", f"source {ROOT}/completions/mesh.fish; complete -C '{line}'")
    return [offer.split("\t")[0] for offer in done.stdout.split("\n")]


def offers():
    for shell, ask in (("bash", bash_offers), ("fish", fish_offers)):
        if not need(shell):
            continue
        for words, wanted in OFFERS:
            got = ask(words)
            for word in wanted:
                check(f"{shell}: mesh {' '.join(words)}", word in got, f"`{word}` is not offered, but {got}")


def zsh_registers():
    if not need("zsh"):
        return
    script = f"autoload -U compinit; compinit -D; source {ROOT}/completions/_mesh; print $_comps[mesh]; whence -w _mesh_validate"
    done = run("zsh", "-fc", script)
    check("zsh", "_mesh\n_mesh_validate: function" in done.stdout, done.stdout + done.stderr)


def man_pages():
    if not need("groff"):
        return
    for page in sorted((ROOT / "man").glob("*.1")):
        done = run("groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-z", str(page))
        check(page.name, done.returncode == 0 and not done.stderr, done.stderr)


loads()
offers()
zsh_registers()
man_pages()
if FAILED:
    sys.exit("\n".join(FAILED))
print("man pages and completions are fine")
