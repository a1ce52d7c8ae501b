#!/usr/bin/env python3
"""The story of trust with two domains: the mesh's own keys sign a root, each domain signs its releases, readers pin the
root, and whatever is not signed as it must be is refused with 7. ssh-keygen is the third party that checks and signs.

usage: trust.py MESH
"""
import datetime
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

from publish_roundtrip import MESH, MESH_YAML, add_product, files_in, mesh, picture, publish, run_tool, tool, write

KEYS = {"platform-a": ["-t", "ed25519"], "platform-b": ["-t", "rsa", "-b", "2048"], "platform-c": ["-t", "ed25519"],
        "sales-ci": ["-t", "ed25519"], "finance-ci": ["-t", "ecdsa", "-b", "256"], "sales-new": ["-t", "ed25519"]}
INDEX = "public/sales/orders/index.json"


class World:
    """A mesh of two domains, keys for everybody, and a reader with a configuration of its own."""

    def __init__(self, temp, keys):
        self.temp, self.root = temp, temp / "shop"
        self.keys = temp / "keys"
        shutil.copytree(keys, self.keys)
        self.env = {"XDG_CONFIG_HOME": str(temp / "config"), "XDG_STATE_HOME": str(temp / "state")}
        self.say_root("platform-a")
        for domain, product in ("sales", "orders"), ("finance", "ledger"):
            add_product(self.root, domain, product)
            self.say_signers(domain, f"{domain}-ci")

    def public(self, name):
        return (self.keys / f"{name}.pub").read_text().strip()

    def fingerprint(self, name):
        return run_tool("ssh-keygen", "-lf", self.keys / f"{name}.pub", cwd=self.temp).decode().split()[1]

    def say_root(self, *names, threshold=1):
        keys = "".join(f"\n    - {self.public(name)}" for name in names)
        write(self.root / "mesh.yaml", MESH_YAML + f"root:\n  threshold: {threshold}\n  keys:{keys}\n")

    def say_signers(self, domain, *names):
        signers = "".join(f"\n  - {self.public(name)}" for name in names)
        write(self.root / "domains" / domain / "domain.yaml",
              f"apiVersion: mesh/v1\nkind: Domain\nname: {domain}\nowner: {{team: {domain}}}\nsigners:{signers}\n")

    def mesh(self, *words, **how):
        return mesh(*words, cwd=self.root, **({"env": self.env} | how))

    def trust(self, *words, key=None, **how):
        sign = ["--sign-key", self.keys / key] if key else []
        return self.mesh("trust", *words, *sign, **how)

    def pin(self):
        text = self.trust("show", "--from", "dev", "--format", "pin").stdout
        write(self.temp / "config/mesh/trust.yaml", text)

    def publish(self, domain, key, **how):
        return self.mesh("publish", f"domains/{domain}", "--to", "dev", "--sign-key", self.keys / key, **how)

    def set_up(self):
        self.trust("init", "--to", "dev", key="platform-a")
        self.publish("sales", "sales-ci")
        self.publish("finance", "finance-ci")
        self.pin()
        return self

    def index(self, path=INDEX):
        return json.loads((self.root / path).read_text())

    def layout(self):
        return self.root / "public/sales/orders"

    def release(self, tag="1.0.0"):
        return next(entry for entry in self.index()["manifests"] if entry.get("annotations", {}).get("org.opencontainers.image.ref.name") == tag)

    def signatures(self):
        return [entry for entry in self.index()["manifests"] if entry.get("artifactType") == "application/vnd.mesh.signature.v1+json"]

    def refused(self, *words, code=7):
        """By verify and by pull, in the same words; what pull is refused leaves nothing behind."""
        for command in ("verify", "sales/orders@1.0.0"), ("pull", "sales/orders@1.0.0", "-o", str(self.temp / "out")):
            done = self.mesh(*command, "--from", "dev", "--require-signature", code=code)
            for word in words:
                assert word in done.stderr, (command, word, done.stderr)
            assert not (self.temp / "out").exists()

    def accepted(self):
        self.mesh("verify", "--from", "dev", "--require-signature")
        shutil.rmtree(self.temp / "out", ignore_errors=True)
        self.mesh("pull", "sales/orders@1.0.0", "--from", "dev", "--require-signature", "-o", self.temp / "out")
        shutil.rmtree(self.temp / "out")


