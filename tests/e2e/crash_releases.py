#!/usr/bin/env python3
"""Does to yank, promote and gc what crash_publish.py does to publish: kills them, and fails them with EIO, at each system
call with which they change the store. A reader must see the old state or the new one, what the index leads to must be there
whatever was being collected, and the next run must get through.

usage: crash_releases.py MESH
"""
import hashlib
import json
import os
import shutil
import sys
import tempfile

import crash_publish
import shop

GARBAGE = b"of a publisher that was killed\n"


class Yank(crash_publish.Publisher):
    def see(self, store):
        _, index = shop.read_product(store)  # Torn unless all releases are whole
        if not index:
            return {}
        status = {entry["annotations"]["org.opencontainers.image.ref.name"]: entry["annotations"]["vnd.mesh.status"]
                  for entry in index["manifests"]}
        return status | {"head": index["annotations"].get("vnd.mesh.head")}

    def ask_oras(self, store, expected):
        return None


class Promote(crash_publish.Publisher):
    def ask_oras(self, store, expected):
        return None


class Collect(crash_publish.Publisher):
    """Its steps can all be seen: marked, given up, deleted, cleared. What must hold is that the releases are whole."""

    def see(self, store):
        releases, index = shop.read_product(store)
        if not index:
            return {}
        marks = [name for name in index["annotations"] if name.startswith("vnd.mesh.gc.")]
        there = os.path.exists(f"{store}/{shop.PRODUCT}/blobs/sha256/{hashlib.sha256(GARBAGE).hexdigest()}")
        return {"releases": sorted(releases), "marks": sorted(marks), "garbage": there}

    def is_whole(self, seen):
        return seen.get("releases") == self.old["releases"]

    def run_again(self, store):
        command = self.command
        self.command = [*command, "--take-over"]
        try:
            return self.run(store)
        finally:
            self.command = command

    def ask_oras(self, store, expected):
        return None

    def judge(self, store, trace, case, result):
        wrong, published = super().judge(store, trace, case, result)
        return wrong, published if published is not None else False


def main(mesh):
    if not shutil.which("strace"):
        shop.skip("strace is missing")
    failed = []
    with tempfile.TemporaryDirectory(prefix="mesh-crash-") as work:
        os.makedirs(f"{work}/home")
        mesh = os.path.abspath(mesh)
        store = f"{work}/published"
        for version in "1.0.0", "1.1.0":
            shop.write_mesh(f"{work}/mesh", version, f"of {version}")
            publish = crash_publish.Publisher.run(
                type("Plain", (), {"command": [mesh, "publish", "--to", "file://STORE"], "work": work})(), store)
            assert publish.returncode == 0, publish.stderr
        yank = Yank(work, "yank", [mesh, "yank", "sales/orders@1.1.0", "--reason", "bad", "--from", "file://STORE"], store)
        promote = Promote(work, "promote", [mesh, "promote", "sales/orders@1.1.0", "--from", f"file://{store}",
                                            "--to", "file://STORE"], None)
        garbage = f"{work}/with-garbage"
        shutil.copytree(store, garbage)
        with open(f"{garbage}/{shop.PRODUCT}/blobs/sha256/{hashlib.sha256(GARBAGE).hexdigest()}", "wb") as file:
            file.write(GARBAGE)
        collect = Collect(work, "gc", [mesh, "gc", "file://STORE", "--yes", "--grace", "0"], garbage)
        for subject, faults in (yank, ["KILL", "EIO"]), (promote, ["KILL"]), (collect, ["KILL", "EIO"]):
            wrong = subject.try_all(faults)
            crash_publish.tell(wrong)
            failed += wrong
        failed += twin_is_missed(work, garbage)
    return 1 if failed else 0


def twin_is_missed(work, garbage):
    """A collector that deletes what a release needs, if only for a moment, is to be caught."""
    class Twin(Collect):
        def run_again(self, store):
            return self.run(store)

    product = f"STORE/{shop.PRODUCT}"
    with open(f"{garbage}/{shop.PRODUCT}/index.json", encoding="utf-8") as file:
        needed = json.load(file)["manifests"][0]["digest"][7:]
    waste = hashlib.sha256(GARBAGE).hexdigest()
    script = (f"import os; b='{product}/blobs/sha256/'; os.rename(b+'{needed}', b+'.mesh-x'); "
              f"os.path.exists(b+'{waste}') and os.unlink(b+'{waste}'); os.rename(b+'.mesh-x', b+'{needed}')")
    twin = Twin(work, "twin", [sys.executable, "-I", "-S", "-c", script], garbage)
    caught = [text for _, text in twin.try_all(["KILL"]) if text.startswith("mixed state")]
    print(f"the collector that takes away what is needed for a moment is {'' if caught else 'not '}caught")
    return [] if caught else ["twin"]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    sys.exit(main(sys.argv[1]))
