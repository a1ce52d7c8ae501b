#!/usr/bin/env python3
"""Our SSH signatures and those of OpenSSH: each verifies the other's, with each type of key and hash, by key files and by a
real ssh-agent. A missing OpenSSH skips (77); with CI set it is a failure.

usage: ssh_signatures.py SSH_SIGNATURE_TOOL
"""
import base64
import hashlib
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile

TOOL = pathlib.Path(sys.argv[1]).resolve()
TYPES = {"ed25519": ["-t", "ed25519"], "ecdsa": ["-t", "ecdsa", "-b", "256"], "rsa": ["-t", "rsa", "-b", "2048"]}
HASHES = "sha256", "sha512"
MESSAGE = b"bytes of a manifest\n" * 100
NAMESPACE = "mesh-release"


def run(*words, code=0, message=None, env=None):
    done = subprocess.run([*map(str, words)], input=message, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                          env=os.environ | (env or {}))
    assert code is None or done.returncode == code, f"{words}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
    return done


def keygen_verifies(temp, key, signature, message=MESSAGE, namespace=NAMESPACE):
    (temp / "allowed").write_text("somebody " + key.with_suffix(".pub").read_text())
    (temp / "sig").write_bytes(signature)
    done = run("ssh-keygen", "-Y", "verify", "-f", temp / "allowed", "-I", "somebody", "-n", namespace, "-s", temp / "sig",
               message=message, code=None)
    return done.returncode == 0


def we_verify(temp, signature, message=MESSAGE, namespace=NAMESPACE):
    (temp / "sig").write_bytes(signature)
    return run(TOOL, "verify", temp / "sig", namespace, message=message, code=None)


def new_key(temp, name, words, passphrase=""):
    run("ssh-keygen", "-q", *words, "-N", passphrase, "-C", f"test {name}", "-f", temp / name)
    return temp / name


def flipped(message):
    return message[:-1] + bytes([message[-1] ^ 1])


def ours_are_verified_by_openssh(temp, keys):
    for key in keys.values():
        for hash_ in HASHES:
            signature = run(TOOL, "sign", key, NAMESPACE, hash_, message=MESSAGE).stdout
            assert keygen_verifies(temp, key, signature), (key, hash_)
            assert not keygen_verifies(temp, key, signature, flipped(MESSAGE))
            assert not keygen_verifies(temp, key, signature, namespace="git")


def those_of_openssh_are_verified_by_us(temp, keys):
    for key in keys.values():
        for hash_ in HASHES:
            signature = run("ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", NAMESPACE, "-O", f"hashalg={hash_}",
                            message=MESSAGE).stdout
            fingerprint = run("ssh-keygen", "-lf", key.with_suffix(".pub")).stdout.split()[1]
            good = we_verify(temp, signature)
            assert good.returncode == 0 and good.stdout.strip() == fingerprint, good
            assert we_verify(temp, signature, flipped(MESSAGE)).returncode == 7
            wrong = we_verify(temp, signature, namespace="git")
            assert wrong.returncode == 7 and b"namespace `mesh-release`, not for `git`" in wrong.stderr, wrong


def wire(*parts):
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def positive(number):
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def openssl_signs(temp, ecdsa, data):
    """Of a key made for this: its point, and its signature as OpenSSH writes it."""
    how = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"] if ecdsa else ["-algorithm", "ed25519"]
    run("openssl", "genpkey", *how, "-out", temp / "key.pem")
    point = run("openssl", "pkey", "-in", temp / "key.pem", "-pubout", "-outform", "DER").stdout[-65 if ecdsa else -32:]
    (temp / "data").write_bytes(data)
    hashed = ["-digest", "sha256"] if ecdsa else []
    raw = run("openssl", "pkeyutl", "-sign", "-inkey", temp / "key.pem", "-rawin", *hashed, "-in", temp / "data").stdout
    if ecdsa:
        told = run("openssl", "asn1parse", "-inform", "DER", message=raw).stdout.decode()
        raw = wire(*(positive(int(number, 16)) for number in re.findall(r"INTEGER\s*:([0-9A-F]+)", told)))
    return point, raw