def blob(layout, digest):
    return layout / "blobs/sha256" / digest[7:]


def put_blob(layout, data):
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    blob(layout, digest).write_bytes(data)
    return digest


def put_signature(world, text, entry):
    """As another tool would attach a signature: without our hints in the index."""
    layout = world.layout()
    empty = {"mediaType": "application/vnd.oci.empty.v1+json", "digest": put_blob(layout, b"{}"), "size": 2}
    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "artifactType": "application/vnd.mesh.signature.v1+json", "config": empty,
        "layers": [{"mediaType": "application/x-ssh-signature", "digest": put_blob(layout, text), "size": len(text)}],
        "subject": {key: entry[key] for key in ("mediaType", "digest", "size")}}).encode()
    index = world.index()
    index["manifests"] = [e for e in index["manifests"] if "ref.name" in json.dumps(e.get("annotations", {}))]
    index["manifests"].append({"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": put_blob(layout, manifest),
                               "size": len(manifest), "artifactType": "application/vnd.mesh.signature.v1+json"})
    (world.root / INDEX).write_text(json.dumps(index))


def keygen_signs(world, key, message, namespace="mesh-release", hash_="sha512"):
    return subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", world.keys / key, "-n", namespace, "-O", f"hashalg={hash_}"],
                          input=message, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True, timeout=60).stdout


def keygen_verifies(world, key, text, message, namespace):
    (world.temp / "allowed").write_text(f"{key} {world.public(key)}\n")
    (world.temp / "sig").write_bytes(text)
    return subprocess.run(["ssh-keygen", "-Y", "verify", "-f", world.temp / "allowed", "-I", key, "-n", namespace, "-s",
                           world.temp / "sig"], input=message, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60).returncode == 0


def signature_text(layout, entry):
    manifest = json.loads(blob(layout, entry["digest"]).read_bytes())
    return blob(layout, manifest["layers"][0]["digest"]).read_bytes()


# ---- checks: each gets a fresh world

def the_whole_story(world):
    done = world.trust("init", "--to", "dev", key="platform-a")
    assert "in force" in done.stdout and "--format pin" in done.stdout, done.stdout
    assert publish(world.root, "domains/sales", "--to", "dev", "--sign-key", world.keys / "sales-ci")[0]["action"] == "created"
    world.publish("finance", "finance-ci")
    world.pin()
    world.accepted()
    done = world.mesh("verify", "--from", "dev", "--format", "json")
    signers = {r["domain"]: r["signer"] for r in json.loads(done.stdout)["releases"]}
    assert signers == {"sales": world.fingerprint("sales-ci"), "finance": world.fingerprint("finance-ci")}, signers
    shown = world.trust("show", "--from", "dev").stdout
    assert "trusted" in shown and world.fingerprint("platform-a") in shown and world.fingerprint("sales-ci") in shown, shown
    assert json.loads(world.trust("show", "--from", "dev", "--format", "json").stdout)["trusted"] is True


def ssh_keygen_verifies_releases_and_roots(world):
    world.set_up()
    manifest = blob(world.layout(), world.release()["digest"]).read_bytes()
    text = signature_text(world.layout(), world.signatures()[0])
    assert keygen_verifies(world, "sales-ci", text, manifest, "mesh-release")
    assert not keygen_verifies(world, "sales-ci", text, manifest + b" ", "mesh-release")
    assert not keygen_verifies(world, "sales-ci", text, manifest, "mesh-root")
    root = world.root / "public/mesh/root"
    entries = json.loads((root / "index.json").read_text())["manifests"]
    assert keygen_verifies(world, "platform-a", signature_text(root, entries[1]), blob(root, entries[0]["digest"]).read_bytes(), "mesh-root")


def we_accept_what_ssh_keygen_signs(world):
    world.set_up()
    entry = world.release()
    manifest = blob(world.layout(), entry["digest"]).read_bytes()
    for hash_ in "sha256", "sha512":
        put_signature(world, keygen_signs(world, "sales-ci", manifest, hash_=hash_), entry)
        world.accepted()
    put_signature(world, keygen_signs(world, "sales-ci", manifest, namespace="git"), entry)
    world.refused("made for the namespace `git`, not for `mesh-release`")
    put_signature(world, keygen_signs(world, "sales-ci", manifest + b" "), entry)
    world.refused("over other bytes")


