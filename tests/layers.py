#!/usr/bin/env python3
"""Checks that sources include only what tests/layers.txt allows.

usage: layers.py ROOT           check the source tree
       layers.py --self-test    check that every kind of violation is found
"""
import fnmatch
import os
import re
import sys
import tempfile

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
SOURCES = (".cpp", ".hpp", ".h", ".cc", ".inl")


class Layers:
    def __init__(self, text):
        self.floors, self.beside, self.libraries = {}, set(), []
        for number, line in enumerate(text.splitlines(), 1):
            words = line.split("#")[0].split()
            if not words:
                continue
            if words[0] == "floor" and len(words) >= 3:
                self.floors.update({room: int(words[1]) for room in words[2:]})
            elif words[0] == "beside" and len(words) == 3:
                self.beside.add((words[1], words[2]))
            elif words[0] == "library" and len(words) >= 2:
                self.libraries.append((words[1], words[2:]))
            else:
                raise SystemExit(f"layers.txt:{number}: not understood: {line}")

    def fault(self, root, path, quote, included):
        """What is wrong with one include, or None."""
        for start, homes in self.libraries:
            exact = not start.endswith("/")
            if not (included == start if exact else included.startswith(start)):
                if not (exact and included.startswith(start + ".")):
                    continue
            if not any(fnmatch.fnmatchcase(path, home) for home in homes):
                return f"<{included}> belongs to {' '.join(homes) or 'no file'}"
        if quote == "<":
            return None
        target = room_of(included)
        if target is None or ".." in included.split("/"):
            return f'"{included}" is not written from the top (core/… or cmd/…)'
        if not os.path.exists(os.path.join(root, included)):
            return f'"{included}" does not exist'
        room = room_of(path)
        if target not in self.floors:
            return f"room {target} has no floor"
        if target == room or self.floors[target] < self.floors[room] or (room, target) in self.beside:
            return None
        way = "beside it" if self.floors[target] == self.floors[room] else "above it"
        return f'"{included}": {room} (floor {self.floors[room]}) includes {target} (floor {self.floors[target]}) {way}'


def room_of(path):
    parts = path.split("/")
    if parts[0] == "cmd":
        return "cmd"
    return parts[1] if parts[0] == "core" and len(parts) > 2 else None


def sources(root):
    for top in ("core", "cmd"):
        for folder, _, names in sorted(os.walk(os.path.join(root, top))):
            for name in sorted(names):
                if name.endswith(SOURCES):
                    yield os.path.relpath(os.path.join(folder, name), root)


def check(root, layers):
    faults, count = [], 0
    for path in sources(root):
        count += 1
        if layers.floors.get(room_of(path)) is None:
            faults.append(f"{path}:1: room {room_of(path)} has no floor")
            continue
        with open(os.path.join(root, path), encoding="utf-8") as file:
            text = file.read()
        for match in INCLUDE.finditer(text):
            fault = layers.fault(root, path, match[1], match[2])
            if fault:
                line = text.count("\n", 0, match.start()) + 1
                faults.append(f"{path}:{line}: {fault}")
    return faults, count


SEEDED = {
    "core/base/up.cpp": ('#include "core/text/text.hpp"', "above it"),
    "core/git/sideways.cpp": ('#include "core/oci/oci.hpp"', "beside it"),
    "core/text/to_cmd.hpp": ('#pragma once\n  #  include "cmd/cmd.hpp"', "above it"),
    "core/text/yaml.cpp": ("#include <yaml-cpp/eventhandler.h>", "belongs to core/yaml"),
    "cmd/version.cpp": ("#include <CLI/CLI.hpp>", "belongs to cmd/cli.cpp"),
    "core/oci/json.hpp": ("#include <nlohmann/json.hpp>", "belongs to"),
    "core/text/pattern.cpp": ("#include <re2/re2.h>", "belongs to"),
    "core/store/s3.cpp": ("#include <curl/curl.h>", "belongs to core/http"),
    "core/oci/digest.cpp": ("#include <openssl/sha.h>", "belongs to core/crypto"),
    "core/base/pattern.cpp": ("#include <regex>", "belongs to no file"),
    "core/attic/old.cpp": ("", "has no floor"),
    "core/base/relative.cpp": ('#include "../text/text.hpp"', "not written from the top"),
    "core/base/gone.cpp": ('#include "core/base/gone.hpp"', "does not exist"),
}
CLEAN = {
    "core/base/base.hpp": "#include <tl/expected.hpp>\n#include <regexp.h>",
    "core/text/text.hpp": '#include "core/base/base.hpp"\n// #include "cmd/cmd.hpp"',
    "core/oci/oci.hpp": '#include "core/base/base.hpp"',
    "core/oci/json.cpp": "#include <nlohmann/json.hpp>",
    "core/yaml/reader.cpp": "#include <yaml-cpp/eventhandler.h>",
    "core/schema/pattern.cpp": "#include <re2/re2.h>",
    "cmd/cmd.hpp": '#include "core/text/text.hpp"',
    "cmd/cli.cpp": '#include "cmd/cmd.hpp"\n#include <CLI/CLI.hpp>',
}


def self_test(layers):
    with tempfile.TemporaryDirectory() as root:
        def write(path, text):
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text + "\n")

        for path, text in CLEAN.items():
            write(path, text)
        faults, _ = check(root, layers)
        if faults:
            return ["clean files are reported: " + fault for fault in faults]
        for path, (text, _) in SEEDED.items():
            write(path, text)
        faults, _ = check(root, layers)
    missed = [path for path, (_, word) in SEEDED.items()
              if not any(fault.startswith(path + ":") and word in fault for fault in faults)]
    surplus = [] if len(faults) == len(SEEDED) else [f"{len(faults)} faults for {len(SEEDED)} seeded: {faults}"]
    return [f"the violation in {path} is not found" for path in missed] + surplus


def main(arguments):
    if len(arguments) != 1:
        raise SystemExit(__doc__)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "layers.txt"), encoding="utf-8") as file:
        layers = Layers(file.read())
    if arguments[0] == "--self-test":
        faults, told = self_test(layers), f"{len(SEEDED)} seeded violations are found"
    else:
        faults, count = check(arguments[0], layers)
        told = f"{count} sources keep to their floors"
        if count == 0:
            faults = ["no source found"]
    print("\n".join(faults) if faults else told)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
