#!/usr/bin/env python3
"""Checks one contract of 50 MB: refused at once by the limit, or checked within ten times its size of memory.

usage: large_file.py MESH
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

MESH = os.path.abspath(sys.argv[1])
SIZE = 50_000_000
failures = []


def check(good, what):
    print("ok:" if good else "FAILED:", what)
    if not good:
        failures.append(what)


def write_contract(path):
    """A valid ODCS contract of `SIZE` bytes, with the forms that real ones have; returns the line of its one fault."""
    head = ("apiVersion: v3.1.0\nkind: DataContract\nid: 6a1f1c2e-0001-4c55-9a7e-2f4f6f0f1a11\nversion: 1.0.0\n"
            "status: active\nname: large\ndescription:\n  purpose: >-\n    Many tables\n    in one file.\n"
            "  usage: \"quoted: text\"\nschema:\n")
    size = lines = 0
    table = 0
    fault = None
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        def put(text):
            nonlocal size, lines
            file.write(text)
            size += len(text)
            lines += text.count("\n")
        put(head)
        while size < SIZE:
            table += 1
            put(f"  - name: table_{table}\n    physicalName: t{table}\n    logicalType: object\n    physicalType: table\n"
                f"    description: |\n      Table number {table}.\n      It has columns.\n    tags: [finance, \"pii\"]\n"
                "    properties:\n")
            for column in range(30):
                put(f"      - name: column_{column}\n        logicalType: {('string', 'integer', 'date')[column % 3]}\n"
                    f"        physicalType: varchar({column})\n        required: {('true', 'false')[column % 2]}\n"
                    f"        description: Column {column} of table {table}, as the source has it.  # checked\n"
                    "        classification: internal\n        examples: ['a', 'b']\n")
            put("    quality:\n      - metric: rowCount\n        mustBeGreaterThan: 1000\n")
        put("statuss: typo\n")
        fault = lines
    return fault


def run(arguments, folder):
    """Exit code, JSON, peak memory in MB and CPU seconds of one run."""
    out = tempfile.TemporaryFile()
    child = subprocess.Popen([MESH, "validate", "--format", "json", *arguments], cwd=folder, stdout=out,
                             env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C"})
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    out.seek(0)
    return child.returncode, json.loads(out.read()), usage.ru_maxrss * 1024 / 1e6, usage.ru_utime + usage.ru_stime


with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "large.odcs.yaml"
    line = write_contract(path)
    size = path.stat().st_size / 1e6

    code, result, memory, seconds = run([path.name], folder)
    rules = [f["rule"] for f in result["findings"]]
    check(code == 1 and rules == ["yaml/limit"], f"{size:.0f} MB are refused: {code} {rules}")
    check(seconds < 0.5 and memory < 64, f"… in {seconds:.2f} s and {memory:.0f} MB")

    code, result, memory, seconds = run([path.name, "--max-file-size", "64M"], folder)
    errors = [(f["rule"], f["line"]) for f in result["findings"] if f["level"] == "error"]
    check(code == 1 and ("schema/unknown-property", line) in errors,
          f"with --max-file-size the error is found: {code} {errors[:3]}, line {line}")
    check(memory <= 10 * size, f"… in {memory:.0f} MB, {memory / size:.1f} times the size, and {seconds:.1f} s")
sys.exit(1 if failures else 0)