def oras_shows_and_pulls_them(world):
    oras = tool("oras")
    world.set_up()
    found = run_tool(oras, "discover", "--oci-layout", "--format", "json", f"{world.layout()}:1.0.0", cwd=world.temp)
    assert "application/vnd.mesh.signature.v1+json" in found.decode(), found
    run_tool(oras, "pull", "--oci-layout", f"{world.root}/public/mesh/root:1", "-o", world.temp / "root", cwd=world.temp)
    assert json.loads((world.temp / "root/root.json").read_text())["mesh"] == "shop"


def a_signature_that_is_missing(world):
    world.set_up()
    add_product(world.root, "sales", "returns")
    world.say_signers("sales", "sales-ci")
    world.mesh("publish", "domains/sales/returns", "--to", "dev")
    done = world.mesh("verify", "sales/returns", "--from", "dev", code=7)
    assert "`sales/returns 1.0.0`: it has no signature" in done.stderr and done.stdout.startswith("untrusted"), done
    world.mesh("publish", "domains/sales/returns", "--to", "dev", "--sign-key", world.keys / "sales-ci")
    world.accepted()


def a_signature_of_a_foreign_domain(world):
    world.set_up()
    done = world.mesh("publish", "domains/sales", "--to", "dev", "--sign-key", world.keys / "finance-ci", code=2)
    assert "is none of the `signers` of the domain `sales`" in done.stderr, done.stderr
    entry = world.release()
    put_signature(world, keygen_signs(world, "finance-ci", blob(world.layout(), entry["digest"]).read_bytes()), entry)
    world.refused(world.fingerprint("finance-ci"), "a signer of the domain `finance`, not of `sales`")
    put_signature(world, keygen_signs(world, "sales-new", blob(world.layout(), entry["digest"]).read_bytes()), entry)
    world.refused(world.fingerprint("sales-new"), "names as nobody's signer")


def what_is_not_signed_is_not_promoted(world):
    """A pin of the source counts without a flag; without a pin the flag is an error."""
    world.set_up()
    add_product(world.root, "sales", "orders", "1.1.0")
    world.say_signers("sales", "sales-ci")
    world.mesh("publish", "domains/sales", "--to", "dev")
    done = world.mesh("promote", "sales/orders@1.1.0", "--from", "dev", "--to", "./live", code=7)
    assert "`sales/orders 1.1.0`: it has no signature" in done.stderr and "--sign-key" in done.stderr, done.stderr
    assert not (world.root / "live").exists()
    world.mesh("promote", "sales/orders@1.0.0", "--from", "dev", "--to", "./live", "--require-signature")
    done = world.mesh("promote", "sales/orders@1.0.0", "--from", "./live", "--to", "./more", "--require-signature", code=2)
    assert "no root is pinned" in done.stderr, done.stderr
    shutil.copytree(world.root / "public/mesh", world.root / "live/mesh")
    pin = world.trust("show", "--from", "./live", "--format", "pin").stdout
    write(world.temp / "config/mesh/trust.yaml", pin)
    world.mesh("verify", "--from", "./live", "--require-signature")  # the signature went along
    world.trust("revoke", world.fingerprint("sales-ci"), "--to", "./live", key="platform-a")
    done = world.mesh("promote", "sales/orders@1.0.0", "--from", "./live", "--to", "./more", code=7)
    assert "a key that is revoked since" in done.stderr and not (world.root / "more").exists(), done.stderr


def an_index_that_is_replayed(world):
    """Who has pulled is told by verify and promote, too."""
    world.set_up()
    old = (world.root / INDEX).read_bytes()
    world.mesh("yank", "sales/orders@1.0.0", "--from", "dev", "--reason", "wrong")
    world.mesh("pull", "sales/orders@1.0.0", "--from", "dev", "-o", world.temp / "out")
    (world.root / INDEX).write_bytes(old)
    for command in ("verify", "sales/orders"), ("promote", "sales/orders@1.0.0", "--to", "./live"), ("pull", "sales/orders", "-o", world.temp / "more"):
        done = world.mesh(*command, "--from", "dev", code=7)
        assert "is older than one that was read from there before: revision 1 after 2" in done.stderr, done.stderr
        assert "--accept-rollback" in done.stderr, done.stderr
    assert not (world.root / "live").exists() and not (world.temp / "more").exists()


