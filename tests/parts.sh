# What runs the parts of a test run and counts what they say; sourced. The caller has set `log`, the folder that keeps their
# output, and reads `passed`, `failed` and `rows`.
# shellcheck shell=bash disable=SC2034,SC2154
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
