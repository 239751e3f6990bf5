#!/bin/bash
# Builds the binary that is given to others, target/dist/nen: the same bytes from the same commit, compiler and pages,
# wherever it is built. `make dist`.
set -euo pipefail
cd "$(dirname "$0")/.."
home=${CARGO_HOME:-$HOME/.cargo}
sysroot=$(rustc --print sysroot)
flags="--remap-path-prefix=$PWD=/nen --remap-path-prefix=$home=/cargo --remap-path-prefix=$sysroot=/rust"
# C code of dependencies (SQLite, zstd, ring) has paths in its messages, too.
c_flags="-ffile-prefix-map=$PWD=/nen -ffile-prefix-map=$home=/cargo"
# The pages are embedded with their times: the commit's.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export RUSTFLAGS=$flags CFLAGS=$c_flags CXXFLAGS=$c_flags CARGO_INCREMENTAL=0 LC_ALL=C TZ=UTC
exec cargo build --profile dist --locked -p nen
