#!/usr/bin/env bash
# What one contract costs: `mesh validate` on the standard's own full example against odcslint, a linter written in Rust
# that knows single ODCS files only. Installs odcslint from PyPI into a virtual environment of its own when it is absent.
# usage: tests/bench/validate_one.sh [MESH]      default: build/release/mesh
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
mesh=$(realpath "${1:-$top/build/release/mesh}")
version=0.3.0
contract=$top/tests/corpus/real/odcs__v3.1.0__open-data-contract-standard__all__full-example.odcs.yaml
venv=${XDG_CACHE_HOME:-$HOME/.cache}/mesh-tests/odcslint-$version

if [ ! -x "$venv/bin/odcslint" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet "odcslint==$version"
fi
python3 "$top/tests/bench/cpu.py" 200 1 "$mesh" validate "$contract" -- "$venv/bin/odcslint" check "$contract"
