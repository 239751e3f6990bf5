#!/bin/bash
# Runs every fuzz target, or the ones named, for SECONDS_EACH seconds (60 unless set), and the API itself with as many
# random cases for each operation (`api`). A find does not keep the others from running; it is kept in fuzz/artifacts.
# The last line is `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.."
seconds=${SECONDS_EACH:-60}
if ! command -v cargo-fuzz >/dev/null && [ ! -x .tools/bin/cargo-fuzz ]; then
  echo "cargo-fuzz: building it into .tools, once"
  cargo install cargo-fuzz --version 0.13.2 --locked --quiet --root .tools || exit
fi
PATH=$PATH:$PWD/.tools/bin
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cargo fuzz list; echo api)
python3 fuzz/seeds.py

# The code is safe Rust, so its own checks find what a sanitizer would; without one the stable compiler will do.
fuzz() { cargo fuzz run --sanitizer none "$1" -- -max_total_time="$seconds" -timeout=20 -print_final_stats=1; }
api() {
  NEN_INPUT_EXAMPLES=$seconds NEN_INPUT_SEED=${NEN_INPUT_SEED:-$RANDOM} \
    .tools/python/bin/python -m pytest -q -p no:cacheprovider tests/input
}

passed=0 failed=()
for target in "${targets[@]}"; do
  echo "== $target"
  run=(fuzz "$target")
  [ "$target" != api ] || run=(api)
  if "${run[@]}"; then passed=$((passed + 1)); else failed+=("$target"); fi
done
for target in "${failed[@]}"; do echo "FAILED $target"; done
echo "$passed passed, ${#failed[@]} failed"
[ ${#failed[@]} -eq 0 ]
