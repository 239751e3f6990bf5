#!/bin/bash
# Runs every fuzz target, or the ones named, for SECONDS_EACH seconds (60 unless set), as many at a time as there are cores,
# with other dice each time unless SEED says which (not 0), and then the API itself with as many random cases for each
# operation (`api`). A find does not keep the others from running; it is kept in fuzz/artifacts. The last line is
# `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.."
export seconds=${SECONDS_EACH:-60} seed=${SEED:-0}
if ! command -v cargo-fuzz >/dev/null && [ ! -x .tools/bin/cargo-fuzz ]; then
  echo "cargo-fuzz: building it into .tools, once"
  cargo install cargo-fuzz --version 0.13.2 --locked --quiet --root .tools || exit
fi
PATH=$PATH:$PWD/.tools/bin
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cargo fuzz list; echo api)
python3 fuzz/seeds.py
logs=$(mktemp -d) && trap 'rm -rf "$logs"' EXIT
programs=fuzz/target/$(rustc -vV | sed -n 's/^host: //p')/release
export logs programs

target() {
  local name=$1
  mkdir -p "fuzz/artifacts/$name" "fuzz/corpus/$name"
  if "$programs/$name" "fuzz/corpus/$name" "-artifact_prefix=fuzz/artifacts/$name/" \
    "-seed=$seed" "-max_total_time=$seconds" -timeout=20 -print_final_stats=1 >"$logs/$name" 2>&1
  then touch "$logs/$name.passed"; fi
  printf '== %s\n%s\n' "$name" "$(tail -n 40 "$logs/$name")"
}
api() {
  echo "== api"
  if NEN_INPUT_EXAMPLES=$seconds NEN_INPUT_SEED=${NEN_INPUT_SEED:-$RANDOM} \
    .tools/python/bin/python -m pytest -q -p no:cacheprovider tests/input
  then touch "$logs/api.passed"; fi
}
export -f target

random=() asks_api=
for name in "${targets[@]}"; do
  if [ "$name" = api ]; then asks_api=1; else random+=("$name"); fi
done
if [ ${#random[@]} -gt 0 ]; then
  # The code is safe Rust, so its own checks find what a sanitizer would; without one the stable compiler will do.
  cargo fuzz build --sanitizer none || exit
  printf '%s\n' "${random[@]}" | xargs -P "$(nproc)" -I '{}' bash -c 'target "$@"' - '{}'
fi
[ -z "$asks_api" ] || api

failed=()
for name in "${targets[@]}"; do
  [ -e "$logs/$name.passed" ] || failed+=("$name")
done
for name in "${failed[@]}"; do echo "FAILED $name"; done
echo "$((${#targets[@]} - ${#failed[@]})) passed, ${#failed[@]} failed"
[ ${#failed[@]} -eq 0 ]
