#!/bin/bash
# Runs every fuzz target, or the ones named, for SECONDS_EACH seconds (60 unless set). Finds are kept in fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v cargo-fuzz >/dev/null && [ ! -x .tools/bin/cargo-fuzz ]; then
  echo "cargo-fuzz: building it into .tools, once"
  cargo install cargo-fuzz --locked --quiet --root .tools
fi
PATH=$PATH:$PWD/.tools/bin
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cargo fuzz list)
for target in "${targets[@]}"; do
  echo "== $target"
  # The code is safe Rust, so its own checks find what a sanitizer would; without one the stable compiler will do.
  cargo fuzz run --sanitizer none "$target" -- -max_total_time="${SECONDS_EACH:-60}" -print_final_stats=1
done