def keys_in_hardware_are_verified_by_both(temp, keys):
    """No test has such hardware, so openssl signs what it would; ssh-keygen is asked whether that is so."""
    data = b"SSHSIG" + wire(NAMESPACE.encode(), b"", b"sha512", hashlib.sha512(MESSAGE).digest())
    for ecdsa, name in (False, b"sk-ssh-ed25519@openssh.com"), (True, b"sk-ecdsa-sha2-nistp256@openssh.com"):
        for flags in 1, 0:
            said = struct.pack(">BI", flags, 42)
            signed = hashlib.sha256(b"ssh:").digest() + said + hashlib.sha256(data).digest()
            point, raw = openssl_signs(temp, ecdsa, signed)
            blob = wire(name, *([b"nistp256"] if ecdsa else []), point, b"ssh:")
            whole = b"SSHSIG" + struct.pack(">I", 1) + wire(blob, NAMESPACE.encode(), b"", b"sha512", wire(name, raw) + said)
            lines = base64.encodebytes(whole).decode()
            signature = f"-----BEGIN SSH SIGNATURE-----\n{lines}-----END SSH SIGNATURE-----\n".encode()
            key = temp / "hardware"
            key.with_suffix(".pub").write_text(f"{name.decode()} {base64.b64encode(blob).decode()} hardware\n")
            assert keygen_verifies(temp, key, signature) and not keygen_verifies(temp, key, signature, flipped(MESSAGE))
            # What nobody touched the key for counts for nothing here.
            ours = we_verify(temp, signature)
            assert ours.returncode == (0 if flags else 7) and (flags or b"nobody touched that key" in ours.stderr), (name, flags, ours)
            assert we_verify(temp, signature, flipped(MESSAGE)).returncode == 7


def deterministic_signatures_are_equal(temp, keys):
    for name in "ed25519", "rsa":
        theirs = run("ssh-keygen", "-q", "-Y", "sign", "-f", keys[name], "-n", NAMESPACE, message=MESSAGE).stdout
        assert run(TOOL, "sign", keys[name], NAMESPACE, "sha512", message=MESSAGE).stdout == theirs, name


def an_agent_signs(temp, keys):
    socket = temp / "agent"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL)
    try:
        while not socket.exists():
            assert agent.poll() is None
        env = {"SSH_AUTH_SOCK": str(socket)}
        locked = new_key(temp, "locked", TYPES["ed25519"], "secret")
        ask = temp / "ask"
        ask.write_text("#!/bin/sh\necho secret\n")
        ask.chmod(0o700)
        run("ssh-add", "-q", *keys.values(), env=env)
        run("ssh-add", "-q", locked, env=env | {"SSH_ASKPASS": str(ask), "SSH_ASKPASS_REQUIRE": "force"})
        listed = run(TOOL, "list", env=env).stdout.decode().splitlines()
        known = [key.with_suffix(".pub").read_text().strip() for key in [*keys.values(), locked]]
        assert sorted(listed) == sorted(known), listed
        for key in [*keys.values(), locked]:
            signature = run(TOOL, "sign", key.with_suffix(".pub"), NAMESPACE, "sha512", message=MESSAGE, env=env).stdout
            assert keygen_verifies(temp, key, signature), key
        run("ssh-add", "-q", "-D", env=env)
        gone = run(TOOL, "sign", locked.with_suffix(".pub"), NAMESPACE, "sha512", message=MESSAGE, env=env, code=7)
        assert b"refused to sign" in gone.stderr, gone.stderr
        agent.send_signal(signal.SIGSTOP)  # it takes the connection and says nothing: no test of ours may hang
    finally:
        agent.kill()
        agent.wait()


def a_passphrase_leads_to_the_agent(temp, keys):
    locked = new_key(temp, "locked2", TYPES["rsa"], "secret")
    done = run(TOOL, "sign", locked, NAMESPACE, "sha512", message=MESSAGE, code=7)
    assert b"protected by a passphrase" in done.stderr and b"ssh-add" in done.stderr, done.stderr
    pem = new_key(temp, "pem", ["-t", "rsa", "-b", "2048", "-m", "PEM"])
    assert b"ssh-keygen -p" in run(TOOL, "sign", pem, NAMESPACE, "sha512", message=MESSAGE, code=7).stderr


def a_key_that_others_can_read_is_refused(temp, keys):
    loose = temp / "loose"
    shutil.copy(keys["ed25519"], loose)
    loose.chmod(0o644)
    assert b"chmod 600" in run(TOOL, "sign", loose, NAMESPACE, "sha512", message=MESSAGE, code=7).stderr


CHECKS = [ours_are_verified_by_openssh, those_of_openssh_are_verified_by_us, keys_in_hardware_are_verified_by_both,
          deterministic_signatures_are_equal,
          an_agent_signs, a_passphrase_leads_to_the_agent, a_key_that_others_can_read_is_refused]


def main():
    missing = [name for name in ("ssh-keygen", "ssh-agent", "ssh-add") if not shutil.which(name)]
    if missing:
        print("SKIP", *missing, "missing")
        sys.exit(1 if os.environ.get("CI") else 77)
    with tempfile.TemporaryDirectory(prefix="mesh-ssh-") as folder:
        temp = pathlib.Path(folder)
        keys = {name: new_key(temp, name, words) for name, words in TYPES.items()}
        for check in CHECKS:
            check(temp, keys)
            print("ok", check.__name__.replace("_", " "))


if __name__ == "__main__":
    main()
