import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import type { DemoReport } from '../../cli/demo/report.ts';

/** Directories that demos leave behind when they do not clean up. */
function leftovers(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('malachor-demo-'));
}

test('the demo heals six drifts, survives a crash, stops flapping and proves its evidence', async () => {
  const before = leftovers();
  const { stdout } = await promisify(execFile)('./malachor', ['demo', '--json'], { maxBuffer: 16 << 20 });
  const report = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as DemoReport;
  expect(report.incidents.map(({ tier }) => tier).sort()).toEqual(['L1', 'L1', 'L1', 'L1', 'L2', 'L3']);
  for (const incident of report.incidents) {
    expect(incident).toMatchObject({ verified: true, attempts: 1 });
    expect(incident.detectedToVerifiedMs).toBeGreaterThan(0);
  }
  expect(report.flapping).toMatchObject({ stopped: true, heals: 3, state: 'waiting_for_person' });
  expect(report.crash).toMatchObject({ runs: 1, verified: true });
  expect(report.dryRun).toMatchObject({ hostUnchanged: true });
  expect(report.evidence).toMatchObject({ verified: true, tamperFound: true });
  expect(report.evidence.tamperPlace).toMatch(/line \d+|byte \d+/);
  expect(report.evidence.entries).toBeGreaterThanOrEqual(9);
  expect(leftovers()).toEqual(before);
}, 300_000);
