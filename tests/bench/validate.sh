#!/usr/bin/env bash
# What `mesh validate` costs beside its peers: one contract, 1,000 small ones, 10,000 manifests; threads, memory, growth.
# usage: tests/bench/validate.sh [MESH] [--quick] [--all-peers]      default: build/release/mesh
# Installs odcslint, and with --all-peers also check-jsonschema, @sourcemeta/jsonschema and datacontract-cli, at pinned
# versions into ${XDG_CACHE_HOME:-~/.cache}/mesh-tests/peers. Run it on an idle machine.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
mesh=$top/build/release/mesh
quick=() all=
for argument in "$@"; do
  case $argument in
    --quick) quick=(--quick) ;;
    --all-peers) all=yes ;;
    *) mesh=$argument ;;
  esac
done

peers=${XDG_CACHE_HOME:-$HOME/.cache}/mesh-tests/peers
mkdir -p "$peers/bin"

# from_pypi PROGRAM REQUIREMENT: in an environment of its own, whatever the others need.
from_pypi() {
  [ -x "$peers/bin/$1" ] && return
  python3 -m venv "$peers/$1"
  "$peers/$1/bin/pip" install -q --disable-pip-version-check "$2"
  ln -sf "$peers/$1/bin/$1" "$peers/bin/$1"
}

from_pypi odcslint odcslint==0.3.0
if [ -n "$all" ]; then
  from_pypi check-jsonschema check-jsonschema==0.39.0
  from_pypi datacontract datacontract-cli==1.2.8
  [ -x "$peers/bin/jsonschema" ] || {
    npm install --silent --prefix "$peers/sourcemeta" @sourcemeta/jsonschema@16.11.0
    ln -sf "$peers/sourcemeta/node_modules/.bin/jsonschema" "$peers/bin/jsonschema"
  }
fi
exec python3 "$top/tests/bench/validate.py" "$mesh" "$peers/bin" "${quick[@]}"
