#!/bin/sh
# Unpacks Debian's kernel for virtual machines and a static busybox: fetch-kernel.sh DIRECTORY
# Nothing is installed anywhere. Needs root and mmdebstrap; takes some fifteen seconds.
set -eu
directory=$1
suite=bookworm

# The mirror this machine itself uses, if it is a Debian; mmdebstrap's own default elsewhere.
mirror=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources 2>/dev/null || true)

unshare --mount mmdebstrap --variant=extract --include=linux-image-cloud-amd64,busybox-static \
  --aptopt='APT::Install-Recommends "0"' \
  "$suite" "$directory/packages" ${mirror:+"$mirror"}

mkdir "$directory/modules"
cp "$directory"/packages/boot/vmlinuz-* "$directory/vmlinuz"
cp "$directory/packages/bin/busybox" "$directory/busybox"
mv "$directory"/packages/lib/modules/* "$directory/modules/"
rm -rf --one-file-system "$directory/packages"
