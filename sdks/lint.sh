#!/bin/bash
# Checks format, lints and types of the clients and of the workflow package.
set -euo pipefail
cd "$(dirname "$0")"
bin=$PWD/../.tools/python/bin

for package in python workflow; do
  (
    cd "$package"
    "$bin/ruff" check --no-cache .
    "$bin/ruff" format --check --no-cache .
    "$bin/mypy" --cache-dir /dev/null
  )
done
(cd javascript && npm run --silent check)
cd go
unformatted=$(gofmt -l .)
[ -z "$unformatted" ] || { echo "gofmt: $unformatted" >&2; exit 1; }
go vet ./...
go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
