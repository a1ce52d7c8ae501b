#!/usr/bin/env python3
"""The packages that packaging/build.sh makes: what they say of themselves, what is in them, and that each of them works.

usage: packages.py [FOLDER]      the packages made before; without it they are made of this clone's release build
"""
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
failures = 0


def check(what, holds, told=""):
    global failures
    print(f"{'ok  ' if holds else 'FAIL'}  {what}" + (f": {told}" if told and not holds else ""))
    failures += not holds


def run(*argv, **more):
    done = subprocess.run([str(arg) for arg in argv], capture_output=True, text=True, **more)
    return done.returncode, done.stdout + done.stderr


def skip(why):
    print(f"skipped: {why}")
    sys.exit(1 if os.environ.get("CI") else 77)


def only(folder, pattern):
    found = sorted(folder.glob(pattern))
    check(f"there is one {pattern}", len(found) == 1, str(found))
    return found[0] if found else sys.exit(1)


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def main_job(name, mesh, place):
    """A new user's: a mesh, checked, published, read back. Nothing of this machine but the program is asked for."""
    place.mkdir()
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(place), "LANG": "C.UTF-8"}
    for step in (["init", "shop", "--quiet"], ["-C", "shop", "validate"], ["-C", "shop", "publish", "--to", "dev"],
                 ["-C", "shop", "verify", "--from", "dev"]):
        code, told = run(mesh, *step, cwd=place, env=environment)
        check(f"{name}: mesh {' '.join(step)}", code == 0, told)


def check_deb(deb, place):
    told = run("dpkg-deb", "--field", deb)[1]
    fields = dict(line.split(": ", 1) for line in told.splitlines() if re.match(r"[A-Z][\w-]*: ", line))
    depends = fields.get("Depends", "")
    for library in (r"libc6 \(>= 2\.\d+\)", r"libssl3\b", r"libcurl4\b"):
        check(f"the .deb depends on {library}", re.search(library, depends) is not None, depends)
    check("the .deb depends on no C++ library", "libstdc++" not in depends, depends)
    check("the .deb is called mesh", fields.get("Package") == "mesh", told)
    folder = place / "deb"
    run("dpkg-deb", "--extract", deb, folder)
    for path in ("usr/bin/mesh", "usr/share/man/man1/mesh.1", "usr/share/man/man1/mesh-publish.1",
                 "usr/share/bash-completion/completions/mesh", "usr/share/doc/mesh/copyright"):
        check(f"the .deb has /{path}", (folder / path).is_file())
    listing = run("dpkg-deb", "--contents", deb)[1].splitlines()
    owned = [line for line in listing if " root/root " not in line or re.match(r".{5}w|.{8}w", line)]
    check("all of it is root's, and written by nobody else", not owned, "\n".join(owned))
    return folder / "usr/bin/mesh"


def check_tar(tar, place):
    top = tar.name.removesuffix(".tar.gz")
    with tarfile.open(tar) as archive:
        names = archive.getnames()
        check("the tarball has one folder", all(name == top or name.startswith(top + "/") for name in names))
        archive.extractall(place / "tar", filter="data") if hasattr(tarfile, "data_filter") else archive.extractall(place / "tar")
    mesh = place / "tar" / top / "bin/mesh"
    needed = set(re.findall(r"\(NEEDED\).*\[(.*?)\]", run("readelf", "-dW", mesh)[1]))
    check("the program is linked with the C library only",
          all(re.match(r"lib(c|m)\.so\.|ld-linux", name) for name in needed), str(needed))
    return mesh


def check_wheel(wheel, place):
    environment = place / "venv"
    venv.create(environment, with_pip=True)
    code, told = run(environment / "bin/pip", "install", "--no-index", "--disable-pip-version-check", wheel)
    check("pip installs the wheel", code == 0, told)
    told = run(environment / "bin/pip", "show", "--files", "--disable-pip-version-check", "mesh-cli")[1]
    check("pip knows its files", "bin/mesh" in told, told)
    return environment / "bin/mesh"


def check_hook(wheel, place):
    """pre-commit makes an environment of the wheel; nothing else has to be installed."""
    pre_commit = shutil.which("pre-commit")
    if not pre_commit:
        return skip("pre-commit is missing")
    repository = place / "hook"
    mesh = place / "venv/bin/mesh"
    run(mesh, "init", "hook", "--quiet", cwd=place)
    config = f"""repos:
  - repo: local
    hooks:
      - id: mesh-validate
        name: mesh validate
        entry: mesh validate
        language: python
        additional_dependencies: ["{wheel}"]
        files: \\.(yaml|yml|json)$
        pass_filenames: false
"""
    (repository / ".pre-commit-config.yaml").write_text(config)
    environment = dict(os.environ, HOME=str(place), PRE_COMMIT_HOME=str(place / "pre-commit"), PATH=os.environ["PATH"])
    for argv in (["git", "init", "-q"], ["git", "add", "-A"]):
        run(*argv, cwd=repository, env=environment)
    code, told = run(pre_commit, "run", "--all-files", cwd=repository, env=environment)
    check("a hook of pre-commit passes", code == 0 and "Passed" in told, told)
    contract = repository / "domains/sales/orders/orders.odcs.yaml"
    contract.write_text(contract.read_text().replace("kind: DataContract", "kind: DataContrac"))
    code, told = run(pre_commit, "run", "--all-files", cwd=repository, env=environment)
    check("and fails of a mistake", code == 1 and "did you mean `DataContract`?" in told, told)


def main():
    for tool in ("dpkg-deb", "readelf"):
        if not shutil.which(tool):
            skip(f"{tool} is missing")
    if len(sys.argv) > 1:
        folder = pathlib.Path(sys.argv[1]).resolve()
    else:
        folder = ROOT / "build/release/packages"
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(["bash", ROOT / "packaging/build.sh"], check=True, stdout=subprocess.DEVNULL)
    deb, tar, wheel = only(folder, "*.deb"), only(folder, "*.tar.gz"), only(folder, "*.whl")
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        programs = {"deb": check_deb(deb, place), "tarball": check_tar(tar, place), "wheel": check_wheel(wheel, place)}
        check("it is one program in all of them", len({digest(mesh) for mesh in programs.values()}) == 1)
        for name, mesh in programs.items():
            main_job(name, mesh, place / f"job-{name}")
        check_hook(wheel, place)
    sys.exit(1 if failures else 0)


main()
