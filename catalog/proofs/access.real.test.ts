import { proofHost } from '../../test/setup/proof-host.ts';
import { accountDrifts, accountUnreadable } from './account-drifts.ts';
import { fileDrifts, fileUnreadable } from './file-drifts.ts';
import { sshDrifts, sshUnreadable } from './ssh-drifts.ts';

/**
 * Every check of SSH, accounts and files on a real host: it passes on a fresh one, tells its own drift, and is an error
 * where it cannot read. A drift is planted in a mount namespace of its own, above whose directories lie writable
 * layers, so that nothing has to be put back; drifts that such layers would hide say how they are taken back.
 */
jest.setTimeout(120_000);
const proof = proofHost({ layers: ['etc', 'home', 'root', 'var/log'] });
const accessDrifts = [...sshDrifts, ...accountDrifts, ...fileDrifts];
const unreadable = [...sshUnreadable, ...accountUnreadable, ...fileUnreadable];
const isOfAccess = (id: string): boolean => /^linux\.(?:ssh|accounts|files)\./u.test(id);

test('every check of access passes on a fresh host', async () => {
  const found: Record<string, string> = {};
  for (const id of proof.catalog.checks.keys()) {
    if (!isOfAccess(id)) continue;
    const { status, message } = await proof.judge(id);
    if (status !== 'pass') found[id] = `${status}: ${message}`;
  }
  expect(found).toEqual({});
});

test.each(accessDrifts)('$check: $what', async (drift) => {
  const { status, message } = await proof.judgeDrift(drift);
  const says: unknown = typeof drift.says === 'string' ? drift.says : expect.stringMatching(drift.says);
  expect({ status, message }).toEqual({ status: drift.status ?? 'fail', message: says });
});

test.each(unreadable)('$check is an error where $what', async ({ check, plant }) => {
  await expect(proof.judge(check, { planted: plant })).rejects.toThrow(/^exit (?!99)/u);
});

test('every check of access has a drift it tells, and every reading a way in which it cannot be taken', () => {
  const known = [...proof.catalog.checks.keys()].filter(isOfAccess).sort();
  expect([...new Set(accessDrifts.map(({ check }) => check))].sort()).toEqual(known);
  const readingOf = (id: string) => proof.checkOf(id).sharedProbe ?? id;
  const readings = new Set(known.map(readingOf));
  expect([...new Set(unreadable.map(({ check }) => readingOf(check)))].sort()).toEqual([...readings].sort());
});

test('accounts that somebody is changing are left alone, and the lock of a process that has ended is not heeded', async () => {
  const { remediate, rollback } = proof.catalog.runbooks.get('RB-LIN-ACC-002')!.definition;
  const run = async (script: string) => {
    const environment = { P_ACCOUNT: 'toor', P_KIND: 'uid0', P_INACTIVE_DAYS: '90' };
    const request = {
      host: proof.host.id,
      sudo: true,
      environment,
      timeoutMs: 30_000,
      keepBytes: 65_536,
      survivesCut: false,
    };
    const { exitCode, stdout, stderr } = await proof.transport.run({ ...request, script });
    return { exitCode, said: stdout.head.toString() + stderr.head.toString() };
  };
  await proof.run('useradd -o -u 0 -M toor; echo 1 >/etc/shadow.lock');
  expect(await run(remediate!)).toMatchObject({
    exitCode: 1,
    said: expect.stringContaining('somebody is changing accounts') as string,
  });
  expect((await proof.run('ls /etc/*.lock')).stdout).toBe('/etc/shadow.lock\n');
  await proof.run('echo 4194305 >/etc/shadow.lock');
  expect(await run(remediate!)).toMatchObject({
    exitCode: 0,
    said: expect.stringContaining('toor: uid 59999') as string,
  });
  expect(rollback).toBeDefined();
  await proof.run('userdel toor');
});
