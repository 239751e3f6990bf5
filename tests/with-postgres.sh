#!/bin/bash
# Runs a command with a PostgreSQL of its own: `tests/with-postgres.sh cargo test -p nen-store`.
# The server listens on a Unix socket in a temporary folder only and is gone, data and all, when the command ends.
# NEN_TEST_POSTGRES names it; when that is set already, the command runs as it is.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT…]" >&2; exit 2; }
[ -z "${NEN_TEST_POSTGRES:-}" ] || exec "$@"

programs=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$programs" ] || { echo "with-postgres: no PostgreSQL: apt-get install postgresql" >&2; exit 1; }

folder=$(mktemp -d /tmp/nen-postgres-XXXXXX)
user=()
if [ "$(id -u)" -eq 0 ]; then # which PostgreSQL refuses to run as
  chown postgres "$folder"
  user=(setpriv --reuid=postgres --regid=postgres --init-groups --reset-env)
fi

finish() {
  "${user[@]}" "$programs/pg_ctl" --pgdata "$folder/data" --mode immediate --silent stop || true
  rm -rf "$folder"
}
trap finish EXIT

cd "$folder" # whoever runs the server may stand here
"${user[@]}" "$programs/initdb" --pgdata "$folder/data" --username postgres --auth trust --encoding UTF8 --locale C.UTF-8 --no-sync \
  >"$folder/initdb.log" || { cat "$folder/initdb.log" >&2; exit 1; }
options="-c listen_addresses='' -k $folder -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200"
"${user[@]}" "$programs/pg_ctl" --pgdata "$folder/data" --log "$folder/data/log" --options "$options" --wait --silent start \
  || { cat "$folder/data/log" >&2; exit 1; }
cd "$OLDPWD"

export NEN_TEST_POSTGRES="postgres://postgres@localhost/postgres?host=$folder"
"$@"
