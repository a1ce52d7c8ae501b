#!/usr/bin/env python3
"""Runs the binary over the corpora and compares with their indexes.

usage: corpus.py MESH

real/     the verdict of every document, formats left aside and, with --strict-formats, asserted
review    the errors of rules in these documents are those of review.tsv, and no other
invalid/  every case: its rule at its line and column, and no other error
traps/    every row: its rule on its line; bounded time and memory; the whole folder is checked to the end
limits    10 MB of `[a, a, …` and friends are refused in half a second and 64 MB
"""
import collections
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile

MESH = os.path.abspath(sys.argv[1])
CORPUS = pathlib.Path(__file__).resolve().parent.parent / "corpus"
OPTIMIZED = os.environ.get("MESH_OPTIMIZED") == "1"  # bounds on time and memory hold for what users run
failures = []
passed = 0


def check(good, what):
    global passed
    if good:
        passed += 1
    else:
        failures.append(what)
        print("FAILED:", what)


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def run(arguments, folder, timeout=20):
    """Exit code, parsed JSON, and the peak memory in MiB of one run."""
    out = tempfile.TemporaryFile()
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C"}
    child = subprocess.Popen([MESH, "validate", "--format", "json", *arguments], cwd=folder, stdout=out,
                             stderr=subprocess.PIPE, env=environment)
    errors = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    out.seek(0)
    text = out.read()
    try:
        result = json.loads(text)
    except ValueError:
        result = None
        print(f"no JSON from {arguments}: {text[:200]!r} {errors[:400]!r}")
    return child.returncode, result, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def errors_of(result):
    return [f for f in (result or {"findings": []})["findings"] if f["level"] == "error"]


def verdicts(index, *options):
    """The verdict of each document, and the first errors it rests on."""
    files = [r["file"] for r in index]
    code, result, _, _ = run(["--only", "yaml/*", "--only", "schema/*", *options, *files], CORPUS / "real", timeout=60)
    check(code == 1, f"real: exit code {code}")
    found = collections.defaultdict(list)
    for finding in errors_of(result):
        found[finding["path"]].append(finding)
    for file in files:
        mine = found[file]
        kinds = {f["rule"] for f in mine}
        verdict = ("valid" if not mine else
                   "duplicate-key" if "yaml/duplicate-key" in kinds else
                   "yaml-error" if any(k.startswith("yaml/") for k in kinds) else "invalid")
        yield file, verdict, [(f["rule"], f["line"], f["column"], f["message"]) for f in mine][:3]


def real():
    index = rows(CORPUS / "real/index.tsv")
    check(len(index) == 344, f"real: 344 documents expected in the index, found {len(index)}")
    expected = {r["file"]: r["expected"] for r in index}
    for file, verdict, told in verdicts(index):
        check(verdict == expected[file], f"real: {file}: {expected[file]} expected, got {verdict} {told}")
    # Where ours differs on purpose, with_formats.tsv says why.
    asserted = {r["file"]: r["with_formats"] for r in index}
    explained = {r["file"]: r["ours"] for r in rows(CORPUS / "real/with_formats.tsv")}
    for file, verdict, told in verdicts(index, "--strict-formats"):
        wanted = explained.pop(file, asserted[file])
        check(verdict == wanted, f"real: {file} with formats: {wanted} expected, got {verdict} {told}")
    check(not explained, f"real: with_formats.tsv names no document of the index: {sorted(explained)}")


def review():
    """What rules call an error in documents that nobody of this project wrote was looked at one by one, as their
    maintainers would: review.tsv says of each why it is true. Any other one is a false alarm until somebody has
    looked; a row that no longer holds is stale."""
    found = set()
    for row in rows(CORPUS / "real/index.tsv"):
        _, result, _, _ = run([row["file"]], CORPUS / "real")
        found |= {(row["file"], str(f["line"]), f["rule"]) for f in errors_of(result)
                  if not f["rule"].startswith(("yaml/", "schema/", "manifest/"))}
    reviewed = {(r["file"], r["line"], r["rule"]) for r in rows(CORPUS / "review.tsv")}
    check(all(r["why it is true"].strip() for r in rows(CORPUS / "review.tsv")), "review: a row without a reason")
    for one in sorted(found - reviewed):
        check(False, f"review: nobody has looked at {one}")
    for one in sorted(reviewed - found):
        check(False, f"review: {one} is not found any more")
    check(True, "review")


