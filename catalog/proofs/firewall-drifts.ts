import type { HostDrift } from './check-drift.ts';
import { reloadRules, set } from './plant-on-host.ts';

/** At least one drift for each check of the firewall. */
export const firewallDrifts: HostDrift[] = [
  { check: 'linux.firewall.default_deny', plant: 'nft flush ruleset', undo: reloadRules, says: 'lets in' },
  {
    check: 'linux.firewall.default_deny',
    plant: `nft add chain inet filter others; nft add rule inet filter others accept
      nft insert rule inet filter input counter jump others`,
    undo: reloadRules,
    says: 'inet filter input accept',
  },
  {
    check: 'linux.firewall.default_deny',
    plant: `nft flush ruleset; nft add table ip filter
      nft add chain ip filter input '{ type filter hook input priority 0; policy drop; }'
      nft add rule ip filter input accept; nft delete rule ip filter input handle 2
      nft add rule ip filter input tcp dport 22 accept`,
    undo: reloadRules,
    says: 'over IPv6',
  },
  {
    check: 'linux.firewall.persistent',
    plant: 'systemctl -q disable nftables',
    undo: 'systemctl -q enable nftables',
    says: 'After a restart',
  },
  {
    check: 'linux.firewall.persistent',
    plant: 'cp /etc/nftables.conf /root/kept; echo nonsense >>/etc/nftables.conf',
    undo: 'cp /root/kept /etc/nftables.conf; rm /root/kept',
    says: 'broken',
  },
  {
    check: 'linux.firewall.loopback',
    plant: 'nft insert rule inet filter input iif lo drop',
    undo: reloadRules,
    says: 'drops what the host sends to itself',
  },
  {
    check: 'linux.firewall.loopback',
    plant: set('net.ipv4.conf.eth0.route_localnet=1'),
    undo: set('net.ipv4.conf.eth0.route_localnet=0'),
    says: 'taken from outside by eth0',
  },
  {
    check: 'linux.firewall.wide_rules',
    plant: 'nft insert rule inet filter input meta l4proto tcp ct state new accept',
    undo: reloadRules,
    says: 'meta l4proto tcp ct state new accept',
  },
  {
    check: 'linux.firewall.wide_rules',
    plant: 'nft insert rule inet filter input iifname wg0 accept',
    undo: reloadRules,
    status: 'warning',
    says: 'wg0',
  },
];