def what_is_damaged_beside_the_releases(world):
    """The layout of the roots, and a listing of which nothing is left."""
    world.set_up()
    root = world.root / "public/mesh/root"
    for path in [path for path in root.rglob("*") if path.is_file()]:
        good = path.read_bytes()
        path.write_bytes(good[:-1])
        done = world.mesh("verify", "--from", "dev", code=7)
        assert path.name in done.stderr, (path, done.stderr)
        path.unlink()
        world.mesh("verify", "--from", "dev", code=7)
        path.write_bytes(good)
    index = world.root / "public/finance/ledger/index.json"
    good = index.read_bytes()
    index.unlink()
    done = world.mesh("verify", "--from", "dev", code=7)
    assert "`finance/listing.json` lists `ledger`, of which nothing is published" in done.stderr, done.stderr
    index.write_bytes(good)
    world.accepted()


def a_release_of_another_path(world):
    world.set_up()
    shutil.copytree(world.layout(), world.root / "public/sales/stolen")
    done = world.mesh("verify", "sales/stolen", "--from", "dev", code=7)
    assert "is the manifest of product `orders`, not of `stolen`" in done.stderr, done.stderr
    index = world.index()
    for entry in index["manifests"]:
        if "org.opencontainers.image.ref.name" in entry.get("annotations", {}):
            entry["annotations"]["org.opencontainers.image.ref.name"] = "9.0.0"
    index["annotations"]["vnd.mesh.head"] = "9.0.0"
    (world.root / INDEX).write_text(json.dumps(index))
    done = world.mesh("verify", "sales/orders", "--from", "dev", code=7)
    assert "is the manifest of version `1.0.0`, not of `9.0.0`" in done.stderr, done.stderr


def a_key_that_is_revoked(world):
    world.set_up()
    world.trust("revoke", world.fingerprint("sales-ci"), "--to", "dev", "--reason", "laptop lost", key="platform-a")
    world.refused(world.fingerprint("sales-ci"), "a key that is revoked since", "laptop lost")
    world.trust("revoke", world.fingerprint("sales-ci"), "--to", "dev", key="platform-a", code=3)
    done = world.trust("rotate", "--to", "dev", key="platform-a", code=2)  # domain.yaml names it still
    assert "revoked since" in done.stderr, done.stderr
    world.say_signers("sales", "sales-new")
    done = world.trust("rotate", "--to", "dev", key="platform-a")
    assert f"new signer of `sales` {world.fingerprint('sales-new')}" in done.stdout, done.stdout
    before = world.release()
    assert world.publish("sales", "sales-new").stdout.startswith("updated")
    assert world.release() == before and len(world.signatures()) == 2
    world.accepted()


def an_unknown_root(world):
    world.set_up()
    shutil.rmtree(world.root / "public/mesh")
    world.say_root("platform-c")
    world.trust("init", "--to", "dev", key="platform-c")
    world.refused("is signed by none of the keys that are pinned")
    shown = world.trust("show", "--from", "dev", code=7)
    assert "not trusted" in shown.stdout, shown.stdout
    shutil.rmtree(world.root / "public/mesh")
    world.refused("no root is published at", "one is pinned for it")


def too_few_signatures(world):
    world.say_root("platform-a", "platform-b", threshold=2)
    done = world.trust("init", "--to", "dev", key="platform-a")
    assert "waits: it has 1 of the 2 signatures by its own keys" in done.stdout, done.stdout
    assert "mesh trust sign" in done.stdout
    world.publish("sales", "sales-ci")
    world.trust("show", "--from", "dev", "--format", "pin", code=4)
    keys = "".join(f"      - {world.public(name)}\n" for name in ("platform-a", "platform-b"))
    write(world.temp / "config/mesh/trust.yaml", f"apiVersion: mesh/v1\nkind: Trust\nmeshes:\n  - name: shop\n    threshold: 2\n    keys:\n{keys}")
    world.refused("root 1 of `shop` has 1 of the 2 signatures by pinned keys that it needs")
    world.trust("sign", "--to", "dev", key="platform-c", code=2)
    digest = json.loads(world.trust("show", "--from", "dev", "--format", "json", code=7).stdout)["published"][0]["digest"]
    world.trust("sign", "--to", "dev", "--digest", "sha256:" + "0" * 64, key="platform-b", code=3)
    assert "in force" in world.trust("sign", "--to", "dev", "--digest", digest, key="platform-b").stdout
    world.accepted()