def invalid():
    index = rows(CORPUS / "invalid/index.tsv")
    check(len(index) == 52, f"invalid: 52 cases expected in the index, found {len(index)}")
    for row in index:
        target = row["case"] if row["stage"] == "mesh" else row["file"]
        code, result, _, _ = run([target], CORPUS / "invalid")
        every = [(f["level"], f["rule"], f["path"], f["line"], f["column"])
                 for f in (result or {"findings": []})["findings"]]
        wanted = (row["severity"], row["rule"], row["file"], int(row["line"]), int(row["col"]))
        others = [f for f in every if f[0] == "error" and f != wanted]
        check(every.count(wanted) == 1 and not others, f"invalid: {row['case']}: {wanted} expected, got {every}")
        check(code == (1 if row["severity"] == "error" else 0), f"invalid: {row['case']}: exit code {code}")


def traps():
    for row in rows(CORPUS / "traps/EXPECT.tsv"):
        _, result, memory, seconds = run([row["file"]], CORPUS / "traps")
        every = [(f["level"], f["rule"], f["line"]) for f in (result or {"findings": []})["findings"]]
        if row["line"] == "0":
            good = result is not None and not any(f[0] == "error" for f in every)
        else:
            good = (row["level"], row["rule"], int(row["line"])) in every
        check(good, f"traps: {row['file']}: {row['rule']} at line {row['line']} expected, got {every}")
        if OPTIMIZED:
            check(memory < 256 and seconds < 1, f"traps: {row['file']} took {memory:.0f} MiB and {seconds:.2f} s")
    code, result, _, _ = run(["."], CORPUS / "traps")
    paths = {f["path"] for f in errors_of(result)}
    check(code == 1 and result["summary"]["files"] >= 36, f"traps: the folder: {code} {result and result['summary']}")
    broken = {r["file"] for r in rows(CORPUS / "traps/EXPECT.tsv") if r["level"] == "error" and r["file"].endswith(("yaml", "json"))}
    # Rules across files may add to these, but none may be missing.
    check(broken <= paths, f"traps: the folder hides {sorted(broken - paths)}")


def limits():
    heads = {"flow of names": (b"a: [", b"a, "), "open brackets": (b"a: ", b"["), "open braces": (b"a: ", b"{a: "),
             "dashes": (b"", b"- "), "questions": (b"", b"? "), "colons": (b"a: [", b":,"), "empty flow": (b"a: [", b"[],"),
             "anchors": (b"a: [", b"&a a,"), "commas": (b"a: [", b",")}
    with tempfile.TemporaryDirectory() as folder:
        for name, (head, repeated) in heads.items():
            size = 10 * 1024 * 1024 - 100
            path = pathlib.Path(folder) / "big.odcs.yaml"
            path.write_bytes(head + repeated * ((size - len(head)) // len(repeated)))
            code, result, memory, seconds = run([path.name], folder)
            kinds = [f["rule"] for f in errors_of(result)]
            check(code == 1 and len(kinds) >= 1 and kinds[0].startswith("yaml/"), f"limits: {name}: {code} {kinds}")
            if OPTIMIZED:
                check(memory <= 64 and seconds <= 0.5, f"limits: {name} took {memory:.0f} MiB and {seconds:.2f} s")
        path.write_bytes(b"a: b\n" * (3 * 1024 * 1024))
        code, result, memory, _ = run([path.name], folder)
        check([f["rule"] for f in errors_of(result)] == ["yaml/limit"], f"limits: a file over 10 MiB: {code}")


for part in (real, review, invalid, traps, limits):
    part()
print(f"{passed} passed, {len(failures)} failed")
sys.exit(1 if failures else 0)
