#!/usr/bin/env python3
"""Runs the suite of tests/unit/store/conformance.cpp on real servers.

usage: stores.py MESH_TESTS [SERVER…]
servers: versitygw s3proxy moto azurite fake-gcs-server docker-registry docker-registry-password docker-registry-tokens
         registry-with-referrers; minio, with MESH_TEST_MINIO=1, where it is named

A server that is not installed is a skip with its name (77 when nothing failed), with CI set a failure.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import registries
import servers

AZURE, BLOCKS, GOOGLE = ("*container on a real server*", "*in blocks keeps them on a real server*",
                         "*bucket of Google keeps the promises*")
BUCKET, PARTS = "*bucket on a real server*", "*in parts keeps them on a real server*"
# S3Proxy looks whether a condition holds and writes after that, so of two at the same moment both win. Moto's threads
# read a body while another replaces it.
RACES = ("no swap *", "of many creators *", "a reader beside *")
PRODUCTS = "*a registry keeps products*"
# A registry has no conditions, so of two at the same moment both may win.
NO_CONDITIONS = ("of many swaps *",)
# Where versitygw keeps versions, conditions find what was deleted, and a part of a key cannot be.
DELETED = ("no two states *", "removing *")
WHY = dict.fromkeys((*RACES, *NO_CONDITIONS), "it does not keep two requests apart") | dict.fromkeys(DELETED, "what was deleted counts as there")


def with_settings(server, **settings):
    """The server, with more for the suite's own environment."""
    class Set(server):
        def environment(self):
            return super().environment() | settings
    return Set


# What each server is started as, the cases that run on it, and the subcases that are left out.
SUITES = {"versitygw": [(servers.Versitygw, f"{BUCKET},{PARTS}", ()),
                        (with_settings(servers.Versitygw, MESH_TEST_S3_VERSIONS="1"), f"{BUCKET},{PARTS}", DELETED)],
          "moto": [(servers.Moto, BUCKET, RACES)],
          # In memory it has no room for large objects; in files it cannot have names of 255 bytes.
          "s3proxy": [(servers.S3Proxy, BUCKET, RACES),
                      (lambda folder: servers.S3Proxy(folder, "filesystem-nio2"), PARTS, ())],
          "azurite": [(servers.Azurite, f"{AZURE},{BLOCKS}", ())],
          "fake-gcs-server": [(servers.FakeGcs, GOOGLE, ())]}
SUITES |= {name: [(start, PRODUCTS, NO_CONDITIONS)] for name, start in registries.REGISTRIES.items()}
# As it is; where buckets keep versions; where every object is encrypted unasked; where mesh names the key.
OPT_IN = {"minio": [(servers.Minio, f"{BUCKET},{PARTS}", ()),
                    (with_settings(servers.Minio, MESH_TEST_S3_VERSIONS="1"), f"{BUCKET},{PARTS}", ()),
                    (lambda folder: servers.Minio(folder, MINIO_KMS_AUTO_ENCRYPTION="on"), f"{BUCKET},{PARTS}", ()),
                    (with_settings(servers.Minio, MESH_TEST_S3_KMS_KEY=servers.Minio.kms_key), f"{BUCKET},{PARTS}", ())]}


def run(tests, name, suite, folder):
    start, cases, left_out = suite
    command = [tests, f"-tc={cases}", f"-sce={','.join(left_out)}"]
    with start(folder) as server:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600,
                              env={**os.environ, **server.environment(), server.variable: server.place})
    for subcase in left_out:
        print(f"left out {name}, `{subcase}`: {WHY[subcase]}")
    counted = re.search(r"test cases:\s+(\d+) \|\s+(\d+) passed", done.stdout)
    # A filter that fits nothing passes as well.
    if done.returncode or not counted or counted[1] != counted[2] or int(counted[1]) != cases.count(",") + 1:
        print(done.stdout[-6000:], done.stderr[-2000:])
        return f"exit code {done.returncode}"
    print("ok      ", name + ":", re.search(r"assertions:[^|]*", done.stdout)[0].strip(), flush=True)
    return None


def main():
    servers.opt_in(sys.argv[2:])
    if not servers.in_peers_python(__file__):
        servers.skip("boto3 is not installed")
    failed, skipped = [], []
    for name in sys.argv[2:] or SUITES:
        for suite in (SUITES | OPT_IN)[name]:
            with tempfile.TemporaryDirectory(prefix=f"mesh-{name}-") as folder:
                try:
                    wrong = run(os.path.abspath(sys.argv[1]), name, suite, pathlib.Path(folder))
                except servers.Missing as missing:
                    skipped.append(name)
                    print("skipped ", name + ":", missing, flush=True)
                    continue
            if wrong:
                failed.append(name)
                print("FAILED  ", name + ":", wrong, flush=True)
    servers.end(failed, skipped)


if __name__ == "__main__":
    main()
