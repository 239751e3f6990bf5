#!/bin/bash
# Runs every test and sums up; `make test` calls it after set-up and build. A failing part does not keep the others from
# running. Full output is kept in test-output/log/; the last line is `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.."
log=test-output/log
rm -rf "$log" && mkdir -p "$log"

source tests/parts.sh

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
