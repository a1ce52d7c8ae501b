#!/usr/bin/env bash
# usage: installed.sh BUILD: what `cmake --install` of that build puts where Debian expects it.
set -euo pipefail

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
DESTDIR=$root cmake --install "$1" --prefix /usr >/dev/null

wrong=0
expect() {
  [ -s "$root$1" ] || { echo "missing: $1"; wrong=1; }
}
expect /usr/bin/mesh
expect /usr/share/bash-completion/completions/mesh
expect /usr/share/zsh/vendor-completions/_mesh
expect /usr/share/fish/vendor_completions.d/mesh.fish
expect /usr/share/man/man1/mesh.1
for command in $("$root/usr/bin/mesh" help --format json |
  python3 -c 'import json, sys; print(*(c["name"].replace(" ", "-") for c in json.load(sys.stdin)["commands"]))'); do
  expect "/usr/share/man/man1/mesh-$command.1"
done
"$root/usr/bin/mesh" version >/dev/null
[ "$(find "$root/usr" -type f -perm -002 | wc -l)" = 0 ] || { echo "files that everybody may write"; wrong=1; }
exit $wrong
