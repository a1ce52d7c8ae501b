#!/usr/bin/env python3
"""Every exit code that a command can reach, reached. One row each: command, code, when, and the shell lines whose last
one ends with it. REACHABLE says which rows there must be.

Each row runs in a fresh folder. `$SHOP` is a mesh made by `mesh init`, to be copied or looked at.

usage: exit_codes.py MESH [COMMAND…]
"""
import os
import pathlib
import subprocess
import sys
import tempfile

REACHABLE = {
    "mesh": [0, 2, 4, 8],
    "init": [0, 2, 3, 8],
    "new": [0, 2, 3, 4, 8],
    "validate": [0, 1, 2, 4, 8, 70],
    "explain": [0, 2, 8],
    "rules": [0, 2, 8],
    "schema": [0, 2, 8],
    "completion": [0, 2, 8],
    "version": [0, 2, 8],
    "help": [0, 2, 8],
}

BROKEN = "printf 'kind: DataContract\\napiVersion: v3.1.0\\nid: [\\n' > a.odcs.yaml"
WARNING = "printf 'kind: DataContract\\napiVersion: v3.1.0\\nid: a\\nversion: latest\\nstatus: active\\n' > a.odcs.yaml"

ROWS = [
    ("mesh", 0, "help is asked for", "mesh --help"),
    ("mesh", 2, "no command is given", "mesh"),
    ("mesh", 2, "the command is unknown", "mesh valdate"),
    ("mesh", 4, "the folder to work in is missing", "mesh -C nowhere version"),
    ("mesh", 8, "standard output is full", "mesh --version > /dev/full"),
    ("mesh", 8, "standard output is closed", "mesh --version >&-"),

    ("init", 0, "the folder is new", "mesh init shop"),
    ("init", 0, "files are there and may stay", "echo mine > README.md; mesh init --name shop --keep"),
    ("init", 2, "the name is none", "mesh init shop --name 'My Shop'"),
    ("init", 2, "the place is a file", "touch shop; mesh init shop"),
    ("init", 3, "it is a mesh already", "mesh init shop; mesh init shop"),
    ("init", 3, "a file is in the way", "echo mine > README.md; mesh init --name shop"),
    ("init", 8, "a folder cannot be made", "mesh init /proc/shop"),
    ("init", 8, "standard output is full", "mesh init shop > /dev/full"),

    ("new", 0, "the domain is new", "cp -r $SHOP shop; cd shop; mesh new domain logistics"),
    ("new", 2, "the mesh has no such domain", "cd $SHOP; mesh new product slaes/returns"),
    ("new", 3, "the product exists", "cd $SHOP; mesh new product sales/orders"),
    ("new", 4, "there is no mesh", "mesh new domain sales"),
    ("new", 8, "standard output is full", "cp -r $SHOP shop; cd shop; mesh new domain logistics > /dev/full"),

    ("validate", 0, "all is fine", "cd $SHOP; mesh validate"),
    ("validate", 0, "nothing is there, and may be", "mesh validate --allow-empty"),
    ("validate", 0, "errors are allowed", f"{BROKEN}; mesh validate --fail-on never"),
    ("validate", 0, "warnings alone", f"{WARNING}; mesh validate --only version/not-semver --rule version/not-semver=warning"),
    ("validate", 1, "an error is found", f"{BROKEN}; mesh validate"),
    ("validate", 1, "a warning is found, and counts",
     f"{WARNING}; mesh validate --only version/not-semver --rule version/not-semver=warning --fail-on warning"),
    ("validate", 2, "an option is unknown", "mesh validate --frmat json"),
    ("validate", 2, "a glob matches no rule", "mesh validate --only 'nothing/*'"),
    ("validate", 2, "a level is unknown", "mesh validate --rule id/duplicate=loud"),
    ("validate", 2, "mesh.yaml is broken", "printf 'kind: Mesh\\napiVersion: mesh/v1\\nrules: 3\\n' > mesh.yaml; mesh validate"),
    ("validate", 4, "a path is missing", "mesh validate nowhere.yaml"),
    ("validate", 4, "nothing was checked", "mesh validate"),
    ("validate", 8, "standard output is full", f"{BROKEN}; mesh validate > /dev/full"),
    ("validate", 70, "memory runs out",
     "(echo 'kind: DataContract'; for i in {1..200000}; do echo \"k$i: [a, b, c]\"; done) > a.odcs.yaml\n"
     "ulimit -v 40000; mesh validate a.odcs.yaml"),

    ("explain", 0, "the rule is known", "mesh explain id/duplicate"),
    ("explain", 2, "the rule is unknown", "mesh explain id/duplicat"),
    ("explain", 8, "standard output is full", "mesh explain id/duplicate > /dev/full"),
    ("rules", 0, "", "mesh rules"),
    ("rules", 2, "a glob matches no rule", "mesh rules 'nothing/*'"),
    ("rules", 8, "standard output is full", "mesh rules > /dev/full"),
    ("schema", 0, "the kind is known", "mesh schema odcs 3.1.0"),
    ("schema", 2, "the kind is unknown", "mesh schema odsc"),
    ("schema", 2, "the version is unknown", "mesh schema odcs 7.0.0"),
    ("schema", 8, "standard output is full", "mesh schema odcs > /dev/full"),
    ("completion", 0, "the shell is known", "mesh completion bash"),
    ("completion", 2, "the shell is unknown", "mesh completion tcsh"),
    ("completion", 8, "standard output is full", "mesh completion zsh > /dev/full"),
    ("version", 0, "", "mesh version"),
    ("version", 2, "too many words", "mesh version 2"),
    ("version", 8, "standard output is full", "mesh version > /dev/full"),
    ("help", 0, "the command is known", "mesh help validate"),
    ("help", 2, "the command is unknown", "mesh help valdate"),
    ("help", 8, "standard output is full", "mesh help > /dev/full"),
]


