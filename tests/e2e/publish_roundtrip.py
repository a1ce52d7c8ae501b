#!/usr/bin/env python3
"""What is published: read by oras and skopeo, equal from every clone, written once, pulled and verified.

A tool that is missing skips its checks by name (exit code 77 when nothing else failed); with CI set it is a failure.

usage: publish_roundtrip.py MESH
"""
import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

MESH = pathlib.Path(sys.argv[1]).resolve()
PATIENCE = 60

MESH_YAML = """apiVersion: mesh/v1
kind: Mesh
name: shop
domains: [domains/*]
targets:
  dev: {url: "file:./public"}
"""
DOMAIN_YAML = """apiVersion: mesh/v1
kind: Domain
name: %s
type: source-aligned
owner: {team: %s-data, email: %s@example.com}
files: ["docs/**"]
"""
PRODUCT = """apiVersion: v1.0.0
kind: DataProduct
id: urn:%(domain)s:%(product)s
name: %(product)s
version: %(version)s
status: %(status)s
domain: %(domain)s
outputPorts:
  - name: %(product)s
    version: 1.0.0
    contractId: urn:%(domain)s:%(product)s:contract
"""
CONTRACT = """apiVersion: v3.1.0
kind: DataContract
id: urn:%(domain)s:%(product)s:contract
name: %(product)s
version: 1.0.0
status: active
domain: %(domain)s
schema:
  - name: %(product)s
    logicalType: object
    properties:
      - name: id
        logicalType: string
        primaryKey: true
        primaryKeyPosition: 1
"""


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def add_product(root, domain, product, version="1.0.0", status="active"):
    folder = root / "domains" / domain / product
    names = {"domain": domain, "product": product, "version": version, "status": status}
    write(folder.parent / "domain.yaml", DOMAIN_YAML % (domain, domain, domain))
    write(folder / "product.odps.yaml", PRODUCT % names)
    write(folder / f"{product}.odcs.yaml", CONTRACT % names)
    write(folder / "README.md", f"# {product}\n")
    return folder


def new_mesh(root):
    write(root / "mesh.yaml", MESH_YAML)
    folder = add_product(root, "sales", "orders")
    write(folder / "docs" / "model.svg", "<svg/>\n")
    write(folder / "docs" / ".draft", "not published\n")
    return root


def mesh(*words, cwd, env=None, code=0):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MESH_", "SOURCE_DATE"))} | (env or {})
    done = subprocess.run([MESH, *map(str, words)], cwd=cwd, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
    assert done.returncode == code, f"{words}: exit code {done.returncode}, not {code}\n{done.stdout}{done.stderr}"
    return done


def publish(root, *words, **how):
    return json.loads(mesh("publish", "--format", "json", *words, cwd=root, **how).stdout)["releases"]


def picture(folder):
    """Everything a write could change: names, bytes, times of change of files and folders."""
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.stat().st_ctime_ns, path.stat().st_ino,
                                            path.read_bytes() if path.is_file() else b"")
            for path in [folder, *folder.rglob("*")]}


