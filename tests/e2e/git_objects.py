#!/usr/bin/env python3
"""Compares what core/git reads of random repositories with what the real git reads.

usage: git_objects.py GIT_READ [SEED…]

Each seed makes one repository: commits, merges, criss-crosses, renames, deletions, links, modes, tags of tags, some of
it loose, some packed in one pack or several, with deltas by offset or by id, with borrowed objects, in a second work
tree, with SHA-256, with every version of the index. Then all objects, many merge bases, all trees, many names and the
state of a work tree that was tampered with are compared.
"""
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

SEEDS = [str(seed) for seed in range(1, 7)]


class Git:
    def __init__(self, folder, home):
        self.folder, self.clock = folder, 1_700_000_000
        self.env = {"PATH": os.environ["PATH"], "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C",
                    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "c",
                    "GIT_COMMITTER_EMAIL": "c@example.com"}

    def __call__(self, *arguments, check=True, stdin=None):
        date = f"{self.clock} +0000"
        done = subprocess.run(["git", "-c", "protocol.file.allow=always", *arguments], cwd=self.folder, input=stdin,
                              env={**self.env, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date},
                              capture_output=True, text=True)
        if check and done.returncode:
            sys.exit(f"git {' '.join(arguments)} failed: {done.stderr}")
        return done.stdout.strip("\n") if done.returncode == 0 else None


