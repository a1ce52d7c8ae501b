#!/usr/bin/env bash
# What a start costs: `mesh version` against an empty C++ program compiled in the same run.
# usage: tests/bench/start.sh [MESH]      default: build/release/mesh
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
mesh=$(realpath "${1:-$top/build/release/mesh}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo 'int main() {}' >"$work/empty.cpp"
"${CXX:-g++}" -O2 -o "$work/empty" "$work/empty.cpp"
python3 "$top/tests/bench/cpu.py" 300 3 "$mesh" version -- "$work/empty"