def files_in(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


ORDERS = {"product.odps.yaml", "orders.odcs.yaml", "README.md", "docs/model.svg"}


def source_files(root):
    folder = root / "domains/sales/orders"
    return {title: (folder / title).read_bytes() for title in ORDERS}


def tool(name):
    found = shutil.which(name)
    if not found:
        raise LookupError(f"{name} is not installed")
    return found


def run_tool(*words, cwd):
    done = subprocess.run([*map(str, words)], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE)
    assert done.returncode == 0, f"{words}: {done.stderr.decode()}"
    return done.stdout


# ---- checks: each gets a fresh folder

def oras_pulls_equal_bytes(temp):
    oras, root = tool("oras"), new_mesh(temp / "shop")
    publish(root, "--to", "dev")
    run_tool(oras, "pull", "--oci-layout", root / "public/sales/orders:1.0.0", "-o", temp / "out", cwd=temp)
    assert files_in(temp / "out") == source_files(root)


def skopeo_reads_the_layout(temp):
    skopeo, root = tool("skopeo"), new_mesh(temp / "shop")
    digest = publish(root, "--to", "dev")[0]["digest"]
    source = f"oci:{root}/public/sales/orders:1.0.0"
    raw = run_tool(skopeo, "inspect", "--raw", source, cwd=temp)
    assert "sha256:" + hashlib.sha256(raw).hexdigest() == digest
    run_tool(skopeo, "--insecure-policy", "copy", source, f"dir:{temp}/copy", cwd=temp)
    for layer in json.loads(raw)["layers"]:
        title = layer["annotations"]["org.opencontainers.image.title"]
        assert (temp / "copy" / layer["digest"][7:]).read_bytes() == source_files(root)[title]


def other_versions_do_not_hide_each_other_from_them(temp):
    oras, skopeo, root = tool("oras"), tool("skopeo"), new_mesh(temp / "shop")
    first = publish(root, "--to", "dev")[0]["digest"]
    add_product(root, "sales", "orders", "1.1.0")
    second = publish(root, "--to", "dev")[0]["digest"]
    add_product(root, "sales", "orders", "1.2.0", "draft")
    third = publish(root, "--to", "dev")[0]["digest"]
    for tag, digest in ("1.0.0", first), ("1.1.0", second), ("snapshot", third):
        place = f"{root}/public/sales/orders:{tag}"
        assert run_tool(oras, "resolve", "--oci-layout", place, cwd=temp).decode().strip() == digest
        raw = run_tool(skopeo, "inspect", "--raw", "oci:" + place, cwd=temp)
        assert "sha256:" + hashlib.sha256(raw).hexdigest() == digest


def two_clones_give_the_same_digest(temp):
    git, root = tool("git"), new_mesh(temp / "shop")
    as_who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    run_tool(git, *as_who, "init", "-q", cwd=root)
    run_tool(git, "add", "-A", cwd=root)
    run_tool(git, *as_who, "commit", "-qm", "one", cwd=root)
    digests, revisions = set(), set()
    for name, env, jobs in ("a", {"LC_ALL": "C", "TZ": "UTC"}, 1), ("b/c d", {"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Tokyo"}, 4):
        clone = temp / name
        clone.parent.mkdir(exist_ok=True)
        run_tool(git, "clone", "-q", root, clone, cwd=temp)
        write(clone / "notes.txt", name)
        run_tool(git, "add", "-A", cwd=clone)
        run_tool(git, *as_who, "commit", "-qm", "another", cwd=clone)
        digests |= {release["digest"] for release in publish(clone, "--to", "dev", "--jobs", jobs, env=env)}
        entry = json.loads((clone / "public/sales/orders/index.json").read_text())["manifests"][0]
        revisions.add(entry["annotations"]["org.opencontainers.image.revision"])
    assert len(digests) == 1 and len(revisions) == 2, (digests, revisions)


def the_time_of_a_build_can_be_given(temp):
    root = new_mesh(temp / "shop")
    publish(root, "--to", "dev", env={"SOURCE_DATE_EPOCH": "1700000000"})
    entry = json.loads((root / "public/sales/orders/index.json").read_text())["manifests"][0]
    assert entry["annotations"]["org.opencontainers.image.created"] == "2023-11-14T22:13:20Z"
    mesh("publish", "--to", "./other", cwd=root, env={"SOURCE_DATE_EPOCH": "yesterday"}, code=2)
    assert not (root / "other").exists()


def only_what_belongs_to_it_is_published(temp):
    root = new_mesh(temp / "shop")
    write(root / "domains/sales/orders/unused.odcs.yaml", CONTRACT % {"domain": "sales", "product": "unused"})
    done = mesh("publish", "--to", "dev", cwd=root)
    assert "unused.odcs.yaml` is not published" in done.stderr, done.stderr
    index = json.loads((root / "public/sales/orders/index.json").read_text())
    manifest = json.loads((root / "public/sales/orders/blobs/sha256" / index["manifests"][0]["digest"][7:]).read_text())
    types = {layer["annotations"]["org.opencontainers.image.title"]: layer["mediaType"] for layer in manifest["layers"]}
    assert types == {"product.odps.yaml": "application/odps+yaml", "orders.odcs.yaml": "application/odcs+yaml",
                     "README.md": "text/markdown", "docs/model.svg": "application/octet-stream"}, types
    assert len(list((root / "public/sales/orders/blobs/sha256").iterdir())) == 6  # the manifest and its empty config too


def a_second_publish_writes_nothing(temp):
    root = new_mesh(temp / "shop")
    assert [r["action"] for r in publish(root, "--to", "dev")] == ["created"]
    before = picture(root / "public")
    assert [r["action"] for r in publish(root, "--to", "dev")] == ["unchanged"]
    assert picture(root / "public") == before


def reading_and_planning_write_nothing(temp):
    root = new_mesh(temp / "shop")
    mesh("plan", "--to", "dev", cwd=root)
    mesh("publish", "--to", "dev", "--dry-run", cwd=root)
    mesh("status", "--to", "dev", cwd=root)
    assert not (root / "public").exists()
    publish(root, "--to", "dev")
    before = picture(root / "public")
    for words in ("plan", "--to"), ("status", "--to"), ("verify", "--from"), ("pull", "sales/orders", "-o", "../out", "--from"):
        mesh(*words, "dev", cwd=root)
    assert picture(root / "public") == before


def a_version_never_changes(temp):
    root = new_mesh(temp / "shop")
    publish(root, "--to", "dev")
    contract = root / "domains/sales/orders/orders.odcs.yaml"
    write(contract, contract.read_text() + "description: {purpose: more}\n")
    before = picture(root / "public")
    done = mesh("publish", "--to", "dev", cwd=root, code=3)
    assert "`orders.odcs.yaml` differs" in done.stderr and "1.0.1" in done.stderr, done.stderr
    assert publish(root, "--to", "dev", "--skip-existing")[0]["action"] == "unchanged"
    assert mesh("status", "--to", "dev", cwd=root).stdout.startswith("changed")
    assert picture(root / "public") == before


def another_product_cannot_take_its_place(temp):
    root = new_mesh(temp / "shop")
    publish(root, "--to", "dev")
    product = root / "domains/sales/orders/product.odps.yaml"
    write(product, product.read_text().replace("id: urn:sales:orders\n", "id: urn:else\n").replace("version: 1.0.0\nstatus", "version: 2.0.0\nstatus"))
    before = picture(root / "public")
    done = mesh("publish", "--to", "dev", cwd=root, code=3)
    assert "`urn:sales:orders`" in done.stderr and "`urn:else`" in done.stderr, done.stderr
    assert picture(root / "public") == before


def a_broken_domain_does_not_stop_another(temp):
    root = new_mesh(temp / "shop")
    for break_it in (lambda f: write(f / "product.odps.yaml", "kind: DataProduct\nid: [\n"),
                     lambda f: (f / "events.odcs.yaml").unlink(),
                     lambda f: write(f / "events.odcs.yaml", "kind: DataContract\n  id: x\n")):
        shutil.rmtree(root / "public", ignore_errors=True)
        break_it(add_product(root, "logistics", "events"))
        done = mesh("publish", "--to", "dev", "--format", "json", cwd=root, code=1)
        actions = {r["domain"] + "/" + r["product"]: r["action"] for r in json.loads(done.stdout)["releases"]}
        assert actions == {"sales/orders": "created", "logistics/events": "refused"}, actions
        assert "logistics/events" in done.stderr and "mesh validate" in done.stderr
        assert not (root / "public/logistics").exists()
    mesh("publish", "domains/sales", "--to", "dev", cwd=root)


def a_broken_input_refuses_who_relies_on_it(temp):
    root = new_mesh(temp / "shop")
    consumer = add_product(root, "finance", "revenue")
    write(consumer / "product.odps.yaml", (consumer / "product.odps.yaml").read_text() +
          "inputPorts:\n  - name: orders\n    version: 1.0.0\n    contractId: urn:sales:orders:contract\n")
    contract = root / "domains/sales/orders/orders.odcs.yaml"
    good = contract.read_text()
    mesh("plan", "domains/finance", "--to", "dev", cwd=root)
    write(contract, good.replace("logicalType: string", "logicalType: strin"))
    done = mesh("publish", "domains/finance", "--to", "dev", cwd=root, code=1)
    assert "orders.odcs.yaml:" in done.stderr, done.stderr


def links_are_not_published(temp):
    root = new_mesh(temp / "shop")
    (temp / "secret").write_text("secret")
    (root / "domains/sales/orders/docs/link").symlink_to(temp / "secret")
    done = mesh("publish", "--to", "dev", cwd=root, code=1)
    assert "docs/link` is a link" in done.stderr, done.stderr
    assert not (root / "public").exists()


def what_is_published_comes_back(temp):
    root = new_mesh(temp / "shop")
    publish(root, "--to", "dev")
    add_product(root, "sales", "orders", "1.1.0")
    digest = publish(root, "--to", "dev")[0]["digest"]
    mesh("pull", "sales/orders", "--from", "dev", "-o", temp / "out", cwd=root)
    assert files_in(temp / "out") == source_files(root)
    mesh("pull", "sales/orders", "--from", "dev", "-o", temp / "out", cwd=root)
    mesh("pull", "sales/orders@~1.0.0", "--from", root / "public", "-o", temp / "old", cwd=temp)
    assert b"version: 1.0.0\nstatus" in (temp / "old/product.odps.yaml").read_bytes()
    mesh("pull", "sales/orders@" + digest, "--from", f"file://{root}/public", "-o", temp / "same", cwd=temp)
    assert files_in(temp / "same") == files_in(temp / "out")
    before = files_in(temp / "old")
    mesh("pull", "sales/orders", "--from", "dev", "-o", temp / "old", cwd=root, code=3)
    assert files_in(temp / "old") == before
    assert sorted(p.name for p in temp.iterdir()) == ["old", "out", "same", "shop"]


def damage_is_found(temp):
    root = new_mesh(temp / "shop")
    publish(root, "--to", "dev")
    mesh("verify", "--from", "dev", cwd=root)
    layout = root / "public/sales/orders"
    for path in [p for p in layout.rglob("*") if p.is_file()]:
        good = path.read_bytes()
        for bad in (good[:-1] + bytes([good[-1] ^ 1]), good + b" ", b"", None):
            if bad == good + b" " and path.parent == layout:
                continue  # white space is no damage to JSON
            path.unlink()
            if bad is not None:
                path.write_bytes(bad)
            gone = path.name == "index.json" and bad is None
            done = mesh("verify", "--from", "dev", cwd=root, code=4 if gone else 7)
            assert gone or path.name in done.stderr, (path, done.stderr)
            json.loads(mesh("verify", "--from", "dev", "--format", "json", cwd=root, code=4 if gone else 7).stdout)
            if path.name != "oci-layout" and good != b"{}":
                mesh("pull", "sales/orders", "--from", "dev", "-o", temp / "out", cwd=root, code=4 if gone else 7)
                assert not (temp / "out").exists()
            path.write_bytes(good)
    mesh("verify", "sales/orders@1.0.0", "--from", "dev", cwd=root)


def outside_a_mesh_the_product_is_named(temp):
    source = new_mesh(temp / "shop") / "domains/sales/orders"
    folder = temp / "plain"
    folder.mkdir()
    for name in "product.odps.yaml", "orders.odcs.yaml":
        shutil.copy(source / name, folder)
    assert "--as" in mesh("publish", ".", "--to", "../public", cwd=folder, code=2).stderr
    mesh("publish", ".", "--to", "../public", "--as", "sales", cwd=folder, code=2)
    mesh("publish", ".", "--to", "../public", "--as", "Sales/orders", cwd=folder, code=2)
    releases = publish(folder, ".", "--to", "../public", "--as", "crm/deals")
    assert [(r["domain"], r["product"], r["action"]) for r in releases] == [("crm", "deals", "created")]
    mesh("verify", "crm/deals", "--from", "../public", cwd=folder)


def json_is_one_document_whatever_happens(temp):
    root = new_mesh(temp / "shop")
    for code, words in (4, ["nowhere"]), (0, []), (0, []):
        done = mesh("publish", *words, "--to", "dev", "--format", "json", cwd=root, code=code)
        assert json.loads(done.stdout)["schemaVersion"] == 1
    empty = temp / "empty"
    empty.mkdir()
    for code, words in ((4, ["publish", "--to", "./x"]), (4, ["plan", "--to", "./x"]), (4, ["status", "--to", "./x"]),
                        (4, ["pull", "a/b", "--from", "./x"]), (4, ["verify", "--from", "./x"]),
                        (4, ["verify", "a/b", "--from", "./x"]), (0, ["publish", "--to", "./x", "--allow-empty"]),
                        (0, ["verify", "--from", "./x", "--allow-empty"])):
        document = json.loads(mesh(*words, "--format", "json", cwd=empty, code=code).stdout)
        assert document["schemaVersion"] == 1 and document["releases"] == [], document
    assert list(empty.iterdir()) == []


def a_word_that_is_no_target_makes_no_folder(temp):
    root = new_mesh(temp / "shop")
    done = mesh("publish", "--to", "dve", cwd=root, code=2)
    assert "did you mean `dev`" in done.stderr, done.stderr
    mesh("publish", "--to", "s3://bucket", cwd=root, code=2)
    secret = mesh("publish", "--to", "https://user:hunter2@example.com/x", cwd=root, code=2)
    assert "hunter2" not in secret.stdout + secret.stderr
    assert not (root / "dve").exists() and not (root / "public").exists()
    publish(root)
    assert (root / "public/sales/orders/index.json").exists()


class Held:
    """A publish of sales/b 1.1.0 and sales/c 1.1.0 that waits for the lock on sales/b."""

    def __init__(self, temp):
        self.root = temp / "shop"
        write(self.root / "mesh.yaml", MESH_YAML)
        for product in "b", "c":
            add_product(self.root, "sales", product)
        publish(self.root, "--to", "dev")
        for product in "b", "c":
            add_product(self.root, "sales", product, "1.1.0")
        self.layout = self.root / "public/sales/b"
        self.lock = os.open(self.layout, os.O_RDONLY)
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.process = subprocess.Popen([MESH, "publish", "--to", "dev", "--jobs", "1", "--format", "json"], cwd=self.root,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + PATIENCE
        # Once it has the layout open it is at work on sales/b, and then waits for the lock.
        while not self.is_at_work():
            assert time.monotonic() < deadline and self.process.poll() is None
            time.sleep(0.01)

    def is_at_work(self):
        for link in pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir():
            try:
                if os.readlink(link) == str(self.layout):
                    return True
            except OSError:
                pass  # closed meanwhile
        return False

    def release(self):
        os.close(self.lock)

    def end(self):
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err

    def versions(self, product):
        index = json.loads((self.root / "public/sales" / product / "index.json").read_text())
        return [m["annotations"]["org.opencontainers.image.ref.name"] for m in index["manifests"]]


def a_signal_stops_before_the_next_product(temp):
    for name, number, code in ("int", signal.SIGINT, 130), ("term", signal.SIGTERM, 143):
        held = Held(temp / name)
        held.process.send_signal(number)
        held.release()
        got, out, _ = held.end()
        assert got == code, got
        actions = [r["action"] for r in json.loads(out)["releases"]]
        assert actions == ["created", "refused"], actions
        assert held.versions("b") == ["1.0.0", "1.1.0"] and held.versions("c") == ["1.0.0"]
        publish(held.root, "--to", "dev")
        assert held.versions("c") == ["1.0.0", "1.1.0"]


def a_second_signal_ends_at_once(temp):
    held = Held(temp)
    held.process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + PATIENCE
    while held.process.poll() is None and time.monotonic() < deadline:
        held.process.send_signal(signal.SIGINT)
        time.sleep(0.05)
    assert held.end()[0] == 130
    held.release()
    assert held.versions("b") == ["1.0.0"]


CHECKS = [oras_pulls_equal_bytes, skopeo_reads_the_layout, other_versions_do_not_hide_each_other_from_them,
          two_clones_give_the_same_digest, the_time_of_a_build_can_be_given, only_what_belongs_to_it_is_published,
          a_second_publish_writes_nothing, reading_and_planning_write_nothing, a_version_never_changes,
          another_product_cannot_take_its_place, a_broken_domain_does_not_stop_another,
          a_broken_input_refuses_who_relies_on_it, links_are_not_published, what_is_published_comes_back, damage_is_found,
          outside_a_mesh_the_product_is_named, json_is_one_document_whatever_happens,
          a_word_that_is_no_target_makes_no_folder, a_signal_stops_before_the_next_product, a_second_signal_ends_at_once]


def main():
    failed, skipped = [], []
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        if sys.argv[2:] and check.__name__ not in sys.argv[2:]:
            continue
        with tempfile.TemporaryDirectory(prefix="mesh-publish-") as temp:
            try:
                check(pathlib.Path(temp).resolve())
                print("ok     ", name, flush=True)
            except LookupError as missing:
                skipped.append(name)
                print("skipped", name + ":", missing, flush=True)
            except (AssertionError, subprocess.TimeoutExpired, OSError, ValueError) as error:
                failed.append(name)
                print("FAILED ", name + ":", error, flush=True)
    if skipped and os.environ.get("CI"):
        print("with CI set nothing may be skipped")
        sys.exit(1)
    sys.exit(1 if failed else 77 if skipped else 0)


if __name__ == "__main__":
    main()
