#!/bin/bash
# Makes the image of desktops in containers from Debian packages, and gives it to the Podman of whoever calls this: no
# registry is asked. Needs mmdebstrap and podman (deploy/setup.sh --fleet). About four minutes.
#   deploy/desktop/image.sh [NAME]          makes it and imports it as NAME, localhost/nen-desktop by default
#   deploy/desktop/image.sh --tar FILE      makes the file that `podman import FILE NAME` takes
# NEN_DESKTOP_PACKAGES names more Debian packages for it, with spaces between them.
set -euo pipefail
from=$PWD
cd "$(dirname "$0")/../.."

name=localhost/nen-desktop tar=
case ${1:-} in
  --tar) tar=${2:?"image.sh --tar FILE"} ;;
  -*) echo "image.sh: unknown argument $1; there is --tar FILE" >&2; exit 2 ;;
  ?*) name=$1 ;;
esac

suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
# Walls are the engine's affair: what the local driver makes them with is not in it.
packages=$(sed -e '/^# sandbox/,/^# display/d' -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' deploy/desktop/packages.txt)
# shellcheck disable=SC2086 # a list
packages=$(printf '%s\n' $packages ${NEN_DESKTOP_PACKAGES:-} | paste -sd ,)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
# Root makes it as root, anybody else in namespaces of their own.
mmdebstrap --quiet --variant=minbase --skip=cleanup/apt --aptopt='APT::Install-Recommends "false"' --include="$packages" \
  --customize-hook='deploy/desktop/finish.sh "$1"' "$suite" "$work/image.tar"
if [ -n "$tar" ]; then (cd "$from" && mv "$work/image.tar" "$tar"); exit; fi
podman import --quiet "$work/image.tar" "$name"
# The first container of an image takes seconds, for a copy of it that belongs to the users in there: better now.
podman run --rm --network none --userns keep-id:uid=1000,gid=1000 --user 1000:1000 "$name" true
