#!/bin/sh
# Builds a minimal Debian root file system as a tarball: build-root-file-system.sh PACKAGES-FILE TARBALL WORK-DIRECTORY
# Needs root, mmdebstrap and zstd; takes about a minute.
set -eu
packages_file=$1
tarball=$2
work=$3
suite=bookworm

packages=$(paste -sd, "$packages_file")
# The mirror this machine itself uses, if it is a Debian; mmdebstrap's own default elsewhere.
mirror=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources 2>/dev/null || true)

# Mounts of its own: nothing stays mounted if it is killed.
unshare --mount mmdebstrap --variant=minbase --include="$packages" \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --aptopt='APT::Install-Recommends "0"' \
  "$suite" "$work/root" ${mirror:+"$mirror"}

tar -C "$work/root" --numeric-owner --xattrs -cf - . | zstd -q -T0 -3 -f -o "$tarball"
rm -rf --one-file-system "$work/root"
