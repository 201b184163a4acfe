import type { HostDrift } from './check-drift.ts';
import { kernelSettings, set } from './plant-on-host.ts';

/** At least one drift for each check of the kernel’s network settings. */
export const kernelSettingDrifts: HostDrift[] = [
  {
    check: 'linux.kernel.ip_forwarding',
    plant: set('net.ipv4.ip_forward=1'),
    undo: kernelSettings,
    says: 'passes on IPv4',
  },
  {
    check: 'linux.kernel.redirects_accepted',
    plant: set('net.ipv4.conf.eth0.accept_redirects=1', 'net.ipv6.conf.eth0.accept_redirects=1'),
    undo: kernelSettings,
    says: 'eth0, eth0 over IPv6',
  },
  {
    check: 'linux.kernel.redirects_sent',
    plant: set('net.ipv4.conf.default.send_redirects=1'),
    undo: kernelSettings,
    says: 'default',
  },
  {
    check: 'linux.kernel.icmp_ignored',
    plant: set('net.ipv4.icmp_echo_ignore_broadcasts=0'),
    undo: kernelSettings,
    says: 'to everybody',
  },
  {
    check: 'linux.kernel.reverse_path_filter',
    plant: set('net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.eth0.rp_filter=0'),
    undo: kernelSettings,
    says: 'eth0',
  },
  {
    check: 'linux.kernel.source_routing',
    plant: set('net.ipv4.conf.all.accept_source_route=1', 'net.ipv4.conf.eth0.accept_source_route=1'),
    undo: kernelSettings,
    says: 'eth0',
  },
  {
    check: 'linux.kernel.martians_logged',
    plant: set('net.ipv4.conf.all.log_martians=0', 'net.ipv4.conf.eth0.log_martians=0'),
    undo: kernelSettings,
    says: 'eth0',
  },
  {
    check: 'linux.kernel.syn_cookies',
    plant: set('net.ipv4.tcp_syncookies=0'),
    undo: kernelSettings,
    says: 'off',
  },
  {
    check: 'linux.kernel.router_advertisements',
    plant: set('net.ipv6.conf.eth0.accept_ra=1'),
    undo: kernelSettings,
    says: 'eth0',
  },
];
