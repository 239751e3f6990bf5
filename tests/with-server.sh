#!/bin/bash
# Runs a command beside a server of its own: `tests/with-server.sh npm --prefix web test`.
# NEN_URL and NEN_API_KEY name it; it keeps its data in a temporary folder and is gone, desktops and all, when the command ends.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT…]" >&2; exit 2; }

nen=$(cd "$(dirname "$0")/.." && pwd)/target/release/nen
folder=$(mktemp -d /tmp/nen-server-XXXXXX)
chmod 711 "$folder" # a desktop's own user must reach its folder
mkfifo "$folder/input" "$folder/output"

# It ends with its input, so also when this script is killed.
"$nen" --json serve --listen 127.0.0.1:0 --data-dir "$folder/data" --stop-with-stdin \
  <"$folder/input" >"$folder/output" 2>"$folder/log" &
server=$!
exec 8>"$folder/input" 9<"$folder/output"
finish() {
  exec 8>&-
  wait "$server" || cat "$folder/log" >&2
  rm -rf "$folder"
}
trap finish EXIT

IFS= read -r -t 60 ready <&9 || { echo "with-server: the server did not start" >&2; exit 1; }
field() { sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/" <<<"$ready"; }
NEN_URL=$(field url) NEN_API_KEY=$(field api_key)
export NEN_URL NEN_API_KEY
"$@" 8>&-
