#!/usr/bin/env python3
"""Our SSH signatures and those of OpenSSH: each verifies the other's, with each type of key and hash, by key files and by a
real ssh-agent. A missing OpenSSH skips (77); with CI set it is a failure.

usage: ssh_signatures.py SSH_SIGNATURE_TOOL
"""
import os
import pathlib
import shutil
import signal
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


CHECKS = [ours_are_verified_by_openssh, those_of_openssh_are_verified_by_us, deterministic_signatures_are_equal,
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
