#!/usr/bin/env python3
"""`mesh validate --changed` finds, before the merge, exactly the products that `mesh publish` would refuse after it for
a version that exists with other content.

usage: not_bumped.py MESH [SEED…]

A mesh is published; then it is edited at random, committed, validated against the commit before, and published again.
"""
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

SEEDS = [str(seed) for seed in range(1, 31)]


class Mesh:
    def __init__(self, program, home):
        self.program, self.root = program, home / "shop"
        self.env = {"PATH": os.environ["PATH"], "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "CI": "1",
                    **{f"GIT_{who}_{what}": "t@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}}
        self.run("init", "shop", cwd=home)
        for product in ("billing", "returns"):
            self.run("new", "product", product, "--domain", "sales")
        for path in self.root.rglob("*.odps.yaml"):
            path.write_text(path.read_text().replace("status: draft", "status: active"))
        for path in self.root.rglob("*.odcs.yaml"):
            path.write_text(path.read_text().replace("status: draft", "status: active"))
        domain = self.root / "domains/sales/domain.yaml"
        domain.write_text(domain.read_text() + 'files: ["docs/*.txt"]\n')
        for folder in self.folders():
            (folder / "docs").mkdir()
            (folder / "docs/fields.txt").write_text("fields\n")
            (folder / "docs/notes.md").write_text("notes\n")
            if not (folder / "README.md").exists():
                (folder / "README.md").write_text("# product\n")
        self.git("init", "-q", "-b", "main")
        self.commit()

    def folders(self):
        return sorted(path.parent for path in self.root.rglob("*.odps.yaml"))

    def run(self, *arguments, cwd=None):
        return subprocess.run([self.program, *arguments], cwd=cwd or self.root, env=self.env, capture_output=True, text=True)

    def git(self, *arguments):
        subprocess.run(["git", *arguments], cwd=self.root, env=self.env, check=True, capture_output=True)

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "commit")


def bump(path):
    path.write_text(path.read_text().replace("version: 1.0.0", "version: 1.1.0"))


def edit(rng, mesh):
    folder = rng.choice(mesh.folders())
    product, contract = next(folder.glob("*.odps.yaml")), next(folder.rglob("*.odcs.yaml"), None)
    domain = mesh.root / "domains/sales/domain.yaml"
    kind = rng.choice(["comment", "contract", "readme", "no readme", "doc", "other doc", "new doc", "no doc", "files",
                       "bump", "bump", "draft", "move contract", "new contract folder", "rename product", "rename document",
                       "nothing"])
    if kind == "comment":
        product.write_text(product.read_text() + "# a comment\n")
    elif kind == "contract" and contract:
        contract.write_text(contract.read_text() + "# a comment\n")
    elif kind == "readme" and (folder / "README.md").exists():
        (folder / "README.md").write_text("changed\n")
    elif kind == "no readme":
        (folder / "README.md").unlink(missing_ok=True)
    elif kind in ("doc", "other doc"):
        (folder / "docs" / ("fields.txt" if kind == "doc" else "notes.md")).write_text("changed\n")
    elif kind == "new doc":
        (folder / "docs/more.txt").write_text("more\n")
    elif kind == "no doc":
        (folder / "docs/fields.txt").unlink(missing_ok=True)
    elif kind == "files":
        domain.write_text(domain.read_text().replace("docs/*.txt", rng.choice(["docs/*", "docs/f*", "docs/x*"])))
    elif kind == "bump":
        bump(product)
    elif kind == "draft":
        product.write_text(product.read_text().replace("status: active", "status: draft"))
    elif kind == "move contract" and contract:
        contract.rename(contract.with_name("moved.odcs.yaml"))
    elif kind == "new contract folder" and contract:
        (folder / "contracts").mkdir(exist_ok=True)
        contract.rename(folder / "contracts" / contract.name)
    elif kind == "rename product":
        folder.rename(folder.with_name(folder.name + "-2"))
    elif kind == "rename document":
        product.rename(product.with_name("renamed.odps.yaml"))
    return f"{kind} {folder.name}"


def found(mesh):
    done = mesh.run("validate", "--changed=HEAD^", "--only", "version/not-bumped", "--format", "json")
    return {f["path"].split("/")[-2] for f in json.loads(done.stdout)["findings"]
            if f["level"] == "error" and f["path"].endswith(".odps.yaml")}


def refused(mesh, store):
    done = mesh.run("publish", "--to", f"file:{store}", "--format", "json")
    receipts = json.loads(done.stdout)["releases"]
    return {r["product"] for r in receipts if r["action"] == "refused" and "other content" in r["reason"]}, done


def main():
    if not shutil.which("git"):
        print("skipped: no git")
        sys.exit(77)
    program, seeds = str(pathlib.Path(sys.argv[1]).resolve()), sys.argv[2:] or SEEDS
    faults, counted = [], 0
    with tempfile.TemporaryDirectory(prefix="mesh-bump-") as temp:
        home = pathlib.Path(temp).resolve()
        start = Mesh(program, home)
        published = home / "store"
        done = start.run("publish", "--to", f"file:{published}")
        if done.returncode:
            sys.exit(f"the first publish failed: {done.stderr}")
        for seed in seeds:
            rng = random.Random(seed)
            edits = [edit(rng, start) for _ in range(rng.randint(1, 4))]
            start.commit()
            store = home / f"store-{seed}"
            shutil.copytree(published, store)
            want, done = refused(start, store)
            got = found(start)
            # A product under another name was never published: that its version stands is only worth a word.
            got = {name for name in got if not name.endswith("-2")}
            counted += len(want)
            if got != want:
                faults.append(f"seed {seed}, {edits}: found {sorted(got)}, refused {sorted(want)}\n{done.stderr}")
            start.git("reset", "-q", "--hard", "HEAD^")
            start.git("clean", "-q", "-fdx")
    print(*faults, sep="\n")
    print(f"{len(seeds)} edits, {counted} products refused, {len(faults)} differences")
    sys.exit(1 if faults or not counted else 0)


if __name__ == "__main__":
    main()
