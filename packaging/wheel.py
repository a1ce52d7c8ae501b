#!/usr/bin/env python3
"""Puts the program of a build into a wheel, which pip and uv install like any other command.

usage: wheel.py BUILD FOLDER

The binary format is that of the "Binary distribution format" specification of the Python packaging authority; the
platform tag is PEP 600's, by the newest symbol of the C library that the program needs.
"""
import base64
import hashlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import zipfile

NAME = "mesh_cli"  # on the index it is mesh-cli
ROOT = pathlib.Path(__file__).resolve().parent.parent

METADATA = """\
Metadata-Version: 2.1
Name: mesh-cli
Version: {version}
Summary: data products as code: scaffold, check and publish the manifests of a data mesh
License: Apache-2.0
Requires-Python: >=3.8
Classifier: Environment :: Console
Classifier: Operating System :: POSIX :: Linux
Classifier: Programming Language :: C++
Description-Content-Type: text/markdown

The program `mesh`, compiled: it needs nothing of Python. Of the system it needs glibc {glibc}, and OpenSSL 3 and libcurl
when it publishes.
"""


def glibc_of(program):
    """The version of the C library that the program needs, and an error for any other library."""
    told = subprocess.run(["readelf", "-dW", program], check=True, capture_output=True, text=True).stdout
    for needed in re.findall(r"\(NEEDED\).*\[(.*)\]", told):
        if not re.fullmatch(r"lib(c|m|dl|pthread|rt)\.so\.\d+|ld-linux-.*", needed):
            sys.exit(f"error: the program is linked with {needed}, which a wheel may not ask for")
    symbols = subprocess.run(["readelf", "-VW", program], check=True, capture_output=True, text=True).stdout
    return max(tuple(map(int, version.split("."))) for version in re.findall(r"GLIBC_(\d+\.\d+)", symbols))


def main(build, folder):
    build, folder = pathlib.Path(build), pathlib.Path(folder)
    version = re.search(r"CMAKE_PROJECT_VERSION:STATIC=(\S+)", (build / "CMakeCache.txt").read_text()).group(1)
    with tempfile.TemporaryDirectory() as place:
        program = pathlib.Path(place) / "mesh"
        subprocess.run(["strip", "-o", program, build / "mesh"], check=True)
        glibc = glibc_of(program)
        machine = os.uname().machine
        tag = "py3-none-manylinux_{}_{}_{}".format(*glibc, machine)
        info = f"{NAME}-{version}.dist-info"
        files = {
            f"{NAME}-{version}.data/scripts/mesh": program.read_bytes(),
            f"{info}/METADATA": METADATA.format(version=version, glibc=".".join(map(str, glibc))).encode(),
            f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: mesh\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(),
            f"{info}/licenses/LICENSE": (ROOT / "LICENSE").read_bytes(),
        }
    record = "".join(f"{name},sha256={digest(data)},{len(data)}\n" for name, data in files.items())
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{NAME}-{version}-{tag}.whl"
    draft = path.with_suffix(".part")
    when = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())))[:6]
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, when)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if name.endswith("/mesh") else 0o100644) << 16
            wheel.writestr(entry, data)
    draft.replace(path)
    print(path)


def digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
