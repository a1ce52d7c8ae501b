#!/usr/bin/env bash
# `mesh version`, `mesh init` and `mesh validate` open no socket and do not load libcurl.
# usage: tests/e2e/no_network.sh [MESH]      default: build/release/mesh
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
mesh=$(realpath "${1:-$top/build/release/mesh}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# A tool that is missing is a skip here and a failure in CI.
skip() {
  echo "skipped: $1"
  [ -n "${CI:-}" ] && exit 1
  exit 77
}
command -v strace >/dev/null || skip "strace is missing"

traced() { # TRACE-FILE COMMAND...: the network calls and the opened files
  local trace=$1
  shift
  strace -f -qq -o "$trace" -e trace=%network,open,openat "$@" </dev/null >"$work/output" 2>&1
}
uses_network() { grep -Eq '\b(socket|connect|bind|sendto|recvfrom|getaddrinfo)\(' "$1"; }
loads_curl() { grep -q 'libcurl' "$1"; }

# The check can fail: a program that opens a socket is seen.
traced control python3 -c 'import socket; socket.socket()' || skip "strace does not work: $(cat output)"
uses_network control || { echo "FAIL  the control program's socket is not seen"; exit 1; }

failures=0
check() { # NAME COMMAND...
  local name=$1
  shift
  local code=0
  traced trace "$@" || code=$?
  if [ "$code" != 0 ]; then
    echo "FAIL  $name: exit $code"
    cat output
  elif uses_network trace || loads_curl trace; then
    echo "FAIL  $name"
    grep -E '\b(socket|connect)\(|libcurl' trace
  else
    echo "ok    $name"
    return
  fi
  failures=$((failures + 1))
}

check "mesh version" "$mesh" version
check "mesh init" "$mesh" --no-input init shop
check "mesh validate" "$mesh" -C shop validate
[ "$failures" = 0 ]
