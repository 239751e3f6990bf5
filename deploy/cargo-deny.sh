#!/bin/bash
# Runs cargo-deny with the arguments given, building it into .tools once when it is not there.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v cargo-deny >/dev/null && [ ! -x .tools/bin/cargo-deny ]; then
  echo "cargo-deny: building it into .tools, once"
  cargo install cargo-deny@0.20.2 --locked --quiet --root .tools
fi
PATH=$PATH:$PWD/.tools/bin exec cargo deny "$@"
