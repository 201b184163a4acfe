import type { CheckDrift, UnreadableHost } from './check-drift.ts';
import { broken } from './in-layers.ts';

const secrets = '/var/lib/malachor/secrets';
const kept = `mkdir -p ${secrets}; chmod 700 ${secrets}; echo x >${secrets}/key; chmod 600 ${secrets}/key`;
/** The links of a NixOS system: two generations, of which one runs and one was booted. */
const generations = (running: string, booted: string) => `
  mkdir -p /nix/var/nix/profiles /nix/store/a /nix/store/b; echo a >/nix/store/a/kernel; echo b >/nix/store/b/kernel
  ln -s system-7-link /nix/var/nix/profiles/system; ln -s /nix/store/b /nix/var/nix/profiles/system-7-link
  ln -s /nix/store/${running} /run/current-system; ln -s /nix/store/${booted} /run/booted-system`;
const without = 'rm -r /nix; rm /run/current-system /run/booted-system';

/** Drifts of the appliance itself; those of its disk and memory are among the resources. */
export const applianceDrifts: CheckDrift[] = [
  {
    check: 'appliance.generation',
    what: 'an older generation runs',
    plant: generations('a', 'a'),
    undo: without,
    says: 'Generation 7 was rolled out, and another one runs.',
  },
  {
    check: 'appliance.generation',
    what: 'the kernel of the newest generation waits for a restart',
    plant: generations('b', 'a'),
    undo: without,
    status: 'warning',
    says: 'Generation 7 runs, but its kernel only after a restart.',
  },
  {
    check: 'appliance.generation',
    what: 'the newest generation runs',
    plant: generations('b', 'b'),
    undo: without,
    status: 'pass',
    says: 'Generation 7 runs.',
  },
  {
    check: 'appliance.clock',
    what: 'chrony has lost its sources',
    plant: `cp -p /etc/chrony/chrony.conf /root/kept; sed -i '/^server/d' /etc/chrony/chrony.conf; systemctl restart chrony
      until chronyc -n -c tracking | grep -q 'Not synchronised'; do sleep 0.1; done`,
    undo: `mv /root/kept /etc/chrony/chrony.conf; systemctl restart chrony; chronyc waitsync 100 0 0 0.2`,
    says: 'The clock is not synchronised, says chrony.',
  },
  {
    check: 'appliance.services',
    what: 'a service the site asks for does not run',
    plant: 'true',
    parameters: { units: 'dbus.service|dbus-broker.service malachor-appliance.service' },
    says: 'These services do not run: malachor-appliance.service.',
  },
  {
    check: 'appliance.failed_units',
    what: 'a service ended with an error',
    plant: 'systemd-run -q --unit=broken false; until systemctl -q is-failed broken; do sleep 0.05; done',
    undo: 'systemctl reset-failed broken',
    status: 'warning',
    says: 'These units have failed: broken.service.',
  },
  {
    check: 'appliance.firewall',
    what: 'the rules are flushed',
    plant: 'nft flush ruleset',
    undo: 'systemctl restart nftables',
    says: /^The firewall lets in what no rule allows/u,
  },
  {
    check: 'appliance.credentials',
    what: 'others may read a key and look into its directory',
    plant: `${kept}; chmod 755 ${secrets}; chmod 640 ${secrets}/key`,
    says: `Others may read or change ${secrets} is 755, at most 700, ${secrets}/key is 640, at most 600.`,
  },
  {
    check: 'appliance.credentials',
    what: 'a certificate runs out in three days',
    plant: `${kept}; openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=box -days 3 \\
      -keyout ${secrets}/box.key -out ${secrets}/box.crt; chmod 600 ${secrets}/*`,
    says: /^These certificates run out: \/var\/lib\/malachor\/secrets\/box\.crt, on /u,
  },
  {
    check: 'appliance.credentials',
    what: 'keys are for their owner alone',
    plant: kept,
    status: 'pass',
    says: '1 keys and certificates are for their owner alone and valid.',
  },
];

export const applianceUnreadable: UnreadableHost[] = [
  {
    check: 'appliance.generation',
    what: 'sed fails',
    plant: broken('sed'),
  },
  { check: 'appliance.clock', what: 'nobody can say', plant: 'rm /usr/bin/chronyc /usr/bin/timedatectl' },
  { check: 'appliance.services', what: 'systemctl fails', plant: broken('systemctl') },
  { check: 'appliance.firewall', what: 'nft fails', plant: broken('nft') },
  { check: 'appliance.credentials', what: 'stat fails', plant: `${kept}; ${broken('stat')}` },
];
