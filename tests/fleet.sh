#!/bin/bash
# Runs the suites of desktops and runs, unchanged, on each driver that this machine can run; `make test-fleet` calls it after
# set-up and build. What a machine cannot do is named with NOT TESTED and counted. The last line is `N passed, N failed`.
#   tests/fleet.sh [DRIVER…]      local, container
set -uo pipefail
cd "$(dirname "$0")/.."
log=$PWD/test-output/fleet
rm -rf "$log" && mkdir -p "$log"

source tests/parts.sh
untested=0

# without NAME WHY: a test that this driver cannot pass here.
without() {
  echo "NOT TESTED $driver: $1: $2" | tee -a "$log/untested"
  skips+=(--skip "$1")
  untested=$((untested + 1))
}

suites() {
  part "$driver" cargo test --release --locked --no-fail-fast --workspace --test all --test chaos -- \
    --test-threads "${NEN_TEST_THREADS:-3}" "${skips[@]}"
}

run_local() { suites; }

# Rootless Podman, as the user who calls this; root has a user for it. Its home is the tests' own, and so are the images and
# containers in it, which stay for the next time.
run_container() {
  local user home image=test-output/desktop-image.tar stamp engine socket
  user=$(id -un) home=${XDG_CACHE_HOME:-$HOME/.cache}/nen-fleet
  if [ "$(id -u)" -eq 0 ]; then
    user=nen-test home=/var/lib/nen-test/fleet
    # An ordinary user, so that it gets subordinate ids.
    id "$user" >/dev/null 2>&1 || useradd --create-home --home-dir /var/lib/nen-test --shell /usr/sbin/nologin "$user"
  fi
  mkdir -p "$home/.config/containers" "$home/run"
  printf '[engine]\ncgroup_manager="cgroupfs"\nruntime="runc"\nevents_logger="file"\n' >"$home/.config/containers/containers.conf"
  printf '[storage]\ndriver="overlay"\n' >"$home/.config/containers/storage.conf"
  [ "$(id -u)" -ne 0 ] || chown -R "$user:" "$home/.config" "$home/run" && chown "$user:" "$home"
  # Becomes podman, so that a job's number is its own.
  engine_podman() {
    local variables=(HOME="$home" XDG_RUNTIME_DIR="$home/run" PATH=/usr/sbin:/usr/bin:/sbin:/bin)
    cd / || exit
    if [ "$(id -u)" -eq 0 ]; then
      exec setpriv --reuid "$user" --regid "$user" --init-groups env -i "${variables[@]}" podman "$@"
    fi
    exec env -i "${variables[@]}" podman "$@"
  }
  # Of a test that was broken off, or of before the machine was started.
  (engine_podman rm --all --force) >/dev/null 2>&1
  (engine_podman system migrate) >/dev/null 2>&1
  rm -rf "$home/run" && mkdir -m 700 "$home/run"
  [ "$(id -u)" -ne 0 ] || chown "$user:" "$home/run"
  # Made anew when something that it is made from has changed.
  stamp=$(cat deploy/desktop/{packages.txt,finish.sh,image.sh} | sha256sum | cut -c 1-12)
  if ! (engine_podman image exists "localhost/nen-desktop:$stamp"); then
    echo "fleet: making the desktops' image"
    deploy/desktop/image.sh --tar "$image" || return
    (engine_podman rmi --all --force) >/dev/null 2>&1
    (engine_podman import --quiet - "localhost/nen-desktop:$stamp") <"$image" || return
    rm "$image"
    (engine_podman run --rm --network none --userns keep-id:uid=1000,gid=1000 --user 1000:1000 \
      "localhost/nen-desktop:$stamp" true) || return
  fi
  socket=$home/run/nen.sock
  engine_podman system service --time=0 "unix://$socket" 2>"$log/engine.log" &
  engine=$!
  # shellcheck disable=SC2064 # as it is now
  trap "kill $engine 2>/dev/null" EXIT
  timeout 20 bash -c "until [ -S '$socket' ]; do read -rt 0.05 <> <(:) || :; done" || return

  without hostile::a_full_drive_says_so_and_can_be_emptied "an engine mounts no disk of ours"
  without backup::the_disk_of_a_paused_desktop_is_whole "an engine mounts no disk of ours"
  without power::a_power_cut_loses_nothing_that_was_answered "its disk is mounted where an engine does not see it"
  NEN_DRIVER=container NEN_CONTAINER_SOCKET=$socket NEN_CONTAINER_IMAGE=localhost/nen-desktop:$stamp suites
  part leftovers nothing_left
  kill "$engine" && wait "$engine"
  # Ends the process that keeps its namespaces, too.
  (engine_podman system migrate) >/dev/null 2>&1
  return 0
}

# Of all the desktops no container is left, running or not.
nothing_left() {
  local left
  left=$(engine_podman ps --all --quiet --filter label=nen.desktop) || return
  [ -z "$left" ] && echo "test result: ok. 1 passed; 0 failed;"
}

[ $# -gt 0 ] || set -- local container
for driver; do
  skips=()
  case $driver in
    local | container) "run_$driver" || { failed=$((failed + 1)); rows+=("$driver did not begin"); } ;;
    *) echo "fleet.sh: unknown driver $driver; there are local, container" >&2; exit 2 ;;
  esac
done

printf '\n'
printf '%s\n' "${rows[@]}"
[ ! -e "$log/untested" ] || cat "$log/untested"
grep -h '^NOT TESTED' "$log"/*.log 2>/dev/null | sort -u
echo "$untested tests left out"
echo "$passed passed, $failed failed" | tee "$log/summary"
[ "$failed" -eq 0 ]
