#!/usr/bin/env bash
# Builds mesh from this clone and installs it on this machine (Debian 12): binary, man pages, completions.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

install_packages "${build_packages[@]}"
build release OFF mesh
as_root cmake --install "$root/build/release"
say "installed $(command -v mesh): $(mesh version)"
