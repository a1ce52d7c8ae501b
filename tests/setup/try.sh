#!/usr/bin/env bash
# Installs what mesh is built with, builds it and runs the main job on a real mesh in a temporary folder:
# init, validate, publish to a local folder, read back. Works on a fresh Debian 12, as root or with sudo.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

install_packages "${build_packages[@]}"
build release OFF mesh
mesh=$root/build/release/mesh
say "$("$mesh" version)"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
run() {
  printf '$ %s\n' "$*"
  if [ "$1" = mesh ]; then "$mesh" "${@:2}"; else "$@"; fi
}

say "a new mesh, in $work"
run mesh init shop --quiet
cd shop
say "checked"
run mesh validate
say "published to ./public"
run mesh publish --to dev
run mesh status --to dev
say "read back"
run mesh verify sales/orders@1.0.0 --from dev
run mesh pull sales/orders@1.0.0 --from dev --output ../back
diff -r domains/sales/orders ../back || die "what came back is not what was published"
if command -v skopeo >/dev/null; then
  run skopeo inspect --raw "oci:public/sales/orders:1.0.0"
  echo
fi
say "done: init, validate, publish and read back work; the binary is build/release/mesh"
