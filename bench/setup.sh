#!/bin/bash
# Installs what the peers need: Debian packages, and Python packages into bench/.peers. Safe to run again: when nothing
# is missing it changes nothing and ends at once.
set -euo pipefail
cd "$(dirname "$0")"

mapfile -t wanted < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' packages.txt | sort -u)
mapfile -t missing < <(comm -23 <(printf '%s\n' "${wanted[@]}") \
  <(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "${wanted[@]}" 2>/dev/null | sed -n 's/^ii *//p' | sort -u))
if [ "${#missing[@]}" -gt 0 ]; then
  echo "bench: installing ${missing[*]}" >&2
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "bench: no right to install ${missing[*]}" >&2; exit 1; }
    as_root=(sudo --)
  fi
  apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet --quiet -o Dpkg::Use-Pty=0)
  "${apt[@]}" update >&2
  "${apt[@]}" install --yes --no-install-recommends "${missing[@]}" >&2
fi

if ! cmp --silent requirements.txt .peers/requirements.txt; then
  echo "bench: bringing the peers into bench/.peers" >&2
  rm -rf .peers
  /usr/bin/python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
    --target .peers -r requirements.txt >&2
  chmod -R go+rX .peers
  cp requirements.txt .peers/requirements.txt
fi
