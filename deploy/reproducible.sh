#!/bin/bash
# Builds the binary twice, from copies in two folders, and compares them byte for byte. `make reproducible`; two whole
# builds. What is compared is what `make dist` gives.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for copy in one another-longer-name; do
  mkdir -p "$work/$copy"
  # What is committed, and the pages, which the binary embeds.
  git archive HEAD | tar -x -C "$work/$copy"
  mkdir -p "$work/$copy/web" && cp -r web/dist "$work/$copy/web/dist"
  # Other times and another order of files in folders than in the first.
  [ "$copy" = one ] || find "$work/$copy" -type f -exec touch -d '2001-01-01' {} +
  SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) "$work/$copy/deploy/dist.sh"
  sha256sum "$work/$copy/target/dist/nen"
done
cmp "$work/one/target/dist/nen" "$work/another-longer-name/target/dist/nen"
echo "reproducible: both are the same"
