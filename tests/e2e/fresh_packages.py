#!/usr/bin/env python3
"""The packages on machines that have nothing else: fresh Debian roots, made by debootstrap.

usage: fresh_packages.py [FOLDER [RELEASE…]]      FOLDER: build/release/packages; RELEASE: bookworm trixie

Opt-in: it needs root, debootstrap, a network, and versitygw in the tests' cache; each root takes a minute or two. On
bookworm the .deb is installed by apt; on trixie the tarball is unpacked beside the system's own OpenSSL and libcurl, and the
wheel is installed by pip. Each then publishes to a folder and to a bucket.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import servers

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MIRROR = os.environ.get("MESH_MIRROR", "http://deb.debian.org/debian")
PROXY = "/etc/apt/apt.conf.d"
failures = 0


class Machine:
    def __init__(self, release, place):
        self.root = place / release
        told = subprocess.run(["debootstrap", "--variant=minbase", release, self.root, MIRROR], capture_output=True, text=True)
        assert told.returncode == 0, told.stdout[-2000:]
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        for path in pathlib.Path(PROXY).glob("*proxy*"):
            shutil.copy(path, self.root / PROXY.lstrip("/"))
        for path in pathlib.Path(PROXY).glob("99*"):
            shutil.copy(path, self.root / PROXY.lstrip("/"))

    def run(self, what, *argv, **variables):
        global failures
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8",
                       "DEBIAN_FRONTEND": "noninteractive",
                       **{name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}, **variables}
        done = subprocess.run(["chroot", self.root, *argv], capture_output=True, text=True, env=environment)
        print(f"{'ok  ' if done.returncode == 0 else 'FAIL'}  {self.root.name}: {what}" +
              ("" if done.returncode == 0 else f": {(done.stdout + done.stderr)[-2000:]}"), flush=True)
        failures += done.returncode != 0
        return done.returncode == 0

    def has(self, path):
        shutil.copy(path, self.root / "root" / path.name)
        return f"/root/{path.name}"

    def main_job(self, what, mesh, server):
        client = server.boto3()
        bucket = f"fresh-{self.root.name}-{what}"
        client.create_bucket(Bucket=bucket)
        place = f"/root/{what}"
        for step in (["init", place, "--quiet"], ["-C", place, "validate"], ["-C", place, "publish", "--to", "dev"],
                     ["-C", place, "publish", "--to", f"s3://{bucket}/mesh"],
                     ["-C", place, "verify", "--from", f"s3://{bucket}/mesh"]):
            self.run(f"{what}: mesh {' '.join(step)}", mesh, *step, **server.environment(), NO_PROXY="127.0.0.1")


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/release/packages").resolve()
    releases = sys.argv[2:] or ["bookworm", "trixie"]
    if os.getuid() != 0 or not shutil.which("debootstrap"):
        servers.skip("it needs root and debootstrap")
    deb, tar, wheel = (next(folder.glob(pattern)) for pattern in ("*.deb", "*.tar.gz", "*.whl"))
    with tempfile.TemporaryDirectory() as temp:
        temp = pathlib.Path(temp)
        with servers.Versitygw(temp / "server") as server:
            for release in releases:
                machine = Machine(release, temp)
                if release == "bookworm":
                    if machine.run("apt installs the .deb", "apt-get", "install", "-q", "-y", "--no-install-recommends", machine.has(deb)):
                        machine.main_job("deb", "mesh", server)
                    continue
                machine.run("apt brings OpenSSL, libcurl and pip", "sh", "-c",
                            "apt-get update -q && apt-get install -q -y --no-install-recommends libssl3 libcurl4 python3-venv")
                machine.run("the tarball is unpacked", "tar", "-xzf", machine.has(tar), "-C", "/root")
                machine.main_job("tar", f"/root/{tar.name.removesuffix('.tar.gz')}/bin/mesh", server)
                machine.run("pip installs the wheel", "sh", "-c", f"python3 -m venv /root/venv && /root/venv/bin/pip install -q --no-index {machine.has(wheel)}")
                machine.main_job("wheel", "/root/venv/bin/mesh", server)
    sys.exit(1 if failures else 0)


if not servers.in_peers_python(__file__):
    servers.skip("boto3 is missing")
main()