def a_rotation(world):
    world.set_up()
    old = files_in(world.root / "public/mesh")
    world.say_root("platform-b", "platform-c", threshold=2)
    waits = world.trust("rotate", "--to", "dev", key="platform-b").stdout
    assert "waits" in waits and f"no longer key of the root {world.fingerprint('platform-a')}" in waits, waits
    world.accepted()  # by root 1, which is still in force
    assert "by the keys of root 1" in world.trust("sign", "--to", "dev", key="platform-c").stdout
    world.accepted()
    assert "in force" in world.trust("sign", "--to", "dev", key="platform-a").stdout
    world.accepted()  # the pin of root 1 leads to root 2
    assert json.loads(world.trust("show", "--from", "dev", "--format", "json").stdout)["published"][0]["serial"] == 2

    for path, data in old.items():  # somebody replays root 1
        (world.root / "public/mesh" / path).write_bytes(data)
    world.refused("root 1 of `shop` is older than root 2, which was seen there before: it is replayed")
    assert "is replayed" in world.trust("rotate", "--to", "dev", key="platform-b", code=7).stderr
    shutil.rmtree(world.temp / "state")  # who never saw root 2 cannot know
    world.accepted()


def a_head_without_the_old_keys(world):
    """Somebody who can write to the target puts a root of their own in force."""
    world.set_up()
    world.say_root("platform-c")
    world.trust("rotate", "--to", "dev", key="platform-c")
    index = world.index("public/mesh/root/index.json")
    index["annotations"]["vnd.mesh.head"] = "2"
    (world.root / "public/mesh/root/index.json").write_text(json.dumps(index))
    world.refused("root 2 of `shop` has 0 of the 1 signature by the keys of root 1 that it needs")


def a_pending_root_that_was_exchanged(world):
    """Somebody puts a root of their own in the place of the one that waits: the old keys do not sign it unseen."""
    world.set_up()
    world.say_signers("sales", "sales-ci", "platform-c")
    world.trust("rotate", "--to", "dev")
    world.say_signers("sales", "sales-ci")
    done = world.trust("sign", "--to", "dev", key="platform-a", code=3)
    assert f"new signer of `sales` {world.fingerprint('platform-c')}" in done.stderr and "--digest sha256:" in done.stderr, done.stderr
    elsewhere = mesh("trust", "sign", "--to", world.root / "public", "--sign-key", world.keys / "platform-a", cwd=world.temp, env=world.env, code=2)
    assert "to compare root 2 with" in elsewhere.stderr, elsewhere.stderr
    pending = json.loads(world.trust("show", "--from", "dev", "--format", "json").stdout)["published"][1]
    assert pending["inForce"] is False
    world.trust("sign", "--to", "dev", "--digest", pending["digest"], key="platform-a")
    world.accepted()


def a_root_that_expired(world):
    past = world.env | {"SOURCE_DATE_EPOCH": "1700000000"}  # 2023-11-14
    world.trust("init", "--to", "dev", "--expires", "2023-12-31", key="platform-a", env=past)
    world.publish("sales", "sales-ci")
    world.pin()
    world.refused("root 1 of `shop` expired after 2023-12-31")
    done = mesh("verify", "--from", "dev", cwd=world.root, env=past, code=7)  # by the real clock
    assert "expired" in done.stderr
    soon = (datetime.date.today() + datetime.timedelta(days=7)).isoformat()
    world.trust("rotate", "--to", "dev", "--expires", soon, key="platform-a")
    warned = world.mesh("verify", "--from", "dev").stderr
    assert f"warning: root 2 of `shop` expires after {soon}" in warned, warned
    world.trust("rotate", "--to", "dev", key="platform-a")
    world.accepted()
    world.trust("rotate", "--to", "dev", "--expires", "2020-01-01", key="platform-a", code=2)


def nothing_is_pinned(world):
    world.trust("init", "--to", "dev", key="platform-a")
    world.publish("sales", "sales-ci")
    world.refused("no root is pinned for", "mesh trust show --from TARGET --format pin", code=2)
    world.mesh("verify", "--from", "dev")
    world.pin()
    world.accepted()
    write(world.temp / "config/mesh/trust.yaml", "kind: Trust\n")
    world.mesh("verify", "--from", "dev", code=2)


