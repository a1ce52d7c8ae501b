#!/usr/bin/env bash
# usage: fresh_machine.sh [try] [test]     (none: both)
#
# Makes a minimal Debian 12 with debootstrap, clones this repository's HEAD into it and runs the README's two commands
# there. Opt-in: it needs root, debootstrap and a network, and takes minutes.
#   MESH_FRESH_ROOT=DIR   a root made earlier, or where to make it; it is kept
#   MESH_MIRROR=URL       the Debian mirror
set -euo pipefail

repository=$(cd "$(dirname "$0")/../.." && pwd)
mirror=${MESH_MIRROR:-http://deb.debian.org/debian}
what=("$@")
[ ${#what[@]} -gt 0 ] || what=(try test)
for one in "${what[@]}"; do
  [ -f "$repository/tests/setup/$one.sh" ] || { echo "error: there is no command $one, only try and test" >&2; exit 2; }
done
[ "$(id -u)" = 0 ] || { echo "error: debootstrap and chroot need root" >&2; exit 2; }
command -v debootstrap >/dev/null || { echo "error: install debootstrap first" >&2; exit 2; }

fresh=${MESH_FRESH_ROOT:-$(mktemp -d)}
mkdir -p "$fresh"
mounted=()
clean_up() {
  local place
  for place in "${mounted[@]}"; do umount -l "$place" || true; done
  # Never through a mount that stayed.
  if [ -z "${MESH_FRESH_ROOT:-}" ] && ! grep -q " $fresh/" /proc/mounts; then rm -rf "$fresh"; fi
}
trap clean_up EXIT

say() { printf '==== %s (%s s)\n' "$*" "$SECONDS"; }

if [ ! -x "$fresh/bin/bash" ]; then
  say "debootstrap of bookworm into $fresh"
  debootstrap --variant=minbase bookworm "$fresh" "$mirror" >"$fresh/debootstrap.out" 2>&1 ||
    { tail "$fresh/debootstrap.out" >&2; exit 1; }
fi

# What this machine needs to reach the network: names, proxies, and the certificates of a proxy that re-signs TLS.
cp -L /etc/resolv.conf "$fresh/etc/resolv.conf"
cp -L /etc/hosts "$fresh/etc/hosts"
for file in /etc/apt/apt.conf.d/*proxy*; do [ ! -f "$file" ] || cp "$file" "$fresh/etc/apt/apt.conf.d/"; done
if [ -d /usr/local/share/ca-certificates ]; then
  mkdir -p "$fresh/usr/local/share/ca-certificates"
  cp -rL /usr/local/share/ca-certificates/. "$fresh/usr/local/share/ca-certificates/"
fi

# A machine's root is a mount, and what makes mounts of its own asks for that.
mount --bind "$fresh" "$fresh"
mounted=("$fresh")
for place in proc dev dev/shm sys; do
  mkdir -p "$fresh/$place"
  case $place in
    proc) mount -t proc proc "$fresh/proc" ;;
    dev/shm) mount -t tmpfs tmpfs "$fresh/dev/shm" ;;
    *) mount --rbind "/$place" "$fresh/$place" && mount --make-rslave "$fresh/$place" ;;
  esac
  mounted=("$fresh/$place" "${mounted[@]}")
done

# A clean clone of what is committed. The fresh machine has no git yet, so it is made from here.
rm -rf "$fresh/root/mesh"
git -c safe.directory='*' clone -q --no-hardlinks "$repository" "$fresh/root/mesh"

environment=(HOME=/root TERM=dumb LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY PIP_INDEX_URL PIP_DEFAULT_TIMEOUT GOPROXY GOSUMDB CI; do
  [ -z "${!name:-}" ] || environment+=("$name=${!name}")
done

result=0
for one in "${what[@]}"; do
  say "bash tests/setup/$one.sh"
  if chroot "$fresh" env -i "${environment[@]}" bash -c "cd /root/mesh && bash tests/setup/$one.sh"; then
    say "$one: it works"
  else
    say "$one: failed"
    result=1
  fi
done
exit $result
