import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readCatalog } from '../../catalog/read-catalog.ts';
import type { DemoReport } from '../../cli/demo/report.ts';

/** Directories that demos leave behind when they do not clean up. */
function leftovers(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('malachor-demo-'));
}

test('the demo heals or escalates a drift of every runbook, survives a crash, stops flapping and proves its evidence', async () => {
  const before = leftovers();
  const { stdout } = await promisify(execFile)('./malachor', ['demo', '--json'], { maxBuffer: 16 << 20 });
  const report = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as DemoReport;
  const catalog = await readCatalog(join(process.cwd(), 'catalog'));
  expect(report.skipped).toEqual([]);
  expect(report.drifts.map(({ runbook }) => runbook).sort()).toEqual([...catalog.runbooks.keys()].sort());
  expect(new Set(report.drifts.map(({ expected }) => expected))).toEqual(
    new Set(['L1', 'L2', 'two people', 'a person']),
  );
  for (const { expected, incidents } of report.drifts) {
    if (expected === 'a person') continue;
    expect(incidents.filter(({ verified, attempts }) => verified && attempts === 1)).not.toEqual([]);
  }
  expect(report.flapping).toMatchObject({ stopped: true, heals: 3, state: 'waiting_for_person' });
  expect(report.crash).toMatchObject({ runs: 1, verified: true });
  expect(report.dryRun).toMatchObject({ hostUnchanged: true });
  expect(report.evidence).toMatchObject({ verified: true, tamperFound: true });
  const { entries, anchored } = report.evidence;
  expect(anchored).toMatchObject({ entries, isTrusted: true, officialClient: { unconfirmed: [] } });
  expect(report.evidence.stored).toMatchObject({ kind: 'local', level: 'advisory' });
  expect(report.evidence.stored.entries).toBeGreaterThanOrEqual(entries);
  expect(report.evidence.tamperPlace).toMatch(/line \d+|byte \d+/);
  expect(report.evidence.entries).toBeGreaterThanOrEqual(16);
  expect(report.evidence.scanPages).toBeGreaterThanOrEqual(1);
  expect(report.evidence.heartbeats).toBeGreaterThanOrEqual(1);
  expect(leftovers()).toEqual(before);
}, 900_000);
