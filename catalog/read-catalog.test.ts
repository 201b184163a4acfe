import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunnable } from '../contracts/catalog/runbook.ts';
import { describeCatalog } from '../domain/catalog/describe-catalog.ts';
import { readCatalog } from './read-catalog.ts';

const shipped = join(process.cwd(), 'catalog');

const linuxRunbooks = [
  'RB-LIN-ACC-001',
  'RB-LIN-ACC-002',
  'RB-LIN-AUD-001',
  'RB-LIN-AUD-002',
  'RB-LIN-ENC-001',
  'RB-LIN-FW-001',
  'RB-LIN-MAC-001',
  'RB-LIN-PATCH-001',
  'RB-LIN-PERM-001',
  'RB-LIN-PERM-002',
  'RB-LIN-SSH-001',
  'RB-LIN-SSH-002',
  'RB-LIN-SSH-003',
  'RB-LIN-SVC-001',
  'RB-LIN-SVC-002',
  'RB-LIN-SVC-003',
];

test('the shipped catalogue has no problems, the sixteen Linux runbooks and their checks', async () => {
  const catalog = await readCatalog(shipped);
  expect(catalog.problems).toEqual([]);
  expect([...catalog.runbooks.keys()].sort()).toEqual(linuxRunbooks);
  expect([...catalog.checks.keys()].filter((id) => id.startsWith('linux.')).length).toBeGreaterThanOrEqual(
    60,
  );
});

test('every check is watched by a baseline', async () => {
  const catalog = await readCatalog(shipped);
  const watched = new Set([...catalog.baselines.values()].flatMap(({ checks }) => checks));
  expect([...catalog.checks.keys()].filter((id) => !watched.has(id))).toEqual([]);
});

test('every runbook is drilled; what has scripts can be taken back and says what it touches', async () => {
  const catalog = await readCatalog(shipped);
  for (const [id, { definition }] of catalog.runbooks) {
    const drills = catalog.drills.get(id) ?? [];
    expect({ id, drills: drills.length }).not.toEqual({ id, drills: 0 });
    if (!isRunnable(definition)) continue;
    expect({ id, hasRollback: definition.rollback !== undefined }).toEqual({ id, hasRollback: true });
    const { paths, services, kernel, packages, firewall, auditRules } = definition.touches;
    const touches = [...paths, ...services, ...kernel, packages, firewall, auditRules].some(
      (each) => each !== false,
    );
    expect({ id, touches }).toEqual({ id, touches: true });
  }
});

test('whatever can shut the appliance out is guarded by the host itself', async () => {
  const catalog = await readCatalog(shipped);
  const guarded = [...catalog.runbooks.values()].filter(({ definition }) => definition.guardsAccess);
  const ids = guarded.map(({ definition }) => definition.id);
  expect(ids).toEqual(
    expect.arrayContaining(['RB-LIN-SSH-001', 'RB-LIN-SSH-002', 'RB-LIN-SSH-003', 'RB-LIN-FW-001']),
  );
});

test('an extra account with uid 0 and a stopped log daemon have no rule: a person or the planner settles them', async () => {
  const catalog = await readCatalog(shipped);
  const ruled = new Set(catalog.rules.map(({ match }) => match.check));
  expect(ruled).not.toContain('linux.accounts.extra_uid0');
  expect(ruled).not.toContain('linux.services.rsyslog_running');
  expect(catalog.runbooks.get('RB-LIN-ACC-002')?.definition.risk).toBe('high');
  expect(catalog.runbooks.get('RB-LIN-SVC-001')?.definition.risk).toBe('low');
});

test('docs/catalog.md is what the files say; run `node catalog/write-docs.ts` when it is not', async () => {
  const written = await readFile(join(shipped, '../docs/catalog.md'), 'utf8');
  expect(written).toBe(describeCatalog(await readCatalog(shipped)));
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
