#!/usr/bin/env python3
"""The mesh in every_rule/ trips every rule of `mesh rules` exactly once, each in the folder that is called after it.

usage: every_rule.py MESH

A new rule fails this until it has a folder, or a line below that says why it cannot have one.
"""
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

MESH = os.path.abspath(sys.argv[1])
PLACES = pathlib.Path(__file__).resolve().parent / "every_rule"

# Rules that a folder of files cannot trip, and why.
EXEMPT = {
    "version/not-bumped": "compares with another commit: needs a repository and --changed",
}

# Rules about mesh.yaml itself, of which there is one.
IN_THE_ROOT = {"governance/unknown-domain", "governance/unusable-schema"}

# What waivers waive is a finding, too; in the places of the rules about waivers it does not count.
WAIVED = "version/not-semver"
TODAY = "1780272000"  # 2026-06-01


def folders_too_deep(place):
    path = place / "/".join(["deep"] * 101)
    path.mkdir(parents=True)


# Places that a repository cannot hold are made in the copy that is checked.
MADE = {
    "yaml/unreadable": folders_too_deep,
}


def mesh(arguments, folder):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C", "SOURCE_DATE_EPOCH": TODAY}
    done = subprocess.run([MESH, *arguments, "--format", "json"], cwd=folder, env=environment, capture_output=True,
                          timeout=60)
    try:
        return json.loads(done.stdout)
    except ValueError:
        sys.exit(f"no JSON from {arguments}: {done.stdout[:200]!r} {done.stderr[:400]!r}")


def place_of(rule):
    return rule.replace("/", "__")


def rule_of(place):
    return place.replace("__", "/", 1)


def main():
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "every_rule"
        shutil.copytree(PLACES, copy)
        for rule, make in MADE.items():
            make(copy / place_of(rule))
        rules = {r["rule"] for r in mesh(["rules"], folder)["rules"]}
        findings = mesh(["validate", "."], copy)["findings"]
        places = {rule_of(p.name) for p in copy.iterdir() if p.is_dir()}

    raised = collections.defaultdict(collections.Counter)  # rule -> place -> how often
    told = collections.defaultdict(list)
    for finding in findings:
        path = finding["path"]
        place = rule_of(path.split("/")[0]) if "/" in path else "(the root)"
        if finding["rule"] == WAIVED and place.startswith("waiver/"):
            continue
        raised[finding["rule"]][place] += 1
        told[finding["rule"]].append(f"{path}:{finding['line']}:{finding['column']}: {finding['message']}")

    for rule in sorted(rules - places - EXEMPT.keys() - IN_THE_ROOT):
        failures.append(f"{rule} has no place: add every_rule/{place_of(rule)}/")
    for rule in sorted(places - rules):
        failures.append(f"every_rule/{place_of(rule)}/ is for a rule that does not exist")
    for rule in sorted(EXEMPT.keys() - rules):
        failures.append(f"{rule} is exempt and does not exist")
    for rule in sorted((rules & (places | IN_THE_ROOT)) | raised.keys()):
        expected = collections.Counter({"(the root)" if rule in IN_THE_ROOT else rule: 1})
        if raised[rule] != expected:
            failures.append(f"{rule} is raised {dict(raised[rule])}, not once in its place\n    " +
                            "\n    ".join(told[rule]))
    for failure in failures:
        print("FAILED:", failure)
    print(f"{len(rules)} rules, {len(places)} places, {len(failures)} failed")
    return 1 if failures else 0


sys.exit(main())