def a_pin_holds_for_its_target(world):
    world.set_up()
    world.mesh("publish", "domains/sales", "--to", "./other")
    world.mesh("verify", "--from", "./other")
    assert "no root is pinned" in world.mesh("verify", "--from", "./other", "--require-signature", code=2).stderr
    mesh("verify", "--from", f"file://{world.root}/public", "--require-signature", cwd=world.temp, env=world.env)
    (world.temp / "link").symlink_to(world.root / "public")
    mesh("verify", "--from", "./link", "--require-signature", cwd=world.temp, env=world.env)
    mesh("verify", "--from", "./public", "--require-signature", cwd=world.root, env=world.env)


def a_domain_with_a_place_of_its_own(world):
    """The root stays where the mesh publishes it, and holds for the domain that publishes elsewhere."""
    yaml = world.root / "domains/finance/domain.yaml"
    world.trust("init", "--to", "dev", key="platform-a")
    write(yaml, yaml.read_text() + "targets: {dev: {url: \"file:../../own\"}}\n")
    world.publish("sales", "sales-ci")
    world.publish("finance", "finance-ci")
    world.mesh("verify", "--from", "dev", "--require-signature", code=2)
    world.pin()
    done = world.mesh("verify", "--from", "dev", "--require-signature")
    assert done.stdout.count("signed by") == 2, done
    world.mesh("pull", "finance/ledger", "--from", "dev", "--require-signature", "-o", world.temp / "got")
    write(world.root / "domains/finance/ledger/README.md", "# another\n")
    product = world.root / "domains/finance/ledger/product.odps.yaml"
    write(product, product.read_text().replace("version: 1.0.0", "version: 1.1.0", 1))
    write(yaml, yaml.read_text().replace("\nsigners:", f"\nsigners:\n  - {world.public('sales-ci')}", 1))
    world.mesh("publish", "domains/finance", "--to", "dev", "--sign-key", world.keys / "sales-ci")
    assert "a signer of the domain `sales`" in world.mesh("verify", "--from", "dev", code=7).stderr
    done = world.mesh("pull", "finance/ledger", "--from", "dev", "-o", world.temp / "not", code=7)
    assert "a signer of the domain `sales`" in done.stderr and not (world.temp / "not").exists(), done


def an_agent_signs(world):
    world.set_up()
    socket = world.temp / "agent"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL)
    try:
        while not socket.exists():
            assert agent.poll() is None
        env = world.env | {"SSH_AUTH_SOCK": str(socket)}
        for name in "platform-a", "sales-ci", "finance-ci":
            subprocess.run(["ssh-add", "-q", str(world.keys / name)], env=os.environ | env, check=True, stderr=subprocess.DEVNULL)
        for domain, product in ("sales", "orders"), ("finance", "ledger"):
            add_product(world.root, domain, product, "1.1.0")
            world.say_signers(domain, f"{domain}-ci")
        world.mesh("publish", "--to", "dev", "--sign-key", "agent", env=env)  # each domain with its own key
        world.accepted()
        world.mesh("publish", "--to", "dev", env=env | {"MESH_SIGN_KEY": str(world.keys / "sales-ci.pub")}, code=2)
        world.mesh("trust", "rotate", "--to", "dev", "--sign-key", "agent", env=env)
        world.accepted()
        agent.send_signal(signal.SIGKILL)
        agent.wait()
        add_product(world.root, "sales", "orders", "1.2.0")
        world.say_signers("sales", "sales-ci")
        before = picture(world.root / "public")
        world.mesh("publish", "domains/sales", "--to", "dev", "--sign-key", "agent", env=env, code=2)
        assert picture(world.root / "public") == before
    finally:
        agent.kill()
        agent.wait()


def keys_are_handled_with_care(world):
    world.set_up()
    add_product(world.root, "sales", "orders", "1.1.0")
    world.say_signers("sales", "sales-ci")
    (world.keys / "sales-ci").chmod(0o644)
    assert "chmod 600" in world.publish("sales", "sales-ci", code=2).stderr
    (world.keys / "sales-ci").chmod(0o600)
    run_tool("ssh-keygen", "-q", "-p", "-N", "secret", "-f", world.keys / "sales-ci", cwd=world.temp)
    locked = world.publish("sales", "sales-ci", code=2).stderr
    assert "protected by a passphrase" in locked and "ssh-add" in locked, locked
    assert world.mesh("publish", "--to", "dev", "--sign-key", world.keys / "none", code=4).stderr
    assert "1.1.0" not in (world.root / INDEX).read_text()


