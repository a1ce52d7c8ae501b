#!/usr/bin/env python3
"""Asks `mesh validate --schema` for the verdicts of the official JSON Schema test suite.

usage: schema_suite.py MESH

Each group of tests is one run: its schema is the schema file, its values are the data files. What is left out is listed
in tests/unit/schema/left_out.tsv, the list of the unit tests too; a group that is left out must not pass.
"""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

MESH = os.path.abspath(sys.argv[1])
TESTS = pathlib.Path(__file__).resolve().parent.parent
SUITE = TESTS / "corpus/json-schema-test-suite/tests"
DRAFTS = {"draft7": "http://json-schema.org/draft-07/schema#", "draft2019-09": "https://json-schema.org/draft/2019-09/schema",
          "draft2020-12": "https://json-schema.org/draft/2020-12/schema"}


def left_out():
    for line in (TESTS / "unit/schema/left_out.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            draft, file, group, _ = line.split("\t")
            yield draft, file, group


def groups():
    for draft in DRAFTS:
        for path in sorted((SUITE / draft).glob("*.json")):
            for group in json.loads(path.read_text(encoding="utf-8")):
                yield draft, path.name, group


def written(draft, schema):
    """The schema with the draft it is written for; most of the suite says it already."""
    if isinstance(schema, dict) and "$schema" not in schema:
        schema = {"$schema": DRAFTS[draft], **schema}
    return json.dumps(schema)


def run_group(draft, group):
    """What is wrong with the verdicts of one group, or None."""
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        (place / "schema.json").write_text(written(draft, group["schema"]), encoding="utf-8")
        names = []
        for number, test in enumerate(group["tests"]):
            # The reader of YAML must agree with that of JSON: every other value is read by it. In YAML an escape is
            # one character, so a pair of surrogates would be two.
            name = f"{number:03}.{'json' if number % 2 == 0 else 'yaml'}"
            text = json.dumps(test["data"], ensure_ascii=name.endswith("json"))
            (place / name).write_text(text, encoding="utf-8")
            names.append(name)
        done = subprocess.run([MESH, "validate", "--schema", "schema.json", "--format", "json", "-j1", *names], cwd=folder,
                              capture_output=True, timeout=60, env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
    if done.returncode not in (0, 1):
        return f"exit code {done.returncode}: {done.stderr.decode()[:300]}"
    result = json.loads(done.stdout)
    refused = {f["path"] for f in result["findings"] if f["level"] == "error"}
    wanted = {name for name, test in zip(names, group["tests"]) if not test["valid"]}
    if refused != wanted:
        wrong = [group["tests"][names.index(name)]["description"] for name in sorted(refused ^ wanted)]
        return f"{wrong}: {[f['message'] for f in result['findings']][:3]}"
    if result["summary"]["files"] != len(names):
        return f"{result['summary']['files']} of {len(names)} files were checked"
    return None if done.returncode == (1 if wanted else 0) else f"exit code {done.returncode}"


def main():
    open_rows = set(left_out())
    failures, tests, ran = [], 0, 0
    every = list(groups())
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        outcomes = pool.map(lambda one: run_group(one[0], one[2]), every)
        for (draft, file, group), wrong in zip(every, outcomes):
            key = (draft, file, group["description"])
            if key in open_rows:
                open_rows.discard(key)
                if wrong is None:
                    failures.append(f"{key} is left out and passes")
            elif wrong is not None:
                failures.append(f"{key}: {wrong}")
            else:
                ran += 1
                tests += len(group["tests"])
    failures += [f"{key} is left out and not there" for key in sorted(open_rows)]
    for failure in failures:
        print("FAILED:", failure)
    print(f"{ran} groups, {tests} tests passed, {len(failures)} failures")
    return 1 if failures or tests < 3000 else 0


sys.exit(main())
