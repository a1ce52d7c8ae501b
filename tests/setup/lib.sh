# What the setup scripts share. Sourced, not run.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '== %s\n' "$*"; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# sudo keeps little of the environment, so what apt needs is named.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
    return
  fi
  local name keep=(DEBIAN_FRONTEND=noninteractive)
  for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    [ -z "${!name:-}" ] || keep+=("$name=${!name}")
  done
  sudo env "${keep[@]}" "$@"
}

# Whether every package of the arguments is installed.
have_packages() {
  local package
  for package in "$@"; do
    case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
      *' installed') ;;
      *) return 1 ;;
    esac
  done
}

# Installs Debian packages; does nothing, and needs neither root nor a network, when all are there.
install_packages() {
  have_packages "$@" && return 0
  command -v apt-get >/dev/null || die "apt-get is missing: this script installs Debian packages, on Debian 12"
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || die "run this as root or install sudo: packages are missing among $*"
  local system
  system=$(. /etc/os-release && echo "${ID:-unknown} ${VERSION_ID:-}")
  [ "$system" = "debian 12" ] || say "this is $system; packages are known to fit on debian 12"
  say "installing Debian packages"
  export DEBIAN_FRONTEND=noninteractive
  local options=(-q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3) attempt
  # Another apt may hold the lock on the lists, for which apt itself does not wait.
  for attempt in 1 2 3; do
    as_root apt-get "${options[@]}" update && break
    [ "$attempt" -lt 3 ] || die "apt-get update failed: is there a network, and are the sources in /etc/apt right?"
    sleep 10
  done
  as_root apt-get "${options[@]}" install --no-install-recommends "$@" ||
    die "apt-get install failed, see above: is there a network? Wanted: $*"
}

build_packages=(
  cmake ninja-build g++ pkg-config
  libcli11-dev libyaml-cpp-dev libcurl4-openssl-dev nlohmann-json3-dev libssl-dev libre2-dev
  libkainjow-mustache-dev libfmt-dev libexpected-dev zlib1g-dev
)

jobs() { nproc 2>/dev/null || echo 2; }

# build PRESET TESTS [TARGET…]: TESTS is ON or OFF. Both logs stay beside the build.
build() {
  local preset=$1 tests=$2
  shift 2
  say "building $preset"
  mkdir -p "$root/build"
  local log=$root/build/$preset.log
  (cd "$root" && cmake --preset "$preset" -DBUILD_TESTING="$tests") >"$log" 2>&1 ||
    { tail -n 30 "$log" >&2; die "cmake --preset $preset failed"; }
  cmake --build "$root/build/$preset" -j "$(jobs)" ${1:+--target "$@"} >"$log" 2>&1 ||
    { tail -n 60 "$log" >&2; die "the $preset build failed"; }
}
