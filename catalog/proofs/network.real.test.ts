import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import { proofHost } from '../../test/setup/proof-host.ts';
import { firewallDrifts } from './firewall-drifts.ts';
import { kernelSettingDrifts } from './kernel-setting-drifts.ts';
import { networkDrifts } from './network-drifts.ts';
import { awake, listen, silence, sleeper } from './plant-on-host.ts';
import { serviceDrifts } from './service-drifts.ts';

/**
 * Checks of firewall, services, network, kernel settings and time on a real host: each passes when the host is fresh, finds
 * its drift, passes again without it, and is an error, never a verdict, where its probe cannot read.
 */
jest.setTimeout(120_000);
const proof = proofHost();
const drifts = [...firewallDrifts, ...serviceDrifts, ...networkDrifts, ...kernelSettingDrifts];
/** Programs that fail, and the checks whose probes need them; `first` makes the host one that the probe looks at. */
const unreadable: {
  program: string;
  checks: string[];
  first?: string;
  undo?: string;
  parameters?: ParameterValues;
  /** `error` without it. */
  outcome?: 'unknown';
}[] = [
  {
    program: 'nft',
    checks: ['default_deny', 'persistent', 'loopback', 'wide_rules'].map((name) => `linux.firewall.${name}`),
  },
  {
    program: 'systemctl',
    checks: [
      'linux.services.rsyslog_running',
      'linux.services.cron_running',
      'linux.services.failed_units',
      'linux.services.prohibited',
      'linux.time.sync',
    ],
  },
  {
    program: 'awk',
    checks: [
      ...['ip_forwarding', 'redirects_accepted', 'redirects_sent', 'icmp_ignored', 'reverse_path_filter'],
      ...['source_routing', 'martians_logged', 'syn_cookies', 'router_advertisements'],
    ].map((name) => `linux.kernel.${name}`),
  },
  {
    program: 'awk',
    first:
      'mkdir /etc/snmp /etc/samba; for f in /etc/inetd.conf /etc/exports /etc/snmp/snmpd.conf /etc/samba/smb.conf; do echo x >$f; done',
    undo: 'rm -r /etc/snmp /etc/samba /etc/inetd.conf /etc/exports',
    checks: [
      'linux.services.inetd_entries',
      'linux.network.nfs_exports',
      'linux.network.snmp_communities',
      'linux.network.samba',
      'linux.network.dns_resolvers',
    ],
  },
  { program: 'dpkg-query', checks: ['linux.services.prohibited_packages'] },
  {
    program: 'ss',
    checks: ['listening_sockets', 'prohibited_ports', 'external_bindings'].map(
      (name) => `linux.network.${name}`,
    ),
  },
  { program: 'ip', checks: ['linux.network.routes'] },
  {
    program: 'resolvectl',
    first: `${sleeper('systemd-resolved')}; printf '#!/bin/sh\\n' >/usr/local/bin/resolvectl; chmod +x /usr/local/bin/resolvectl`,
    undo: `${awake('systemd-resolved')}; rm /usr/local/bin/resolvectl`,
    checks: ['linux.network.name_broadcasts'],
  },
  {
    // Each destination is tried by a process of its own, and nothing is known of one that said nothing.
    program: 'perl',
    parameters: { destinations: 'self=127.0.0.1:22' },
    checks: ['linux.network.required_destinations'],
    outcome: 'unknown',
  },
  { program: 'chronyc', checks: ['linux.time.chrony_sources', 'linux.time.authenticated'] },
];

test('a fresh host passes every check, and a container is no host whose kernel can be judged', async () => {
  const ids = [...new Set(drifts.map(({ check }) => check))];
  for (const id of ids) expect({ id, ...(await proof.judge(id)) }).toMatchObject({ id, status: 'pass' });
  for (const id of ['linux.mac.apparmor_enforcing', 'linux.mac.unconfined_processes'])
    expect({ id, ...(await proof.judge(id)) }).toMatchObject({ id, status: 'unknown' });
  expect(await proof.judge('linux.mac.selinux_enforcing')).toMatchObject({ status: 'pass' });
});

test.each(drifts)('$check finds its drift: $says', async (each) => {
  const { check, status = 'fail', says } = each;
  const found = await proof.judgeDrift(each);
  expect(found).toMatchObject({ status });
  expect(found.message).toContain(says);
  expect(await proof.judge(check)).toMatchObject({ status: 'pass' });
});

test.each(unreadable)('without $program nothing is judged: $checks', async (each) => {
  const { program, checks, first = '', undo = '', parameters, outcome = 'error' } = each;
  await proof.run(first);
  const path = (await proof.run(`command -v ${program}`)).stdout.trim();
  await proof.run(`mv ${path} ${path}.away; printf '#!/bin/sh\\nexit 9\\n' >${path}; chmod +x ${path}`);
  const outcomes = [];
  for (const id of checks) {
    const found = await proof.judge(id, { ...(parameters && { parameters }) }).then(
      ({ status }) => status,
      () => 'error',
    );
    outcomes.push({ id, outcome: found });
  }
  await proof.run(`mv ${path}.away ${path}\n${undo}`);
  expect(outcomes).toEqual(checks.map((id) => ({ id, outcome })));
});

test('a service, a socket and a database that the site allows are no drift', async () => {
  await proof.run(`${sleeper('cups')}\n${listen(5432)}`);
  const found = [
    await proof.judge('linux.services.prohibited', { parameters: { allowed: 'ftp,cups' } }),
    await proof.judge('linux.network.listening_sockets', {
      parameters: { allowed: 'tcp/22/sshd,tcp/5432/busybox' },
    }),
    await proof.judge('linux.network.external_bindings', { parameters: { allowed: '5432' } }),
    await proof.judge('linux.network.required_destinations', {
      parameters: { destinations: 'db=127.0.0.1:5432' },
    }),
  ];
  await proof.run(`${awake('cups')}\n${silence}`);
  expect(found.map(({ status }) => status)).toEqual(['pass', 'pass', 'pass', 'pass']);
});
