import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { readCatalog } from '../../catalog/read-catalog.ts';
import type { Observation } from '../../contracts/observation.ts';
import type { LabHost } from '../../stack/lab/lab.ts';
import { testLab } from '../../test/setup/lab.ts';
import { createCatalogSource } from '../catalog-source.ts';
import { createCollectors } from '../collectors/create-collectors.ts';
import type { SshHostConfig } from '../config.ts';
import { SshTransport } from '../transports/ssh/ssh-transport.ts';
import { Scanner } from './scanner.ts';

jest.setTimeout(60_000);
const lab = testLab();
const transports: SshTransport[] = [];
let machine: LabHost;
beforeAll(async () => {
  machine = await lab.addHost({ diskMegabytes: 48 });
});
afterAll(async () => {
  await Promise.all(transports.map((transport) => transport.close()));
  await lab.stop();
});

function configOf({ id, address, port, user, identityFile, hostKey }: LabHost): SshHostConfig {
  return { id, address, port, user, identityFile, hostKey, baseline: 'linux-server' };
}

function scannerOf(...hosts: SshHostConfig[]): Scanner {
  const transport = new SshTransport({ hosts, connectTimeoutMs: 5_000 });
  transports.push(transport);
  return new Scanner({
    site: 'main-street',
    hosts,
    catalog: createCatalogSource(join(process.cwd(), 'catalog'), readCatalog),
    transport,
    collectors: createCollectors(),
    now: Date.now,
    newId: randomUUID,
  });
}

const statuses = (observations: Observation[]) =>
  Object.fromEntries(observations.map(({ check, status }) => [check, status]));

test('a compliant host passes the whole baseline, and a drift on it shows as that check alone', async () => {
  const scanner = scannerOf(configOf(machine));
  const before = await scanner.scanHosts({ site: 'main-street' });
  expect(before.hosts).toEqual([
    {
      host: machine.id,
      os: { family: 'linux', id: 'debian', version: '12' },
      reachable: true,
      baseline: 'linux-server',
    },
  ]);
  expect(before.observations.length).toBeGreaterThan(5);
  expect(new Set(Object.values(statuses(before.observations)))).toEqual(new Set(['pass']));

  await lab.run(machine.id, 'useradd -o -u 0 -M -d /root -s /usr/sbin/nologin toor');
  const after = await scanner.scanHosts({ site: 'main-street' });
  await lab.run(machine.id, 'sed -i /^toor:/d /etc/passwd /etc/shadow');
  expect(statuses(after.observations)).toEqual({
    ...statuses(before.observations),
    'linux.accounts.extra_uid0': 'fail',
  });
});

test('one host that is away does not keep the others from being read', async () => {
  const away = { ...configOf(machine), id: 'away', address: machine.address.replace(/\d+$/, '250') };
  const report = await scannerOf(away, configOf(machine)).scanHosts({ site: 'main-street' });
  expect(report.hosts.map(({ host, reachable }) => [host, reachable])).toEqual([
    ['away', false],
    [machine.id, true],
  ]);
  const [first, ...rest] = report.observations.filter(({ host }) => host === 'away');
  expect(first).toMatchObject({ status: 'error', error: { code: 'host_unreachable' } });
  expect(rest.every(({ error }) => error?.code === 'host_unreachable')).toBe(true);
});

test('sudo refused is an error of every check that needs it, and drift of none', async () => {
  await lab.run(machine.id, 'mv /etc/sudoers.d/healer /root/healer');
  const report = await scannerOf(configOf(machine)).scanHosts({ site: 'main-street' });
  await lab.run(machine.id, 'mv /root/healer /etc/sudoers.d/healer');
  const refused = report.observations.filter(({ error }) => error?.code === 'sudo_refused');
  expect(refused.length).toBeGreaterThan(0);
  expect(report.observations.filter(({ status }) => status === 'fail')).toEqual([]);
});

test('a full disk does not keep a host from being read', async () => {
  await lab.run(machine.id, 'head -c 200000000 /dev/zero > /var/full || :');
  const report = await scannerOf(configOf(machine)).scanHosts({ site: 'main-street' });
  await lab.run(machine.id, 'rm /var/full');
  const failed = report.observations.filter(({ status }) => status !== 'pass').map(({ check: id }) => id);
  expect(failed).toEqual(['linux.disk.space']);
});

test('a clock ten minutes off comes with every observation, and fails the check of time', async () => {
  // All hosts of a machine share its kernel's clock, so the host's date(1) is what is put off here.
  await lab.run(
    machine.id,
    `mv /usr/bin/date /usr/bin/date.real
     cat > /usr/bin/date <<'EOF'
#!/bin/sh
for word; do case $word in -d*|-r*|--date*|--reference*) exec /usr/bin/date.real "$@" ;; esac; done
exec /usr/bin/date.real -d '-600 seconds' "$@"
EOF
     chmod 755 /usr/bin/date`,
  );
  const report = await scannerOf(configOf(machine)).scanHosts({ site: 'main-street' });
  await lab.run(machine.id, 'mv /usr/bin/date.real /usr/bin/date');
  for (const { clockSkewMs, facts } of report.observations) {
    expect(clockSkewMs).toBeLessThan(-590_000);
    expect(facts['clock_skew_ms']).toBe(clockSkewMs);
  }
  expect(report.observations.length).toBeGreaterThan(5);
  const time = report.observations.find((observation) => observation.check === 'linux.time.sync');
  expect(time).toMatchObject({
    status: 'fail',
    message: expect.stringMatching(/-\d+ ms away .* set it/) as string,
  });
  const failed = report.observations.filter(({ status }) => status !== 'pass').map(({ check: id }) => id);
  // The others see that what was just logged lies ahead, and that date(1) is not the package's.
  expect(failed).toEqual([
    'linux.time.sync',
    'linux.logging.recent_activity',
    'linux.integrity.package_files',
  ]);
});