class Reader:
    """The helper, one question at a time."""

    def __init__(self, program, folder):
        self.process = subprocess.Popen([program, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, question, many=False):
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        lines = [self.process.stdout.readline().rstrip("\n")]
        while many and lines[-1] != "." and not lines[-1].startswith("error:"):
            lines.append(self.process.stdout.readline().rstrip("\n"))
        return lines[:-1] if many and lines[-1] == "." else lines if many else lines[0]

    def close(self):
        self.process.stdin.close()
        if self.process.wait() != 0:
            sys.exit("git_read ended with %d" % self.process.returncode)


def change_files(rng, folder):
    files = [p for p in folder.rglob("*") if (p.is_file() or p.is_symlink()) and ".git" not in p.parts]
    for _ in range(rng.randint(1, 4)):
        kind = rng.random()
        if files and kind < 0.15:
            files.pop(rng.randrange(len(files))).unlink()
        elif files and kind < 0.3:
            old = files.pop(rng.randrange(len(files)))
            new = old.parent / f"moved{rng.randrange(1000)}"
            if not new.exists():
                old.rename(new)
                files.append(new)
        elif files and kind < 0.7:
            file = rng.choice(files)
            if file.is_symlink():
                continue
            lines = file.read_text().splitlines() or [""]
            lines[rng.randrange(len(lines))] = f"changed {rng.random()}"
            file.write_text("\n".join(lines) + rng.choice(["\n", ""]))
        else:
            parts = [rng.choice("abc") + rng.choice(["", "-", ".", "0", "/"]) for _ in range(rng.randint(1, 4))]
            path = folder / "".join(parts).strip("/")
            if any(p.is_file() or p.is_symlink() for p in [path, *path.parents]) or path.is_dir():
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            if rng.random() < 0.1:
                path.symlink_to("nowhere")
            else:
                path.write_text("".join(f"line {i} {rng.random()}\n" for i in range(rng.choice([0, 1, 30, 3000]))))
                path.chmod(rng.choice([0o644, 0o644, 0o755]))
            files.append(path)


def commit(rng, git):
    git.clock += rng.choice([0, 1, 60, 60, 60, -500])  # some clocks run backwards
    change_files(rng, git.folder)
    git("add", "-A")
    git("commit", "-q", "--allow-empty", "-m", f"commit {rng.random()}")


def make(rng, git):
    git.folder.mkdir()
    is_sha256 = rng.random() < 0.3
    git("init", "-q", "-b", "main", *(["--object-format=sha256"] if is_sha256 else []))
    git("config", "gc.auto", "0")
    branches = ["main"]
    for number in range(rng.randint(20, 60)):
        commit(rng, git)
        kind = rng.random()
        if kind < 0.2:
            branches.append(f"topic/{number}")
            git("checkout", "-q", "-b", branches[-1])
        elif kind < 0.4:
            git("checkout", "-q", rng.choice(branches))
        elif kind < 0.6 and len(branches) > 1:
            # Also criss-cross: both sides merge what the other was before.
            git.clock += 1
            other = git("rev-parse", rng.choice(branches))
            git("merge", "-q", "-s", "ours", "--allow-unrelated-histories", "-m", "merge", other)
        elif kind < 0.65:
            git("tag", f"light{number}")
        elif kind < 0.7:
            git("tag", "-a", "-m", "a tag", f"v{number}")
            git("tag", "-a", "-m", "a tag of a tag", f"vv{number}", f"v{number}")
        elif kind < 0.8:
            git("repack", "-q", "-d", *rng.choice([["-a"], [], ["-a", "-f", "--depth=50", "--window=50"]]))
        elif kind < 0.85:
            git("pack-refs", "--all")
        elif kind < 0.87:
            git("gc", "-q")
    git("checkout", "-q", "--orphan", "alone")
    commit(rng, git)
    git("checkout", "-q", "-f", "main")
    if rng.random() < 0.5:  # large offsets in the index, deltas by id
        for idx in (git.folder / ".git/objects/pack").glob("*.idx"):
            idx.unlink()
            git("index-pack", "--index-version=2,0x40", str(idx.with_suffix(".pack")))
    if rng.random() < 0.5:
        git("-c", "repack.useDeltaBaseOffset=false", "repack", "-q", "-a", "-d", "-f")
    git("update-index", "--index-version", rng.choice(["2", "3", "4"]))


def variants(rng, git, home):
    """The repository itself, a second work tree of it, a clone that borrows its objects."""
    yield git
    git("worktree", "add", "-q", "--detach", str(home / "second"), "main")
    second = Git(home / "second", home)
    second.clock = git.clock
    commit(rng, second)
    yield second
    git("clone", "-q", "--shared", str(git.folder), str(home / "borrowing"))
    borrowing = Git(home / "borrowing", home)
    borrowing.clock = git.clock
    commit(rng, borrowing)
    yield borrowing


def wanted_status(git, revision):
    """`git diff` of the work tree, renames apart, without modes, which do not count."""
    lines = git("diff", "--no-renames", "--raw", "--no-abbrev", "-z", revision) or ""
    fields, wanted = lines.split("\0"), []
    for head, path in zip(fields[::2], fields[1::2]):
        old_mode, new_mode, old, new, letter = head.lstrip(":").split()
        file = git.folder / path
        if letter == "D" and file.is_file() and not file.is_symlink():
            letter = "M"  # the index does not have it, the work tree does
        if letter == "M" and new.strip("0") == "":
            new = git("hash-object", "--no-filters", path) if not file.is_symlink() else "link"
        if letter == "M" and old == new:
            continue
        wanted.append(f"{'M' if letter == 'T' else letter} {path}")
    return sorted(wanted)


def compare(rng, git, program):
    faults = []

    def same(question, got, want):
        if got != want:
            faults.append(f"{question}\n    got    {got}\n    wanted {want}")

    reader = Reader(program, git.folder)
    listed = git("cat-file", "--batch-check", "--batch-all-objects").splitlines()
    for line in listed:
        same("object " + line, reader.ask("object " + line.split()[0]), line)
    commits = [line.split()[0] for line in listed if line.split()[1] == "commit"]
    for _ in range(60):
        a, b = rng.choice(commits), rng.choice(commits)
        bases = git("merge-base", "--all", a, b, check=False)
        got = reader.ask(f"base {a} {b}")
        if bases is None:
            same(f"base {a} {b}", got, "error: them have no common history")
        elif got not in bases.splitlines():
            same(f"base {a} {b}", got, bases)
    for a in rng.sample(commits, min(20, len(commits))):
        same(f"files {a}", reader.ask(f"files {a}", many=True),
             sorted((l.replace(" blob ", " ") for l in git("-c", "core.quotePath=off", "ls-tree", "-r", a).splitlines()),
                    key=lambda l: l.split("\t")[1].encode()))
    names = git("for-each-ref", "--format=%(refname:short)").splitlines() + ["HEAD", "@"] + [c[:12] for c in commits]
    names = rng.sample(names, min(15, len(names)))
    for name in names:
        for suffix in ["", "^", "~2", "^2", "~1^2", "^0", "^{commit}", "^{}"]:
            want = git("rev-parse", "--verify", "-q", name + suffix + ("" if suffix.endswith("}") else "^{commit}"), check=False)
            got = reader.ask(f"commit {name}{suffix}")
            same(f"commit {name}{suffix}", got if not got.startswith("error:") else None, want)
    for step in range(3):
        revision = rng.choice(commits)
        got = reader.ask(f"status {revision}", many=True)
        same(f"status {revision}", sorted(got), wanted_status(git, revision))
        change_files(rng, git.folder)
        if step == 1:
            git("add", "-A")
    reader.close()
    return len(listed), faults


def main():
    if not shutil.which("git"):
        print("skipped: no git")
        sys.exit(77)
    program, seeds = sys.argv[1], sys.argv[2:] or SEEDS
    objects, faults = 0, []
    for seed in seeds:
        rng = random.Random(seed)
        with tempfile.TemporaryDirectory(prefix="mesh-git-") as temp:
            home = pathlib.Path(temp).resolve()
            git = Git(home / "first", home)
            make(rng, git)
            for variant in variants(rng, git, home):
                count, found = compare(rng, variant, program)
                objects += count
                faults += [f"seed {seed}, {variant.folder.name}: {fault}" for fault in found]
    print(*faults[:20], sep="\n")
    print(f"{len(seeds)} repositories, {objects} objects, {len(faults)} differences")
    sys.exit(1 if faults or not objects else 0)


if __name__ == "__main__":
    main()
