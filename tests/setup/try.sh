#!/usr/bin/env bash
# Installs what mesh is built with, builds it and runs the main job on a real mesh in a temporary folder:
# init, validate, publish to a local folder, read back with mesh and with skopeo. Works on a fresh Debian 12, as root or with sudo.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

install_packages "${build_packages[@]}" skopeo
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
diff -r domains/sales/orders ../back && echo "the same bytes" || die "what came back is not what was published"
say "read back by skopeo, which knows OCI and nothing of mesh"
run skopeo --insecure-policy copy --quiet oci:public/sales/orders:1.0.0 dir:../copy
for file in domains/sales/orders/*; do
  digest=$(sha256sum "$file" | cut -d ' ' -f 1)
  cmp "$file" "../copy/$digest" || die "$file is not in what skopeo read"
  echo "$file: the same bytes"
done
say "done: init, validate, publish and read back work; the binary is build/release/mesh"
