#!/bin/bash
# Checks the systemd units, where there is systemd-analyze: every directive known, every value of its kind.
set -euo pipefail
cd "$(dirname "$0")"
command -v systemd-analyze >/dev/null || { echo "units: NOT TESTED, there is no systemd-analyze"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for unit in systemd/*.service; do
  # The program need not be installed here.
  sed 's:/usr/local/bin/nen:/usr/bin/true:' "$unit" >"$work/${unit##*/}"
done
# It says what is wrong and, in older versions, ends well all the same.
said=$(systemd-analyze verify --man=no "$work"/*.service 2>&1) || true
# Known from systemd 254 on; older ones do without.
said=$(grep -Ev "Unknown key( name)? 'DelegateSubgroup'" <<<"$said") || true
[ -z "$said" ] || { echo "$said" >&2; exit 1; }
