import type { HostDrift } from './check-drift.ts';
import { awake, listen, silence, sleeper } from './plant-on-host.ts';

/** At least one drift for each check of what the host does on the network. */
export const networkDrifts: HostDrift[] = [
  {
    check: 'linux.network.listening_sockets',
    plant: listen(4444),
    undo: silence,
    says: '4444 busybox',
  },
  { check: 'linux.network.prohibited_ports', plant: listen(23), undo: silence, says: 'telnet: tcp' },
  {
    check: 'linux.network.external_bindings',
    plant: listen(5432),
    undo: silence,
    says: 'postgresql on',
  },
  {
    check: 'linux.network.dns_resolvers',
    plant: 'cp /etc/resolv.conf /root/kept; echo nameserver 8.8.8.8 >/etc/resolv.conf',
    undo: 'cp /root/kept /etc/resolv.conf; rm /root/kept',
    says: '8.8.8.8',
  },
  {
    check: 'linux.network.routes',
    plant: `ip route add 10.99.0.0/16 via "$(ip -4 -o addr show eth0 | sed 's/.*inet \\([0-9.]*\\)[.][0-9]*[/].*/\\1.1/')"`,
    undo: 'ip route del 10.99.0.0/16',
    says: '10.99.0.0/16',
  },
  {
    check: 'linux.network.required_destinations',
    plant: '',
    undo: '',
    parameters: { destinations: 'labs=127.0.0.1:9,backup=127.0.0.1:22' },
    says: 'labs 127.0.0.1 9 refused',
  },
  {
    // systemd-resolved is not on these hosts: a unit of its name and what resolvectl(1) prints stand for it.
    check: 'linux.network.name_broadcasts',
    plant: `${sleeper('systemd-resolved')}
      printf '#!/bin/sh\\necho Global: yes\\necho "Link 2 (eth0): no"\\n' >/usr/local/bin/resolvectl; chmod +x /usr/local/bin/resolvectl`,
    undo: `${awake('systemd-resolved')}; rm /usr/local/bin/resolvectl`,
    says: 'LLMNR: Global: yes',
  },
  {
    check: 'linux.network.snmp_communities',
    plant: `${sleeper('snmpd')}; mkdir /etc/snmp; echo 'rocommunity s3cret 10.0.0.0/8' >/etc/snmp/snmpd.conf`,
    undo: `${awake('snmpd')}; rm -r /etc/snmp`,
    says: 'rocommunity for 10.0.0.0/8 in /etc/snmp/snmpd.conf',
  },
  {
    check: 'linux.network.nfs_exports',
    plant: `printf '/srv/a 10.0.0.0/24(rw)\\n/srv/b host.example \\\\\\n  (rw)\\n' >/etc/exports`,
    undo: 'rm /etc/exports',
    says: '/srv/b for everybody',
  },
  {
    check: 'linux.network.nfs_exports',
    plant: `printf '"/srv/with space" host.example(rw,no_root_squash)\\n' >/etc/exports`,
    undo: 'rm /etc/exports',
    says: '/srv/with space for host.example with no_root_squash',
  },
  {
    check: 'linux.network.samba',
    plant: `mkdir /etc/samba; printf '[global]\\n server min protocol = NT1\\n' >/etc/samba/smb.conf`,
    undo: 'rm -r /etc/samba',
    says: 'NT1',
  },
  {
    check: 'linux.network.samba',
    plant: `mkdir /etc/samba; printf '[global]\\n[scans]\\n path = /srv\\n  Public = Yes\\n[own]\\n guest ok = no\\n' >/etc/samba/smb.conf`,
    undo: 'rm -r /etc/samba',
    says: 'shares scans',
  },
];
