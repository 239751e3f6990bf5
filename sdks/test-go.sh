#!/bin/bash
# Tests the Go client with the two newest releases of Go; Go itself brings the one that is not here.
set -euo pipefail
cd "$(dirname "$0")/go"
for release in go1.26.8 go1.27.3; do
  GOTOOLCHAIN=$release go version
  GOTOOLCHAIN=$release go test -count=1 -v ./...
done
