import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { SshTransport } from '../../appliance/transports/ssh/ssh-transport.ts';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import { judgeProbeOutput } from '../../domain/catalog/judge-check.ts';
import { defaultValues } from '../../domain/catalog/parameters.ts';
import { parameterEnvironment } from '../../domain/catalog/parameter-environment.ts';
import { scriptOf } from '../../domain/catalog/script-of.ts';
import type { LabHost } from '../../stack/lab/lab.ts';
import { testLab } from '../../test/setup/lab.ts';
import { readCatalog } from '../read-catalog.ts';
import { accountDrifts, accountUnreadable } from './account-drifts.ts';
import type { CheckDrift } from './check-drift.ts';
import { fileDrifts, fileUnreadable } from './file-drifts.ts';
import { sshDrifts, sshUnreadable } from './ssh-drifts.ts';

/**
 * Every check of SSH, accounts and files on a real host: it passes on a fresh one, tells its own drift, and is an error
 * where it cannot read. A drift is planted in a mount namespace of its own, above whose directories lie writable
 * layers, so that nothing has to be put back; drifts that such layers would hide say how they are taken back.
 */
jest.setTimeout(120_000);
const lab = testLab();
const accessDrifts = [...sshDrifts, ...accountDrifts, ...fileDrifts];
const unreadable = [...sshUnreadable, ...accountUnreadable, ...fileUnreadable];
let catalog: Catalog;
let host: LabHost;
let transport: SshTransport;

beforeAll(async () => {
  catalog = await readCatalog(join(process.cwd(), 'catalog'));
  host = await lab.addHost();
  const { id, address, port, user, identityFile, hostKey } = host;
  const config = { id, address, port, user, identityFile, hostKey, baseline: 'linux-server' };
  transport = new SshTransport({ hosts: [config] });
});
afterAll(async () => {
  await transport.close();
  await lab.stop();
});

const layered = `exec unshare --mount sh -euc '
  umask 022
  layers=/run/layers
  mkdir -p "$layers"
  mount -t tmpfs layers "$layers"
  for name in etc home root var/log; do
    mkdir -p "$layers/upper/$name" "$layers/work/$name"
    chmod --reference="/$name" "$layers/upper/$name"
    mount -t overlay overlay -o "lowerdir=/$name,upperdir=$layers/upper/$name,workdir=$layers/work/$name" "/$name"
  done
  eval "$PLANTED" >/dev/null 2>/run/layers/said || { cat /run/layers/said; echo "the drift could not be planted" >&2; exit 99; }
  unset PLANTED
  exec sh -c "$PROBE"'`;

const isOfAccess = (id: string): boolean => /^linux\.(?:ssh|accounts|files)\./u.test(id);

function checkOf(id: string): CheckDefinition {
  const check = catalog.checks.get(id);
  if (!check) throw new Error(`the catalogue has no check ${id}`);
  return check;
}

async function judge(check: CheckDefinition, planted: string | undefined, given: ParameterValues = {}) {
  const values = { ...defaultValues(check), ...given };
  const environment = { MALACHOR_ORDER: randomUUID(), ...parameterEnvironment(values) };
  const probe = scriptOf(check);
  const isPlanted = planted !== undefined;
  const result = await transport.run({
    host: host.id,
    script: isPlanted ? layered : probe,
    sudo: isPlanted || (check.probe.kind === 'script' && check.probe.sudo),
    environment: isPlanted ? { ...environment, PLANTED: planted, PROBE: probe } : environment,
    timeoutMs: check.probe.timeoutMs,
    keepBytes: 1_048_576,
    survivesCut: false,
  });
  const { exitCode, stdout, stderr } = result;
  if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${stderr.head.toString()}${stdout.head.toString()}`);
  return judgeProbeOutput(check, stdout.head.toString(), values);
}

async function judgeDrift({ check: id, plant, undo, parameters }: CheckDrift) {
  const check = checkOf(id);
  if (undo === undefined) return judge(check, plant, parameters);
  await lab.run(host.id, plant);
  try {
    return await judge(check, undefined, parameters);
  } finally {
    await lab.run(host.id, undo);
  }
}

test('every check of access passes on a fresh host', async () => {
  const found: Record<string, string> = {};
  for (const [id, check] of catalog.checks) {
    if (!isOfAccess(id)) continue;
    const { status, message } = await judge(check, undefined);
    if (status !== 'pass') found[id] = `${status}: ${message}`;
  }
  expect(found).toEqual({});
});

test.each(accessDrifts)('$check: $what', async (drift) => {
  const { status, message } = await judgeDrift(drift);
  const says: unknown = typeof drift.says === 'string' ? drift.says : expect.stringMatching(drift.says);
  expect({ status, message }).toEqual({ status: drift.status ?? 'fail', message: says });
});

test.each(unreadable)('$check is an error where $what', async ({ check, plant }) => {
  await expect(judge(checkOf(check), plant)).rejects.toThrow(/^exit (?!99)/u);
});

test('every check of access has a drift it tells, and every reading a way in which it cannot be taken', () => {
  const known = [...catalog.checks.keys()].filter(isOfAccess).sort();
  expect([...new Set(accessDrifts.map(({ check }) => check))].sort()).toEqual(known);
  const readingOf = (id: string) => checkOf(id).sharedProbe ?? id;
  const readings = new Set(known.map(readingOf));
  expect([...new Set(unreadable.map(({ check }) => readingOf(check)))].sort()).toEqual([...readings].sort());
});

test('accounts that somebody is changing are left alone, and the lock of a process that has ended is not heeded', async () => {
  const { remediate, rollback } = catalog.runbooks.get('RB-LIN-ACC-002')!.definition;
  const run = async (script: string) => {
    const environment = { P_ACCOUNT: 'toor', P_KIND: 'uid0', P_INACTIVE_DAYS: '90' };
    const request = {
      host: host.id,
      sudo: true,
      environment,
      timeoutMs: 30_000,
      keepBytes: 65_536,
      survivesCut: false,
    };
    const { exitCode, stdout, stderr } = await transport.run({ ...request, script });
    return { exitCode, said: stdout.head.toString() + stderr.head.toString() };
  };
  await lab.run(host.id, 'useradd -o -u 0 -M toor; echo 1 >/etc/shadow.lock');
  expect(await run(remediate!)).toMatchObject({
    exitCode: 1,
    said: expect.stringContaining('somebody is changing accounts') as string,
  });
  expect((await lab.run(host.id, 'ls /etc/*.lock')).stdout).toBe('/etc/shadow.lock\n');
  await lab.run(host.id, 'echo 4194305 >/etc/shadow.lock');
  expect(await run(remediate!)).toMatchObject({
    exitCode: 0,
    said: expect.stringContaining('toor: uid 59999') as string,
  });
  expect(rollback).toBeDefined();
  await lab.run(host.id, 'userdel toor');
});