def limits_memory(mesh):
    """A sanitizer reserves terabytes of addresses, so `ulimit -v` cannot be used with one."""
    return b"__asan_init" not in mesh.read_bytes() and b"__tsan_init" not in mesh.read_bytes()


def run(row, mesh, shop, home):
    command, code, when, lines = row
    with tempfile.TemporaryDirectory(prefix="mesh-row-", dir=home) as folder:
        environment = {"PATH": f"{mesh.parent}:/usr/local/bin:/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8",
                       "XDG_CONFIG_HOME": f"{home}/config", "SHOP": str(shop)}
        done = subprocess.run(["/bin/bash", "-c", lines], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
    silent = code not in (0, 1) and not done.stderr.strip()
    if done.returncode == code and not silent:
        return []
    got = "ends with no word on standard error" if silent else f"ends with {done.returncode}"
    return [f"{command} {code} ({when}) {got}: {lines}\n{done.stderr}"]


def main():
    mesh = pathlib.Path(sys.argv[1]).resolve()
    wanted = sys.argv[2:] or list(REACHABLE)
    rows = [row for row in ROWS if row[0] in wanted]
    wrong = [f"{command} {code} has no row" for command in wanted for code in REACHABLE[command]
             if not any(row[:2] == (command, code) for row in rows)]
    if not limits_memory(mesh):
        print("SKIP rows with code 70: a sanitizer needs the addresses that they take away")
        rows = [row for row in rows if row[1] != 70]
    with tempfile.TemporaryDirectory(prefix="mesh-codes-") as temp:
        home = pathlib.Path(temp).resolve()
        subprocess.run([mesh, "init", "shop"], cwd=home, check=True, stdout=subprocess.DEVNULL)
        for row in rows:
            wrong += run(row, mesh, home / "shop", home)
    print(*wrong, f"{len(rows)} rows, {len(wrong)} wrong", sep="\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
