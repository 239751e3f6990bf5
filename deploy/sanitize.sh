#!/bin/bash
# Runs the tests of crates with unsafe code under the address sanitizer, which needs a nightly compiler. `make sanitize`.
# The standard library is the usual one: what our own code does with memory is seen, what happens inside of it is not.
set -euo pipefail
cd "$(dirname "$0")/.."
rustup toolchain list 2>/dev/null | grep -q '^nightly' || { echo "sanitize: no nightly toolchain: rustup toolchain install nightly" >&2; exit 1; }
export RUSTFLAGS="${RUSTFLAGS:-} -Zsanitizer=address"
# What lives as long as the process is not lost.
export ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=1
# A folder of its own, and a target named, so that build scripts and macros are not instrumented.
exec cargo +nightly test --locked --target x86_64-unknown-linux-gnu --target-dir target/sanitize \
  -p nen-screen -p nen-host -p nen-desktopd -p nen-egress --lib --tests "$@"
