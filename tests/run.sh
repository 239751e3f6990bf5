#!/bin/bash
# Runs every test and sums up; `make test` calls it after set-up and build. A failing part does not keep the others from
# running. Full output is kept in test-output/log/; the last line is `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.."
log=test-output/log
rm -rf "$log" && mkdir -p "$log"

passed=0 failed=0 rows=()

# Sum of the numbers that a pattern captures in a file.
sum() { sed -nE "s/$1/\1/p" "$2" | awk '{ n += $1 } END { print n + 0 }'; }

# part NAME COMMAND…: runs it, shows it, keeps it, counts what it said.
part() {
  local name=$1 file=$log/$1.log began=$SECONDS good bad code
  shift
  printf '\n== %s\n' "$name"
  "$@" 2>&1 | tee "$file"
  code=${PIPESTATUS[0]}
  good=$(( $(sum '.*test result: .* ([0-9]+) passed;.*' "$file") + $(sum '^ℹ pass ([0-9]+)$' "$file")
    + $(sum '^([0-9]+) parts right,.*' "$file") + $(sum '^([0-9]+) passed.* in [0-9].*' "$file")
    + $(sum '^[0-9]+ failed, ([0-9]+) passed.*' "$file") + $(sum '^([0-9]+) passed, [0-9]+ failed$' "$file") + $(grep -c '^ *--- PASS' "$file") ))
  bad=$(( $(sum '.*test result: .* ([0-9]+) failed;.*' "$file") + $(sum '^ℹ fail ([0-9]+)$' "$file")
    + $(sum '^.* ([0-9]+) parts failed$' "$file") + $(sum '^([0-9]+) failed.* in [0-9].*' "$file")
    + $(sum '^[0-9]+ passed, ([0-9]+) failed$' "$file") + $(grep -c '^ *--- FAIL' "$file") ))
  # Something that did not even build or start is a failure, too.
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  passed=$((passed + good)) failed=$((failed + bad))
  rows+=("$(printf '%-10s %5d passed %4d failed %5d s' "$name" "$good" "$bad" $((SECONDS - began)))")
}

cargo_test=(cargo test --release --locked --no-fail-fast)
part unit tests/with-postgres.sh "${cargo_test[@]}" --workspace
part workflow .tools/python/bin/python -m pytest --no-header -p no:cacheprovider sdks/workflow
part python .tools/python/bin/python -m pytest --no-header -p no:cacheprovider -c sdks/python/pyproject.toml sdks/python/tests
part javascript npm --prefix sdks/javascript test
part go sdks/test-go.sh
part pages npm --prefix web test
part docs .tools/python/bin/python -m pytest -q -rs --no-header -p no:cacheprovider tests/docs
# Mostly waiting for desktops, so a few more at a time than there are cores.
part e2e "${cargo_test[@]}" --workspace --test all --test chaos -- --test-threads "${NEN_TEST_THREADS:-3}"
part clients .tools/python/bin/python -m pytest -q --no-header -p no:cacheprovider tests/clients
part input .tools/python/bin/python -m pytest -q -p no:cacheprovider tests/input
part soak env NEN_SOAK_MINUTES=2 NEN_SOAK_DESKTOPS=12 "${cargo_test[@]}" --workspace --test soak -- --nocapture
# Short, and not for its times: that every measurement runs and finds what it should.
part bench bench/run --short --no-peers --results test-output/bench.md
# Compiles everything once more, in a way of its own.
if [ -n "${NEN_FUZZ_SECONDS:-}" ]; then
  # The API has been called in part `input`.
  mapfile -t targets < <(basename -s .rs fuzz/fuzz_targets/*.rs)
  # The same dice each time: what is found then is of a change.
  part fuzz env SECONDS_EACH="$NEN_FUZZ_SECONDS" SEED=1 fuzz/run.sh "${targets[@]}"
fi

printf '\n'
printf '%s\n' "${rows[@]}"
grep -h 'NOT TESTED' "$log"/*.log
echo "$passed passed, $failed failed" | tee test-output/summary
[ "$failed" -eq 0 ]
