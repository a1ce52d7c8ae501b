#!/usr/bin/env bash
# Makes the packages that users install, of one release build, in build/release/packages:
#   mesh_VERSION_amd64.deb              for Debian 12 and 13; `apt install ./mesh_….deb` brings libcurl and OpenSSL
#   mesh-VERSION-linux-amd64.tar.gz     for Linux with glibc 2.36, OpenSSL 3 and libcurl
#   mesh_cli-VERSION-…-manylinux….whl   the same program for `uv tool install`, pip, and hooks of pre-commit
# usage: packaging/build.sh [deb] [tar] [wheel]      none: all three
set -euo pipefail
. "$(dirname "$0")/../tests/setup/lib.sh"

what=("$@")
[ ${#what[@]} -gt 0 ] || what=(deb tar wheel)
for one in "${what[@]}"; do
  case $one in deb | tar | wheel) ;; *) die "there is no package \`$one\`: deb, tar or wheel" ;; esac
done

install_packages "${build_packages[@]}" binutils dpkg-dev file python3
# The same commit makes the same bytes.
if [ -z "${SOURCE_DATE_EPOCH:-}" ] && git -C "$root" rev-parse --is-inside-work-tree >/dev/null 2>&1; then
  SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct)
fi
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date +%s)}

build release OFF mesh
packages=$root/build/release/packages
mkdir -p "$packages"
# cpack GENERATOR NAMES: what it makes, under no other name and with nothing left beside it.
cpack_as() {
  (cd "$root/build/release" && cpack -G "$1" --config CPackConfig.cmake) >"$root/build/cpack.log" 2>&1 ||
    { tail -n 30 "$root/build/cpack.log" >&2; die "cpack -G $1 failed"; }
  rm -rf "$packages/_CPack_Packages"
}
for one in "${what[@]}"; do
  case $one in
    deb) cpack_as DEB ;;
    tar) cpack_as TGZ ;;
    wheel) python3 "$root/packaging/wheel.py" "$root/build/release" "$packages" ;;
  esac
done
ls -l "$packages"