def signing_again_writes_nothing(world):
    world.set_up()
    before = picture(world.root / "public")
    done = world.publish("sales", "sales-ci")
    assert done.stdout.startswith("unchanged"), done.stdout
    world.accepted()
    assert picture(world.root / "public") == before
    world.say_signers("sales", "sales-ci", "sales-new")
    words = "publish", "domains/sales", "--to", "dev", "--dry-run", "--exit-code", "--sign-key"
    world.mesh(*words, world.keys / "sales-ci")
    done = world.mesh(*words, world.keys / "sales-new", code=1)
    assert done.stdout.startswith("updated") and "comes in addition" in done.stderr, done
    assert picture(world.root / "public") == before


def damage_to_signatures_is_found_without_a_pin(world):
    world.trust("init", "--to", "dev", key="platform-a")
    world.publish("sales", "sales-ci")
    manifest = json.loads(blob(world.layout(), world.signatures()[0]["digest"]).read_bytes())
    blob(world.layout(), manifest["layers"][0]["digest"]).write_text("x")
    world.mesh("verify", "--from", "dev", code=7)


def no_secret_is_shown(world):
    secret = (world.keys / "sales-ci").read_text().splitlines()[3]
    outputs = []
    for words in (["publish", "domains/sales", "--to", "dev", "--sign-key", world.keys / "sales-ci"],
                  ["publish", "domains/finance", "--to", "dev", "--sign-key", world.keys / "sales-ci"]):
        done = subprocess.run([MESH, *map(str, words)], cwd=world.root, env=os.environ | world.env,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        outputs.append(done.stdout)
    outputs += [data.decode("utf-8", "replace") for data in files_in(world.root / "public").values()]
    assert not any(secret in text for text in outputs)


CHECKS = [the_whole_story, what_is_not_signed_is_not_promoted, an_index_that_is_replayed, what_is_damaged_beside_the_releases, ssh_keygen_verifies_releases_and_roots, we_accept_what_ssh_keygen_signs, oras_shows_and_pulls_them,
          a_signature_that_is_missing, a_signature_of_a_foreign_domain, a_release_of_another_path, a_key_that_is_revoked,
          an_unknown_root, too_few_signatures, a_rotation, a_head_without_the_old_keys,
          a_pending_root_that_was_exchanged, a_root_that_expired,
          nothing_is_pinned, a_pin_holds_for_its_target, a_domain_with_a_place_of_its_own, an_agent_signs, keys_are_handled_with_care,
          signing_again_writes_nothing, damage_to_signatures_is_found_without_a_pin, no_secret_is_shown]


def main():
    missing = [name for name in ("ssh-keygen", "ssh-agent", "ssh-add") if not shutil.which(name)]
    if missing:
        print("SKIP", *missing, "missing")
        sys.exit(1 if os.environ.get("CI") else 77)
    failed, skipped = 0, 0
    with tempfile.TemporaryDirectory(prefix="mesh-trust-") as folder:
        keys = pathlib.Path(folder) / "keys"
        keys.mkdir()
        for name, words in KEYS.items():
            subprocess.run(["ssh-keygen", "-q", *words, "-N", "", "-C", name, "-f", keys / name], check=True)
        for check in [check for check in CHECKS if not sys.argv[2:] or check.__name__ in sys.argv[2:]]:
            name = check.__name__.replace("_", " ")
            with tempfile.TemporaryDirectory(prefix="mesh-trust-") as temp:
                try:
                    check(World(pathlib.Path(temp).resolve(), keys))
                    print("ok", name, flush=True)
                except LookupError as gone:
                    skipped += 1
                    print("SKIP", name + ":", gone, flush=True)
                except (AssertionError, subprocess.SubprocessError) as wrong:
                    failed += 1
                    print("FAILED", name + ":", wrong, flush=True)
    sys.exit(1 if failed or (skipped and os.environ.get("CI")) else 77 if skipped else 0)


if __name__ == "__main__":
    main()
