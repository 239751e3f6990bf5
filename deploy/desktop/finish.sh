#!/bin/sh
# What is the same for the image of desktops however it is built: places to mount at, and nothing left of the installation.
# There must be nothing in /run: what is mounted there in memory would have its owner and permissions from the image.
# finish.sh ROOT
set -eu
root=${1%/}
mkdir -p "$root/opt/nen/bin" "$root/opt/nen/share" "$root/home/user" "$root/drive" "$root/etc/chromium/policies/managed"
# Fonts are known by when their folders were changed, to the nanosecond, which no layer of an image keeps: every desktop
# would look through them all by itself.
find "$root/usr/share/fonts" -type d -exec touch -d @0 {} +
chroot "$root/" fc-cache --force --system-only
# Files of one desktop, or of its server, go over these.
touch "$root/etc/machine-id"
ln -sf /proc/self/mounts "$root/etc/mtab"
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb \
  "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/usr/share/info/*
# Local desktops have none of these; what is tried there is answered the same way here. No package can be added any more.
rm -rf "$root/boot" "$root/srv" "$root/mnt" "$root/media" "$root/var/lib" "$root/var/log"
# Nobody becomes another user in there.
find "$root/bin" "$root/sbin" "$root/usr" -xdev -type f -perm /6000 -exec chmod a-s {} +
