import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseApplianceConfig } from '../../appliance/config.ts';
import type { LabHost } from '../../stack/lab/lab.ts';
import { testLab } from '../../test/setup/lab.ts';
import { CommandError } from '../command-error.ts';
import { describeHostKey, runHostKey } from './host-key.ts';

jest.setTimeout(60_000);
const lab = testLab();
let machine: LabHost;
let directory: string;
let config: string;
beforeAll(async () => {
  [machine, directory] = await Promise.all([lab.addHost(), mkdtemp(join(tmpdir(), 'malachor-key-'))]);
  config = join(directory, 'config.json');
});
afterAll(async () => {
  await Promise.all([lab.stop(), rm(directory, { recursive: true, force: true })]);
});
beforeEach(async () => {
  const { id, address, port, user, identityFile, hostKey } = machine;
  const host = { id, address, port, user, identityFile, hostKey, baseline: 'linux-server' };
  const hosts = [{ ...host, id: 'other', hostKey: `SHA256:${'B'.repeat(43)}` }, host];
  await writeFile(config, JSON.stringify({ site: 'main-street', appliance: 'box-1', hosts }));
  await chmod(config, 0o640);
});

const pinnedIn = async (id: string) => {
  const host = parseApplianceConfig(await readFile(config, 'utf8')).hosts.find((each) => each.id === id);
  return host && 'hostKey' in host ? host.hostKey : undefined;
};

test('shows that a host shows the key that is pinned', async () => {
  const report = await runHostKey(machine.id, { config });
  expect(report).toMatchObject({
    isPinned: true,
    pinned: [machine.hostKey],
    seen: [{ fingerprint: machine.hostKey, type: 'ssh-ed25519' }],
  });
  expect(describeHostKey(report)).toContain('The host shows the key that is pinned.');
});

describe('when the host has a new key', () => {
  let fresh: string;
  beforeAll(async () => {
    await lab.run(
      machine.id,
      'rm /etc/ssh/ssh_host_ed25519_key*; ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key; systemctl restart ssh; until ss -tlnH | grep -q ":22 "; do sleep 0.02; done',
    );
    const { stdout } = await lab.run(machine.id, 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub');
    fresh = /SHA256:\S+/.exec(stdout)![0];
  });

  test('it says so, and how to go on', async () => {
    const report = await runHostKey(machine.id, { config });
    expect(report).toMatchObject({
      isPinned: false,
      pinned: [machine.hostKey],
      seen: [{ fingerprint: fresh }],
    });
    expect(describeHostKey(report)).toMatch(/ssh-keygen -lf[^]*--accept SHA256/);
    expect(await pinnedIn(machine.id)).toBe(machine.hostKey);
  });

  test.each([
    ['a key that the host does not show', () => machine.hostKey],
    ['a part of the fingerprint', () => fresh.slice(0, -1)],
    ['whatever it shows', () => 'yes'],
  ])('it does not pin %s', async (_case, typed) => {
    const before = await readFile(config, 'utf8');
    const error: unknown = await runHostKey(machine.id, { config, accept: typed() }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CommandError);
    expect((error as CommandError).exitCode).toBe(1);
    expect(await readFile(config, 'utf8')).toBe(before);
  });

  test('the exact fingerprint is pinned, alone, and all else in the file is as it was', async () => {
    const report = await runHostKey(machine.id, { config, accept: fresh });
    expect(report).toMatchObject({ isPinned: true, accepted: fresh, pinned: [fresh] });
    expect([await pinnedIn(machine.id), await pinnedIn('other')]).toEqual([
      fresh,
      `SHA256:${'B'.repeat(43)}`,
    ]);
    expect((await stat(config)).mode & 0o777).toBe(0o640);
    expect(await readdir(directory)).toEqual(['config.json']);
    expect((await runHostKey(machine.id, { config })).isPinned).toBe(true);
  });
});

test('a host that is not there, or not in the configuration, changes nothing and says what to do', async () => {
  const unknown: unknown = await runHostKey('srv-9', { config }).catch((e: unknown) => e);
  expect(unknown).toMatchObject({ exitCode: 2, message: expect.stringContaining('srv-9') as string });
  const gone = (await readFile(config, 'utf8'))
    .replaceAll(machine.address, '127.0.0.1')
    .replaceAll('"port":22', '"port":1');
  await writeFile(config, gone);
  const away: unknown = await runHostKey(machine.id, { config }).catch((e: unknown) => e);
  expect(away).toMatchObject({ exitCode: 3 });
});
