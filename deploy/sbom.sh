#!/bin/bash
# Writes what Nen is made of as CycloneDX into target/sbom: the binary's crates, the pages' packages, what workflows can
# import. Each list comes from the lock file that the build uses. `make sbom`.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly CARGO_CYCLONEDX=0.5.9
readonly CYCLONEDX_BOM=7.5.0
out=$PWD/target/sbom
rm -rf "$out" && mkdir -p "$out"

if ! .tools/bin/cargo-cyclonedx cyclonedx --version 2>/dev/null | grep -qF "$CARGO_CYCLONEDX"; then
  echo "sbom: building cargo-cyclonedx into .tools, once"
  cargo install "cargo-cyclonedx@$CARGO_CYCLONEDX" --locked --quiet --root .tools
fi
if [ ! -x .tools/sbom/bin/cyclonedx-py ]; then
  echo "sbom: bringing cyclonedx-bom into .tools/sbom, once"
  python3 -m venv .tools/sbom
  .tools/sbom/bin/pip install --quiet --disable-pip-version-check "cyclonedx-bom==$CYCLONEDX_BOM"
fi

# The time of the commit, so that one commit has one list.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH

# It writes beside each Cargo.toml, also of crates that only tests use; only the binary's is kept.
trap 'find crates tests -name "nen-sbom.json" -not -path "*/node_modules/*" -delete' EXIT
CARGO_NET_OFFLINE=${CARGO_NET_OFFLINE:-false} PATH=$PATH:$PWD/.tools/bin cargo cyclonedx --quiet \
  --manifest-path crates/nen/Cargo.toml --format json --spec-version 1.5 --target x86_64-unknown-linux-gnu \
  --no-build-deps --override-filename nen-sbom
mv crates/nen/nen-sbom.json "$out/nen.cdx.json"

PATH=$PWD/.tools/node/bin:$PATH npm --prefix web sbom --package-lock-only --sbom-format cyclonedx --sbom-type application \
  >"$out/web.cdx.json"
.tools/sbom/bin/cyclonedx-py requirements --output-reproducible --of JSON --sv 1.5 \
  -o "$out/workflow-python.cdx.json" deploy/workflow/requirements.txt

deploy/sbom-check.py "$out"
