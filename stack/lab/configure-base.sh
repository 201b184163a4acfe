#!/bin/sh
# Turns a plain Debian root file system into a compliant lab host: configure-base.sh ROOT BASE-FILES
# No secrets go in: every lab puts its own SSH key, and every host makes its own host key when it boots.
set -eu
umask 022
root=$1
base_files=$2

(cd "$base_files" && find . -type f) | while IFS= read -r file; do
  install -D -m 0644 "$base_files/$file" "$root/$file"
done
chmod 0440 "$root/etc/sudoers.d/healer"
chmod 0600 "$root/etc/ssh/sshd_config" "$root/etc/ssh/sshd_config.d/10-hardening.conf" "$root/etc/crontab"
chmod 0644 "$root/etc/passwd" "$root/etc/group"
chmod 0640 "$root/etc/shadow" "$root/etc/gshadow"

chmod 0640 "$root/etc/audit/rules.d/50-practice.rules"

# What the checks of accounts and files ask for, before the first account gets its home.
sed -i -e 's/^PASS_MAX_DAYS.*/PASS_MAX_DAYS	365/' -e 's/^UMASK.*/UMASK		027/' "$root/etc/login.defs"
chroot "$root" groupadd --system sugroup
sed -i 's/^#[[:space:]]*\(auth[[:space:]]*required[[:space:]]*pam_wheel\.so\)[[:space:]]*$/\1 group=sugroup/' "$root/etc/pam.d/su"
chmod 0700 "$root"/etc/cron.d "$root"/etc/cron.*ly

chroot "$root" useradd --uid 1000 --create-home --shell /bin/bash healer
for home in root home/healer; do
  install -d -m 0700 "$root/$home/.ssh"
done
chroot "$root" chown healer: /home/healer/.ssh

rm -f "$root"/etc/ssh/ssh_host_* "$root/var/lib/dbus/machine-id"
: > "$root/etc/machine-id"

# Lab hosts share the machine's kernel: chrony must never touch its clock (-x), and the kernel delivers audit events to
# the machine's own audit daemon only.
sed -i 's/^DAEMON_OPTS=.*/DAEMON_OPTS="-F 1 -x"/' "$root/etc/default/chrony"
sed -i -e 's/^local_events.*/local_events = no/' \
  -e 's/^max_log_file_action.*/max_log_file_action = KEEP_LOGS/' \
  -e 's/^\(admin_space_left_action\|disk_full_action\|disk_error_action\).*/\1 = SYSLOG/' "$root/etc/audit/auditd.conf"
chroot "$root" augenrules >/dev/null
chroot "$root" apt-get -qq update

chroot "$root" systemctl --quiet enable \
  ssh-hostkey.service ssh.service nftables.service auditd.service chrony.service cron.service rsyslog.service \
  lab-package-lists.service
# There for checks and runbooks to find: the firewall of a fresh host is nftables, and no upgrade is under way there when
# it is shut down.
chroot "$root" systemctl --quiet disable firewalld.service ufw.service unattended-upgrades.service
for unit in systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket \
  systemd-modules-load.service sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount \
  getty@tty1.service console-getty.service; do
  chroot "$root" systemctl --quiet mask "$unit"
done
