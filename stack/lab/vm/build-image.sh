#!/bin/sh
# Makes what a lab host with its own kernel boots from: build-image.sh BASE KERNEL RECIPE OUT
#   BASE    the lab's root file system, which stays as it is
#   KERNEL  what fetch-kernel.sh made
#   RECIPE  the directory this script lies in
#   OUT     gets disk.img (ext4, no partitions) and initrd.img
# Mounts file systems: to be run in a mount namespace of its own, as root.
set -eu
umask 022
base=$1
kernel=$2
recipe=$3
out=$4
version=$(ls "$kernel/modules")

layers=$out/layers
mkdir "$layers"
mount -t tmpfs malachor-lab "$layers"
mkdir "$layers/upper" "$layers/work" "$layers/root"
mount -t overlay -o "lowerdir=$base,upperdir=$layers/upper,workdir=$layers/work" malachor-lab "$layers/root"
root=$layers/root

(cd "$recipe/guest-files" && find . -type f) | while IFS= read -r file; do
  install -D -m 0644 "$recipe/guest-files/$file" "$root/$file"
done
mkdir -p "$root/lib/modules"
cp -a "$kernel/modules/$version" "$root/lib/modules/"
chroot "$root" depmod "$version"

# What the base leaves out because its hosts share a kernel.
for unit in systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket \
  systemd-modules-load.service; do
  chroot "$root" systemctl --quiet unmask "$unit"
done
rm -r "$root/etc/systemd/system/chrony.service.d"
sed -i 's/^DAEMON_OPTS=.*/DAEMON_OPTS="-F 1"/' "$root/etc/default/chrony"
sed -i 's/^local_events.*/local_events = yes/' "$root/etc/audit/auditd.conf"
# Slow under emulation, and of no use there.
chroot "$root" systemctl --quiet mask serial-getty@ttyS0.service e2scrub_reap.service e2scrub_all.timer \
  systemd-pstore.service modprobe@drm.service modprobe@configfs.service modprobe@efi_pstore.service
chroot "$root" systemctl --quiet enable lab-agent.service lab-network.service

echo '/dev/vda / ext4 defaults 0 1' > "$root/etc/fstab"
truncate -s 1G "$out/disk.img"
mke2fs -q -t ext4 -J size=8 -d "$root" "$out/disk.img"
umount "$layers/root" "$layers"
rmdir "$layers"

initrd=$out/initrd
for directory in proc sys dev root modules; do
  mkdir -p "$initrd/$directory"
done
cp "$kernel/busybox" "$initrd/busybox"
install -m 0755 "$recipe/initrd-init" "$initrd/init"
# In the order of their dependencies.
for module in virtio virtio_ring virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk; do
  find "$kernel/modules" -name "$module.ko" -exec cp {} "$initrd/modules/" \;
  if [ -e "$initrd/modules/$module.ko" ]; then echo "$module"; fi
done > "$initrd/modules/order"
(cd "$initrd" && find . | ./busybox cpio -o -H newc | gzip -1) > "$out/initrd.img"
rm -r "$initrd"
