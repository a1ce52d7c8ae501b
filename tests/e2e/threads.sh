#!/usr/bin/env bash
# usage: threads.sh MESH: `validate --jobs 4`, built with the thread sanitizer, on a mesh of forty products and on a folder of
# real and of broken documents. A data race ends it with 66.
set -euo pipefail
mesh=$(realpath "$1")
tests=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TSAN_OPTIONS=exitcode=66:halt_on_error=1

# The sanitizer of g++ 12 does not find its way in an address space that is shuffled as far as newer kernels do.
run=()
if setarch "$(uname -m)" -R true 2>/dev/null; then run=(setarch "$(uname -m)" -R); fi

cd "$work"
"${run[@]}" "$mesh" init shop >/dev/null
cd shop
for number in {1..39}; do "${run[@]}" "$mesh" new product "sales/product-$number" >/dev/null; done
for round in 1 2 3; do "${run[@]}" "$mesh" validate --jobs 4; done
for folder in real invalid traps; do
  "${run[@]}" "$mesh" validate --jobs 4 --fail-on never --format json "$tests/corpus/$folder" >/dev/null
done
"${run[@]}" "$mesh" plan --to dev --jobs 4 >/dev/null
