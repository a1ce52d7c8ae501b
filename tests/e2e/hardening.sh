#!/usr/bin/env bash
# The release binary is hardened: PIE, full RELRO, no executable stack, canaries, checked libc calls, no search path of its
# own, no libcurl among what it needs.
# usage: tests/e2e/hardening.sh [MESH]      default: build/release/mesh
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
mesh=${1:-$top/build/release/mesh}
failures=0

# A missing tool or binary is a skip here and a failure in CI.
skip() {
  echo "skipped: $1"
  [ -n "${CI:-}" ] && exit 1
  exit 77
}
command -v readelf >/dev/null || skip "readelf is missing (binutils)"
[ -x "$mesh" ] || skip "$mesh is not built (cmake --preset release)"

check() { # NAME COMMAND...
  local name=$1
  shift
  if "$@"; then
    echo "ok    $name"
  else
    echo "FAIL  $name"
    failures=$((failures + 1))
  fi
}

header=$(readelf -hW "$mesh")
segments=$(readelf -lW "$mesh")
dynamic=$(readelf -dW "$mesh")
symbols=$(readelf -W --dyn-syms "$mesh")

is() { grep -Eq "$2" <<<"$1"; }
is_not() { ! grep -Eq "$2" <<<"$1"; }

check "position independent (type DYN)" is "$header" 'Type: +DYN'
check "position independent (flag PIE)" is "$dynamic" 'FLAGS_1.*PIE'
check "read-only relocations" is "$segments" 'GNU_RELRO'
check "bound at start, so that all of them are" is "$dynamic" 'BIND_NOW|FLAGS_1.*NOW'
check "stack is data" is "$segments" 'GNU_STACK.* RW +0x'
check "no segment is written and executed" is_not "$segments" 'LOAD.* RWE '
check "stack canaries" is "$symbols" '__stack_chk_fail@'
check "checked libc calls" is "$symbols" ' __[a-z]+_chk@'
check "no search path for libraries" is_not "$dynamic" 'RPATH|RUNPATH'
check "no text relocations" is_not "$dynamic" 'TEXTREL'
check "libcurl is not needed" is_not "$dynamic" 'NEEDED.*libcurl'

[ "$failures" = 0 ] || { echo "$failures of the checks failed for $mesh"; exit 1; }
