#!/usr/bin/env python3
"""`mesh init` on disks that are full or read-only, under hands that exchange folders for links, and without a network.

usage: init_disk.py MESH
"""
import ctypes
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

WRONG, SKIPPED = [], []
UNSHARE = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]


def check(what, holds, more=""):
    if not holds:
        WRONG.append(f"{what}: {more}".rstrip(": "))


def in_mount(temp, size, script):
    """Runs the script in a tmpfs of its own; None when this machine does not allow it."""
    place = pathlib.Path(tempfile.mkdtemp(dir=temp))
    probe = subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "none", place], stderr=subprocess.DEVNULL)
    if probe.returncode != 0:
        return None
    lines = f"mount -t tmpfs -o size={size} none {place} && cd {place} && {script}"
    return subprocess.run([*UNSHARE, "bash", "-c", lines], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def full_disk(mesh, temp):
    # tmpfs counts pages of 4 KiB: from no room at all to room for everything, one page at a time.
    whole = failed = False
    for pages in range(1, 40):
        script = f"{mesh} init shop >/dev/null; echo $?; find . -mindepth 1 | wc -l"
        done = in_mount(temp, f"{pages * 4}k", script)
        if done is None:
            SKIPPED.append("a full disk: no tmpfs can be mounted here")
            return
        code, left = done.stdout.split()
        check(f"{pages} pages: exit code {code}", code in ("0", "8"), done.stderr)
        failed |= code == "8"
        whole |= code == "0"
        if code == "8":
            check(f"{pages} pages: {left} files are left", left == "0")
            check(f"{pages} pages: the reason is told", "No space left" in done.stderr, done.stderr)
    check("some disk was too small", failed)
    check("some disk was large enough", whole)


def read_only_disk(mesh, temp):
    script = f"mkdir there && mount -o remount,ro . && for at in shop . there; do {mesh} init $at --name a; echo $?; done; find . | wc -l"
    done = in_mount(temp, "1m", script)
    if done is None:
        SKIPPED.append("a read-only disk: no tmpfs can be mounted here")
        return
    check("a read-only disk is local I/O", done.stdout.split() == ["8", "8", "8", "2"], done.stdout + done.stderr)
    check("a read-only disk is named", done.stderr.count("Read-only file system") == 3, done.stderr)


def closed_folder(mesh, temp):
    if os.geteuid() == 0:
        return  # root may write everywhere
    place = pathlib.Path(temp) / "closed"
    place.mkdir(mode=0o555)
    done = subprocess.run([mesh, "init", place / "shop"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    check("a folder without permission is local I/O", done.returncode == 8, str(done.returncode))


def exchanged_folders(mesh, temp):
    """While `domains` becomes a link to a folder outside and back, nothing may be written outside."""
    place, outside, link = (pathlib.Path(temp) / name for name in ("swap", "outside", "link"))
    outside.mkdir()
    link.symlink_to(outside)
    libc = ctypes.CDLL(None, use_errno=True)
    stop = threading.Event()

    def exchange():
        while not stop.is_set():
            libc.renameat2(-100, bytes(place / "domains"), -100, bytes(link), 2)

    for _ in range(100):
        shutil.rmtree(place, ignore_errors=True)
        (place / "domains").mkdir(parents=True)
        stop.clear()
        thread = threading.Thread(target=exchange)
        thread.start()
        done = subprocess.run([mesh, "init", place], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        stop.set()
        thread.join()
        if (place / "domains").is_symlink():
            exchange_once = libc.renameat2(-100, bytes(place / "domains"), -100, bytes(link), 2)
            assert exchange_once == 0
        check("folders are exchanged: exit code", done.returncode in (0, 2, 8), f"{done.returncode} {done.stderr}")
    check("nothing was written outside", not any(outside.iterdir()), str(list(outside.iterdir())))


def no_network(mesh, temp):
    if not shutil.which("strace"):
        SKIPPED.append("no network: strace is missing")
        return
    log = pathlib.Path(temp) / "network"
    subprocess.run(["strace", "-f", "-qq", "-o", log, "-e", "trace=network", mesh, "init", f"{temp}/alone"], check=True,
                   stdout=subprocess.DEVNULL)
    check("init uses no network", log.read_text() == "", log.read_text())


def main():
    mesh = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="mesh-init-") as temp:
        for test in (full_disk, read_only_disk, closed_folder, exchanged_folders, no_network):
            test(mesh, temp)
    print(*WRONG, *(f"SKIP {line}" for line in SKIPPED), f"{len(WRONG)} wrong", sep="\n")
    if WRONG or (SKIPPED and os.environ.get("CI")):
        sys.exit(1)


if __name__ == "__main__":
    main()
