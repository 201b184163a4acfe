import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCatalog } from './read-catalog.ts';

const shipped = join(process.cwd(), 'catalog');

test('the shipped catalogue has no problems, and every file of it is used', async () => {
  const catalog = await readCatalog(shipped);
  expect(catalog.problems).toEqual([]);
  expect([...catalog.checks.keys()].sort()).toEqual([
    'linux.accounts.extra_uid0',
    'linux.audit.auditd_running',
    'linux.files.sensitive_permissions',
    'linux.firewall.default_deny',
    'linux.services.rsyslog_running',
    'linux.ssh.root_login',
    'linux.time.sync',
  ]);
  expect(catalog.baselines.get('linux-server')?.checks.toSorted()).toEqual([...catalog.checks.keys()].sort());
});

test('each check has a runbook that verifies by it, and every runbook can be rolled back', async () => {
  const catalog = await readCatalog(shipped);
  const verified = [...catalog.runbooks.values()].map(({ definition }) => definition.verify.check);
  expect(verified.toSorted()).toEqual([...catalog.checks.keys()].sort());
  for (const { definition } of catalog.runbooks.values()) expect(definition.rollback).toBeDefined();
});

test('an extra account with uid 0 and a stopped log daemon have no rule: a person or the planner settles them', async () => {
  const catalog = await readCatalog(shipped);
  const ruled = new Set(catalog.rules.map(({ match }) => match.check));
  const without = [...catalog.checks.keys()].filter((id) => !ruled.has(id));
  expect(without.sort()).toEqual(['linux.accounts.extra_uid0', 'linux.services.rsyslog_running']);
  expect(catalog.runbooks.get('RB-LIN-ACC-002')?.definition.risk).toBe('high');
  expect(catalog.runbooks.get('RB-LIN-SVC-001')?.definition.risk).toBe('low');
});

test('no rule acts on a check that could not be carried out', async () => {
  for (const rule of (await readCatalog(shipped)).rules) expect(rule.match.status).not.toContain('error');
});

test('a file that is not UTF-8 is reported, and the rest is read', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'catalog-'));
  try {
    await mkdir(join(directory, 'rules'));
    await writeFile(join(directory, 'rules', 'broken.yaml'), Uint8Array.of(0x72, 0xff, 0x0a));
    await writeFile(join(directory, 'README'), 'not read');
    const catalog = await readCatalog(directory);
    expect(catalog.problems).toMatchObject([{ file: 'rules/broken.yaml', line: 1 }]);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('a directory that is not there is an error, not an empty catalogue', async () => {
  await expect(readCatalog(join(shipped, 'none'))).rejects.toThrow('ENOENT');
});
