import type { HostDrift } from './check-drift.ts';
import { awake, sleeper } from './plant-on-host.ts';

/** At least one drift for each check of services and time. */
export const serviceDrifts: HostDrift[] = [
  {
    check: 'linux.services.rsyslog_running',
    plant: 'systemctl stop syslog.socket rsyslog',
    undo: 'systemctl start syslog.socket rsyslog',
    says: 'inactive and enabled',
  },
  {
    check: 'linux.services.cron_running',
    plant: 'systemctl -q disable cron',
    undo: 'systemctl -q enable cron',
    status: 'warning',
    says: 'will not start with the host',
  },
  {
    check: 'linux.services.failed_units',
    plant: 'systemd-run -q --wait --unit=broken false || systemctl -q is-failed broken',
    undo: 'systemctl reset-failed broken',
    status: 'warning',
    says: 'broken.service',
  },
  {
    check: 'linux.services.prohibited',
    plant: sleeper('vsftpd'),
    undo: awake('vsftpd'),
    says: 'ftp: vsftpd.service runs',
  },
  {
    check: 'linux.services.prohibited_packages',
    plant: `mkdir -p /root/telnetd/DEBIAN
      printf 'Package: telnetd\\nVersion: 1\\nArchitecture: all\\nMaintainer: n <n@example.org>\\nDescription: none\\n' >/root/telnetd/DEBIAN/control
      dpkg-deb -b /root/telnetd /root/telnetd.deb >/dev/null; dpkg -i /root/telnetd.deb >/dev/null`,
    undo: 'dpkg -P telnetd >/dev/null; rm -r /root/telnetd /root/telnetd.deb',
    status: 'warning',
    says: 'telnetd',
  },
  {
    check: 'linux.services.inetd_entries',
    plant: `mkdir -p /etc/xinetd.d; printf 'service tftp\\n{\\n\\tdisable = no\\n}\\n' >/etc/xinetd.d/tftp
      printf 'telnet stream tcp nowait root /usr/sbin/in.telnetd in.telnetd\\n#ftp stream tcp nowait root x x\\n' >/etc/inetd.conf`,
    undo: 'rm -r /etc/xinetd.d /etc/inetd.conf',
    says: 'telnet in /etc/inetd.conf, tftp in /etc/xinetd.d/tftp',
  },
  {
    check: 'linux.time.sync',
    plant: 'systemctl stop chrony',
    undo: 'systemctl start chrony',
    says: 'Nothing keeps the clock in time',
  },
  {
    check: 'linux.time.chrony_sources',
    plant:
      "cp -p /etc/chrony/chrony.conf /root/kept; sed -i '/^server/d' /etc/chrony/chrony.conf; systemctl restart chrony",
    undo: 'mv /root/kept /etc/chrony/chrony.conf; systemctl restart chrony; chronyc waitsync 100 0 0 0.2 >/dev/null',
    says: 'without any time source',
  },
  {
    check: 'linux.time.authenticated',
    plant: '',
    undo: '',
    parameters: { min_authenticated: 1 },
    status: 'warning',
    says: 'Only 0 of 1',
  },
];
